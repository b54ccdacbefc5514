import { describe, expect, it } from "vitest";
import { buildFromAdjacency } from "#engine/data/build/build-from-adjacency.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";
import { withMinimumInteractions } from "#engine/data/prepare.ts";
import { EngineError } from "#engine/engine-error.ts";
import { bytesOf, chunks, effects, entriesOf, gzip, ingest, refusal } from "./files.ts";

const DAY_MS = 86_400_000;

const adjacency = (text: string | Uint8Array, isOrdered = false, chunkBytes = 0) =>
  buildFromAdjacency(
    {
      name: "lists.txt",
      bytes: chunks(typeof text === "string" ? bytesOf(text) : text, chunkBytes),
    },
    { ...effects, isOrdered },
  );

async function reasonOf(promise: Promise<unknown>): Promise<EngineError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof EngineError) return error;
  throw error ?? new Error("It was accepted.");
}

describe("the most that a pair weighs", () => {
  it("bounds the sum of its repeats, and leaves dislikes as they are", async () => {
    const file = "user,item,weight\na,x,8\na,x,8\na,y,3\na,z,-1000\na,z,8\nb,x,12\n";
    const columns = { user: "user", item: "item", weight: "weight" };
    const { dataset } = await ingest(file, { columns, rules: { maxWeight: 12 } });
    expect(entriesOf(dataset)).toEqual(["a x 12 -", "a y 3 -", "b x 12 -"]);
    expect(dataset.disliked?.indices).toHaveLength(1);
  });

  it("is above zero", async () => {
    expect(() => new DatasetBuilder({ hasTimes: false, rules: { maxWeight: 0 } })).toThrow(/above 0/);
  });
});

describe("rules for duplicates", () => {
  const file = "user,item,weight,time\na,x,2,100\na,x,5,300\na,x,1,200\nb,y,4,100\n";
  const columns = { user: "user", item: "item", weight: "weight", time: "time" };

  it.each([
    ["sum", 8, 4],
    ["max", 5, 4],
    ["last", 5, 4],
    ["binary", 1, 1],
  ] as const)("%s", async (duplicates, repeated, single) => {
    const { dataset } = await ingest(file, { columns, rules: { duplicates } });
    expect(entriesOf(dataset)).toEqual([`a x ${repeated} 300000`, `b y ${single} 100000`]);
  });

  it("last takes the largest of equally new weights, and an unknown time for the oldest", async () => {
    const rows = [
      ["a", 2, 100],
      ["a", 7, 100],
      ["a", 3, 100],
      ["a", 9, Number.NaN],
      ["b", 1, Number.NaN],
      ["b", 4, Number.NaN],
      ["b", 2, Number.NaN],
    ] as const;
    for (const order of [rows, [...rows].reverse()]) {
      const builder = new DatasetBuilder({ hasTimes: true, rules: { duplicates: "last" } });
      for (const [user, weight, time] of order) builder.add(user, "x", weight, time);
      const { dataset } = await builder.finish(effects.breathe);
      expect(entriesOf(dataset)).toEqual(["a x 7 100", "b x 4 NaN"]);
    }
  });

  it("last follows the order of the file where there are no times", async () => {
    const { dataset } = await ingest(file, {
      columns: { ...columns, time: null },
      rules: { duplicates: "last" },
    });
    expect(entriesOf(dataset)[0]).toBe("a x 1 -");
  });
});

describe("half-life", () => {
  it("halves a weight for every half-life before the newest interaction", async () => {
    const rows = ["a,x,2024-01-01", "a,y,2024-01-11", "b,x,2024-01-21"];
    const { dataset } = await ingest(`user,item,time\n${rows.join("\n")}\n`, {
      columns: { user: "user", item: "item", time: "time" },
      rules: { halfLifeMs: 10 * DAY_MS },
    });
    expect([...dataset.userItems.values]).toEqual([0.25, 0.5, 1]);
  });

  it("is not misled by one row in 2099, and says so", async () => {
    const hours = Array.from(
      { length: 24 },
      (_, at) => `u${at},i,2024-01-01 ${String(at).padStart(2, "0")}:00`,
    );
    const { dataset, report } = await ingest(`user,item,time\n${hours.join("\n")}\nu0,j,2099-01-01\n`, {
      columns: { user: "user", item: "item", time: "time" },
      rules: { halfLifeMs: DAY_MS },
    });
    expect(Math.min(...dataset.userItems.values)).toBeGreaterThan(0.4);
    expect(report.warnings).toEqual([
      expect.stringContaining(
        "1 time is far later than all others (the latest: 2099-01-01 00:00 UTC). Ages count from ",
      ),
    ]);
  });

  it("keeps the weight of very old interactions above zero", async () => {
    const { dataset } = await ingest("user,item,time\na,x,1970-01-01\na,y,2024-01-01\n", {
      columns: { user: "user", item: "item", time: "time" },
      rules: { halfLifeMs: 1000 },
    });
    expect(Math.min(...dataset.userItems.values)).toBeGreaterThan(0);
  });

  it("needs times", async () => {
    expect((await refusal("user,item\na,x\n", { rules: { halfLifeMs: 1 } })).code).toBe("BAD_PARAMETER");
  });
});

describe("event weights", () => {
  const file = "user,item,kind,value\na,x,view,1\na,x,like,2\nb,y,share,1\n";
  const event = { column: "kind", weights: { view: 1, like: 3 } };

  it("multiply the value of a row by the weight of its event, and reject other events", async () => {
    const { dataset, report } = await ingest(file, {
      columns: { user: "user", item: "item", weight: "value", event },
    });
    expect(entriesOf(dataset)).toEqual(["a x 7 -"]);
    expect(report.rejected).toEqual([{ line: 4, reason: 'has an event without a weight ("share")' }]);
  });

  it("stand alone without a weight column", async () => {
    const { dataset } = await ingest(file, { columns: { user: "user", item: "item", event } });
    expect(entriesOf(dataset)).toEqual(["a x 4 -"]);
  });
});

describe("withMinimumInteractions", () => {
  it("leaves out users and items until all that is left has enough", async () => {
    // Item z has one user; without it user c has one item; without c item y has one user; without y user b has one item.
    const rows = ["a,x", "a,w", "b,y", "b,x", "c,y", "c,z", "d,x", "d,w"];
    const { dataset } = await ingest(`user,item\n${rows.join("\n")}\n`, {
      minimum: { perUser: 2, perItem: 2 },
    });
    expect(entriesOf(dataset)).toEqual(["a w 1 -", "a x 1 -", "d w 1 -", "d x 1 -"]);
  });

  it("gives the same dataset when all have enough", async () => {
    const { dataset } = await ingest("user,item\na,x\nb,x\n");
    expect(withMinimumInteractions(dataset, { perItem: 2 })).toBe(dataset);
  });

  it.each([
    ["nothing is left", { perUser: 5 }, "EMPTY_DATA"],
    ["a bound is no whole number", { perUser: 1.5 }, "BAD_PARAMETER"],
  ])("refuses when %s", async (_case, minimum, code) => {
    expect((await refusal("user,item\na,x\nb,x\n", { minimum })).code).toBe(code);
  });
});

describe("buildFromAdjacency", () => {
  it.each([0, 1, 3])("reads lists in chunks of %i bytes", async (chunkBytes) => {
    const { dataset } = await adjacency("u1 a b a\r\n\nu2\t\u00e4 a\nu3\n", false, chunkBytes);
    expect(entriesOf(dataset)).toEqual(["u1 a 1 -", "u1 b 1 -", "u2 a 1 -", "u2 \u00e4 1 -"]);
  });

  it("takes positions for times when lists are ordered", async () => {
    const { dataset } = await adjacency("u b c a\nv c\n", true);
    expect(entriesOf(dataset)).toEqual(["u a 1 2", "u b 1 0", "u c 1 1", "v c 1 0"]);
  });

  it("reads gzip", async () => {
    expect(entriesOf((await adjacency(gzip(bytesOf("u a\n")))).dataset)).toEqual(["u a 1 -"]);
  });

  it.each([
    ["", "EMPTY_DATA", "empty"],
    ["u\nv\n", "EMPTY_DATA", 'lists.txt lists no items: an adjacency line is "user item item …"'],
    ["user,item\n1,2\n", "EMPTY_DATA", 'the first one is "user,item"'],
    [`u a\nv ${"x".repeat(2000)}\n`, "BAD_DATA", "line 2 has an id of 2000 characters"],
  ])("refuses %j", async (text, code, words) => {
    const error = await reasonOf(adjacency(text));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });
});

describe("rows in order", () => {
  it("stand for times when there is no time column", async () => {
    const { dataset } = await ingest("user,item\nb,x\na,x\na,y\n", { isOrdered: true });
    expect(entriesOf(dataset)).toEqual(["a x 1 1", "a y 1 2", "b x 1 0"]);
  });
});
