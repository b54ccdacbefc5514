import { describe, expect, it } from "vitest";
import { csrRow } from "#engine/data/csr-row.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { withSequences } from "#engine/data/order-places.ts";
import { orderWithin } from "#engine/split/order-within.ts";
import type { SplitConfig } from "#engine/split/split-config.ts";
import { cutNextItems, type NextItemParts } from "#engine/split/split-next-items.ts";

type Row = readonly [user: string, items: string, minutes: readonly number[]];
const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const breathe = async () => {};

/** Items are single letters; a capital letter is a dislike. */
async function built(rows: readonly Row[]): Promise<Dataset> {
  const builder = new DatasetBuilder({ hasTimes: true, sessions: { gapMs: 30 * MINUTE, hasIds: false } });
  for (const [user, items, minutes] of rows) {
    for (const [at, item] of [...items].entries()) {
      const weight = item === item.toLowerCase() ? 1 : -1;
      builder.add(user, item.toLowerCase(), weight, START + (minutes[at] as number) * MINUTE);
    }
  }
  return (await builder.finish(breathe)).dataset;
}

const config = (changes: Partial<SplitConfig>): SplitConfig => ({
  ...{ scheme: "next-item", heldout_ratio: 0.25, n_heldout: null },
  ...{ test_user_ratio: 1, n_test_users: null, ...changes },
});

/** Each request as "known > found", in letters. */
function asked({ items }: Dataset, { queries, heldout }: NextItemParts): string[] {
  const text = (indices: Iterable<number>) => [...indices].map((item) => items.idAt(item)).join("");
  const { offsets, items: places } = queries.known;
  return Array.from({ length: heldout.rowCount }, (_, row) => {
    const known = text(places.subarray(offsets[row], offsets[row + 1]));
    return `${known} > ${text(csrRow(heldout, row).indices)}`;
  });
}

function learned({ users, items }: Dataset, { train }: NextItemParts): string[] {
  return Array.from({ length: users.size }, (_, user) => {
    const { indices, weights } = csrRow(train, user);
    const entries = [...indices].map((item, at) => `${items.idAt(item)}${weights[at]}`);
    return `${users.idAt(user)}: ${entries.join(" ")}`;
  });
}

const HISTORIES: readonly Row[] = [
  ["ann", "abcab", [0, 1, 2, 3, 4]],
  ["bob", "bcd", [0, 1, 2]],
  ["eve", "ab", [0, 1]],
];

describe("next-item", () => {
  it("keeps the last item for the test and the one before for validation, of users with three", async () => {
    const dataset = await built(HISTORIES);
    const keeping = config({ keeps_seen: true });
    const validation = cutNextItems(dataset, keeping, "validation");
    expect(asked(dataset, validation)).toEqual(["abc > a", "b > c"]);
    expect(learned(dataset, validation)).toEqual(["ann: a1 b1 c1", "bob: b1", "eve: a1 b1"]);
    const test = cutNextItems(dataset, keeping, "test");
    expect(asked(dataset, test)).toEqual(["abca > b", "bc > d"]);
    // A weight says nothing of the occurrences that are held out.
    expect(learned(dataset, test)).toEqual(["ann: a2 b1 c1", "bob: b1 c1", "eve: a1 b1"]);
    expect(test.sequences.offsets).toEqual(Uint32Array.of(0, 4, 6, 8));
  });

  it("asks for new items alone where lists leave known ones out", async () => {
    const dataset = await built(HISTORIES);
    const { queries, ...parts } = cutNextItems(dataset, config({}), "test");
    expect(asked(dataset, { ...parts, queries })).toEqual(["bc > d"]);
    expect(queries.keepsKnown).toBe(false);
  });

  it("finds any of the next k", async () => {
    const dataset = await built([["ann", "abcdef", [0, 1, 2, 3, 4, 5]]]);
    const two = config({ n_heldout: 2 });
    expect(asked(dataset, cutNextItems(dataset, two, "validation"))).toEqual(["ab > cd"]);
    expect(asked(dataset, cutNextItems(dataset, two, "test"))).toEqual(["abcd > ef"]);
  });

  it("says how long ago the known items were, and leaves a user's dislikes out", async () => {
    const day = 24 * 60;
    const dataset = await built([["ann", "abcZ", [0, 2 * day, 5 * day, 6 * day]]]);
    const { queries, disliked } = cutNextItems(dataset, config({}), "test");
    expect([...(queries.known.ages ?? [])]).toEqual([5, 3]);
    expect(dataset.items.idAt(disliked?.indices[0] ?? 0)).toBe("z");
  });

  it("takes every n-th of more requests than fit", async () => {
    const dataset = await built(
      Array.from({ length: 10 }, (_, user) => [`u${user}`, "abc", [0, 1, 2 + user]] as const),
    );
    expect(cutNextItems(dataset, config({}), "test", 4).heldout.rowCount).toBe(4);
  });
});

describe("sessions", () => {
  const NEWEST_THIRD = { scheme: "sessions", heldout_ratio: 0.34 } as const;
  const SESSIONS: readonly Row[] = [
    ["ann", "abcd", [0, 1, 300, 301]],
    ["bob", "bca", [100, 101, 102]],
    ["eve", "acca", [500, 501, 502, 503]],
  ];

  it("tests every step of the newest, and learns from the older ones as rows of their own", async () => {
    const dataset = await built(SESSIONS);
    const test = cutNextItems(dataset, config(NEWEST_THIRD), "test");
    expect(asked(dataset, test)).toEqual(["a > c", "ac > c", "acc > a"]);
    expect(test.queries.keepsKnown).toBe(true);
    expect(test.sessions?.offsets).toEqual(Uint32Array.of(0, 2, 5, 7));
    const half = config({ scheme: "sessions", heldout_ratio: 0.5 });
    expect(asked(dataset, cutNextItems(dataset, half, "validation"))).toEqual(["b > c", "bc > a"]);
  });

  it("knows nothing of the same person's earlier sessions", async () => {
    const dataset = await built([
      ["ann", "abcd", [0, 1, 900, 901]],
      ["bob", "ab", [100, 101]],
      ["eve", "ab", [200, 201]],
    ]);
    const { queries, ...parts } = cutNextItems(dataset, config(NEWEST_THIRD), "test");
    expect(asked(dataset, { queries, ...parts })).toEqual(["c > d"]);
  });

  it("keeps sessions that begin in one second together", async () => {
    const rows = [..."abcdef"].map((name, at): Row => {
      const minute = 60 * Math.floor(at / 2);
      return [name, "xy", [minute, minute + 1]];
    });
    const dataset = await built(rows);
    const { heldout } = cutNextItems(dataset, config(NEWEST_THIRD), "test");
    expect(heldout.rowCount).toBe(2);
  });

  it("measures a session of 10,000 within bounds", async () => {
    const letters = [..."abcdefghij"];
    const long = Array.from({ length: 10_000 }, (_, at) => letters[at % 10]).join("");
    const dataset = await built([
      ["old", "abc", [0, 1, 2]],
      ["mid", "abc", [50, 51, 52]],
      ["old2", "abc", [10, 11, 12]],
      ["new", long, Array.from({ length: 10_000 }, (_, at) => 100 + at * 0.01)],
    ]);
    const { queries } = cutNextItems(dataset, config(NEWEST_THIRD), "test", 1_000);
    expect(queries.profiles.rowCount).toBe(1_000);
    expect(queries.known.items.length).toBeLessThanOrEqual(500 * 1_000);
  });
});

describe("time", () => {
  it("asks for what each known person did first after one moment", async () => {
    const dataset = await built([
      ["ann", "abc", [0, 10, 95]],
      ["bob", "bcda", [1, 2, 92, 93]],
      ["new", "ab", [96, 97]],
    ]);
    const half = config({ scheme: "time", heldout_ratio: 0.56 });
    expect(asked(dataset, cutNextItems(dataset, half, "test"))).toEqual(["ab > c", "bc > d"]);
    const two = { ...half, n_heldout: 2, keeps_seen: true };
    expect(asked(dataset, cutNextItems(dataset, two, "test"))).toEqual(["ab > c", "bc > ad"]);
  });
});

describe("impossible splits", () => {
  it.each<[string, Partial<SplitConfig>, string]>([
    ["fewer users", { n_test_users: 3 }, "n_test_users"],
    ["nothing next", { n_heldout: 0 }, "n_heldout"],
    ["everything held out", { scheme: "time", heldout_ratio: 1 }, "heldout_ratio"],
    ["too small a share", { scheme: "sessions", heldout_ratio: 0.01 }, "sessions"],
    ["nobody with enough", { n_heldout: 9 }, "next-item"],
  ])("are refused: %s", async (_, changes, named) => {
    const dataset = await built(HISTORIES);
    expect(() => cutNextItems(dataset, config(changes), "test")).toThrow(
      expect.objectContaining({ code: "BAD_PARAMETER", message: expect.stringContaining(named) }),
    );
  });

  it("are refused without times", async () => {
    const { sequences: _, ...dataset } = await built(HISTORIES);
    expect(() => cutNextItems(dataset, config({}), "test")).toThrow(
      expect.objectContaining({ code: "BAD_DATA" }),
    );
  });
});

describe("the order of a part", () => {
  it("has all places of its pairs, and comes from times where repeats were merged", async () => {
    const dataset = await built(HISTORIES);
    const part = cutNextItems(dataset, config({ keeps_seen: true }), "validation").train;
    const { sequences } = orderWithin(dataset, part);
    expect([...(sequences?.offsets ?? [])]).toEqual([0, 5, 6, 8]);
    const { sequences: _, ...merged } = dataset;
    expect(orderWithin(merged)).toEqual({});
    const again = await withSequences(merged, breathe);
    expect([...(again.sequences?.items ?? [])]).toEqual([2, 0, 1, 1, 2, 3, 0, 1]);
  });
});
