import { describe, expect, it } from "vitest";
import { DEFAULT_EVENT_WEIGHTS } from "#contract/event-weight.ts";
import { DEFAULT_WEIGHT_RULE } from "#contract/weight-rule.ts";
import { lineOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { READ_BY_CONTENT } from "#jobs/file-reading.ts";
import type { EventSnapshot } from "#jobs/ingestion-job.ts";
import { keyOfSegment } from "#storage/event-segments.ts";
import { makeEventData } from "#trainer/reading/event-data.ts";
import type { TrainerDeps } from "#trainer/work/deps.ts";
import type { Work } from "#trainer/work/work.ts";

const NOW = Date.UTC(2026, 0, 2);
const FILE = "projects/3/uploads/new";
const BASE = "projects/3/uploads/base";
const spec = { fileKey: FILE, projectId: 3 };
const work = { breathe: async () => undefined } as unknown as Work;

function storeOf(objects: Record<string, { readonly text: string; readonly sealedAt?: number }>) {
  const kept = new Map(Object.entries(objects));
  let writes = 0;
  const store = {
    head: async (key: string) => (kept.has(key) ? {} : null),
    get: async (key: string) => {
      const found = kept.get(key);
      return found
        ? {
            body: new Response(found.text).body,
            text: async () => found.text,
            json: async () => JSON.parse(found.text),
          }
        : null;
    },
    list: async ({ prefix = "", cursor = "", startAfter = cursor }: R2ListOptions) => {
      const keys = [...kept.keys()].filter((key) => key.startsWith(prefix) && key > startAfter).sort();
      const shown = keys.slice(0, 2).map((key) => {
        const { text, sealedAt } = kept.get(key) as { text: string; sealedAt: number };
        return { key, size: text.length, customMetadata: { sealed_at: String(sealedAt) } };
      });
      return { objects: shown, truncated: keys.length > shown.length, cursor: keys[1] };
    },
    put: async (key: string, bytes: Uint8Array) => {
      writes++;
      kept.set(key, { text: new TextDecoder().decode(bytes) });
    },
  };
  const deps = { store, files: store } as unknown as Pick<TrainerDeps, "store" | "files">;
  const made = () =>
    (kept.get(FILE)?.text ?? "")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { deps, made, writes: () => writes };
}

const event = (item: string, more: Partial<StoredEvent> = {}): StoredEvent => ({
  type: "view",
  user_id: "ann",
  item_id: item,
  time: NOW - 1000,
  received: NOW - 1000,
  ...more,
});
const segment = (shard: number, first: number, events: readonly StoredEvent[], sealedAt = NOW - 1000) => ({
  [keyOfSegment({ projectId: 3, shard }, { first, last: first + events.length - 1 })]: {
    text: events.map(lineOf).join(""),
    sealedAt,
  },
});

const snapshot = (more: Partial<EventSnapshot> = {}): EventSnapshot => ({
  upTo: NOW,
  weights: DEFAULT_EVENT_WEIGHTS,
  base: null,
  ...more,
});
const base = {
  fileKey: BASE,
  fileName: "data.csv",
  columns: { user: "user", item: "item", time: null },
  reading: READ_BY_CONTENT,
  at: Date.UTC(2025, 0, 1),
};

describe("a file of events", () => {
  it("has the segments of all shards in order, each event with its weight", async () => {
    const { deps, made } = storeOf({
      ...segment(2, 1, [event("c", { type: "purchase" })]),
      ...segment(0, 1, [event("a"), event("b", { type: "rating", value: 4 })]),
      ...segment(0, 3, [event("x", { type: "impression" }), event("y", { type: "dislike" })]),
      ...segment(11, 1, [event("z", { type: "wishlist" }), event("w", { type: "toString" })]),
    });
    await makeEventData(deps, spec, snapshot({ weights: { ...DEFAULT_EVENT_WEIGHTS, wishlist: 4 } }), work);
    expect(made().map(({ item_id, weight }) => [item_id, weight])).toEqual([
      ["a", 1],
      ["b", 4],
      ["y", -1000],
      ["c", 8],
      ["z", 4],
    ]);
    expect(made()[0]).toEqual({ user_id: "ann", item_id: "a", weight: 1, time: "2026-01-01T23:59:59.000Z" });
  });

  it("reads values by the project's rule: what it leaves out is no line, what is wrong has no number", async () => {
    const rated = (item: string, value: number) => event(item, { type: "rating", value });
    const { deps, made } = storeOf(
      segment(0, 1, [rated("a", 5), rated("b", 3), rated("c", 7), event("d", { value: 2 })]),
    );
    const rule = { ...DEFAULT_WEIGHT_RULE, weight_kind: "likes" as const };
    await makeEventData(deps, spec, snapshot({ rule }), work);
    expect(made().map(({ item_id, weight }) => [item_id, weight])).toEqual([
      ["a", 1],
      ["c", "7 has a rating above 5, the rating_max of the scale"],
      ["d", 1],
    ]);
  });

  it("reads its base by the rule of the base, and amounts by that of the events", async () => {
    const { deps, made } = storeOf({
      [BASE]: { text: "user,item,paid\nann,old,19\nann,free,0\n" },
      ...segment(0, 1, [event("a", { type: "purchase", value: 9 }), event("b")]),
    });
    const rule = { ...DEFAULT_WEIGHT_RULE, weight_kind: "revenue" as const, weight_scale: "log" as const };
    const columns = { user: "user", item: "item", time: null, weight: "paid" };
    const counting = { weights: {}, cap: null, halfLifeDays: null, rule };
    const reading = { ...READ_BY_CONTENT, counting };
    await makeEventData(deps, spec, snapshot({ rule, base: { ...base, columns, reading } }), work);
    expect(made().map(({ item_id, weight }) => [item_id, weight])).toEqual([
      ["old", Math.log1p(19)],
      ["a", 8 * Math.log1p(9)],
      ["b", 1],
    ]);
  });

  it("halves weights for every half-life before its moment; a dislike does not fade", async () => {
    const DAY_MS = 24 * 60 * 60 * 1000;
    const aged = (item: string, days: number, more: Partial<StoredEvent> = {}) =>
      event(item, { ...more, time: NOW - days * DAY_MS });
    const late = { time: NOW + 1000 };
    const { deps, made } = storeOf({
      [BASE]: { text: "user,item,at,grade\nann,old,2025-12-03T00:00:00Z,4\n" },
      ...segment(0, 1, [
        aged("a", 0),
        aged("b", 7, { type: "purchase" }),
        aged("c", 3.5, { type: "rating", value: 4 }),
        aged("d", 700, { type: "dislike" }),
        aged("e", 100_000),
        event("f", late),
      ]),
    });
    const columns = { user: "user", item: "item", time: "at", weight: "grade" };
    await makeEventData(deps, spec, snapshot({ halfLifeDays: 7, base: { ...base, columns } }), work);
    // The base's row is 30 days old: 4 × 2^(−30/7).
    expect(Object.fromEntries(made().map(({ item_id, weight }) => [item_id, weight]))).toEqual({
      old: 4 * 2 ** (-30 / 7),
      a: 1,
      b: 8 / 2,
      c: 4 * 2 ** -0.5,
      d: -1000,
      e: 1e-30,
      f: 1,
    });
  });

  it("has the events of merged users as those of the user whom they became, until its moment", async () => {
    const merge = (from: string, to: string, at = NOW) => ({
      [`projects/3/merges/${from}.json`]: { text: JSON.stringify({ from, to, at }) },
    });
    const { deps, made } = storeOf({
      [BASE]: { text: "user,item\nv1,old\nbob,old\n" },
      ...segment(0, 1, [event("a", { user_id: "v1" }), event("b", { user_id: "v2" }), event("c")]),
      ...segment(3, 1, [event("d", { user_id: "late" })]),
      ...merge("v1", "v2"),
      ...merge("v2", "ann"),
      ...merge("late", "ann", NOW + 1),
    });
    await makeEventData(deps, spec, snapshot({ base }), work);
    expect(made().map(({ user_id, item_id }) => `${user_id} ${item_id}`)).toEqual([
      "ann old",
      "bob old",
      "ann a",
      "ann b",
      "ann c",
      "late d",
    ]);
  });

  it("leaves out events that arrived later", async () => {
    const { deps, made } = storeOf({
      ...segment(0, 1, [event("a")], NOW),
      ...segment(0, 2, [event("b")], NOW + 1),
    });
    await makeEventData(deps, spec, snapshot(), work);
    expect(made().map(({ item_id }) => item_id)).toEqual(["a"]);
  });

  it("has the sessions of events and of its base", async () => {
    const { deps, made } = storeOf({
      [BASE]: { text: "user,item,visit\nann,x,v7\nann,y,\n" },
      ...segment(0, 1, [event("a", { session_id: "s1" }), event("b")]),
    });
    const visited = { ...base, columns: { ...base.columns, session: { column: "visit" } } };
    await makeEventData(deps, spec, snapshot({ base: visited }), work);
    expect(made().map(({ item_id, session_id }) => [item_id, session_id])).toEqual([
      ...[
        ["x", "v7"],
        ["y", undefined],
        ["a", "s1"],
        ["b", undefined],
      ],
    ]);
  });

  it("is not written again by a second attempt", async () => {
    const { deps, writes } = storeOf(segment(0, 1, [event("a")]));
    await makeEventData(deps, spec, snapshot(), work);
    await makeEventData(deps, spec, snapshot(), work);
    expect(writes()).toBe(1);
  });

  it("begins with every row of its base, once and in order, with the time of its upload", async () => {
    const rows = Array.from({ length: 30_000 }, (_, n) => `u${n % 97},i${n}\n`);
    const { deps, made } = storeOf({
      [BASE]: { text: `user,item\n${rows.join("")}` },
      ...segment(0, 1, [event("last")]),
    });
    await makeEventData(deps, spec, snapshot({ base }), work);
    const lines = made();
    expect(lines.map(({ item_id }) => item_id)).toEqual([...rows.map((_, n) => `i${n}`), "last"]);
    expect(lines[0]).toEqual({ user_id: "u0", item_id: "i0", weight: 1, time: "2025-01-01T00:00:00.000Z" });
  });

  it("is not made where its base cannot be read", async () => {
    const { deps, writes } = storeOf({ [BASE]: { text: "person,thing\na,b\n" } });
    await expect(makeEventData(deps, spec, snapshot({ base }), work)).rejects.toMatchObject({
      code: "BAD_DATA",
    });
    expect(writes()).toBe(0);
  });
});
