import { describe, expect, it } from "vitest";
import {
  COUNT_WINDOWS,
  type CountGroup,
  type CountWindow,
  EventCounts,
  MAX_COUNT_ENTRIES,
  sumCounts,
} from "#jobs/event-shard/event-counts.ts";

const NOW = Date.UTC(2026, 0, 31, 12, 30, 30);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const event = (item_id: string, age: number, more: object = {}) => ({
  type: "view",
  user_id: "ann",
  item_id,
  time: NOW - age,
  received: NOW,
  ...more,
});
const top = (counts: EventCounts, window: CountWindow, group: CountGroup = "", now = NOW) =>
  counts
    .top({ window, group, limit: 10 }, now)
    .counts.map(({ itemId, type, count }) => [itemId, type, count]);

describe("windowed counts", () => {
  it("have in each window the events of its time", () => {
    const counts = new EventCounts();
    const ages = {
      now: 0,
      minutes: 20 * MINUTE,
      hours: 5 * 60 * MINUTE,
      days: 3 * DAY,
      weeks: 20 * DAY,
      old: 40 * DAY,
    };
    for (const [name, age] of Object.entries(ages)) counts.add(event(name, age), NOW);
    const found = COUNT_WINDOWS.map((window) =>
      top(counts, window)
        .map(([item]) => item)
        .sort(),
    );
    expect(found).toEqual([
      ["now"],
      ["minutes", "now"],
      ["hours", "minutes", "now"],
      ["days", "hours", "minutes", "now"],
      ["days", "hours", "minutes", "now", "weeks"],
    ]);
  });

  it("are summed by type over all items, without groups and what nobody saw", () => {
    const counts = new EventCounts();
    const tagged = { type: "click", metadata: { category: "x" } };
    counts.add(event("a", 0), NOW);
    counts.add(event("b", 2 * 60 * MINUTE), NOW);
    counts.add(event("a\nb", 0, tagged), NOW);
    counts.add(event("a", 0, { type: "shadow_impression" }), NOW);
    const [hour, day] = [counts.byType("1h", NOW), counts.byType("1d", NOW)];
    expect([...hour, ...day]).toEqual([
      ["view", 1],
      ["click", 1],
      ["view", 2],
      ["click", 1],
    ]);
  });

  it("forget as time passes, without new events", () => {
    const counts = new EventCounts();
    counts.add(event("a", 0), NOW);
    expect(top(counts, "5m", "", NOW + 4 * MINUTE)).toEqual([["a", "view", 1]]);
    expect(top(counts, "5m", "", NOW + 5 * MINUTE)).toEqual([]);
    counts.prune(NOW + 2 * DAY);
    expect(counts.size).toBe(1);
    expect(top(counts, "7d", "", NOW + 2 * DAY)).toEqual([["a", "view", 1]]);
    // Thirty days, and the thirty before them.
    counts.prune(NOW + 61 * DAY);
    expect(counts.size).toBe(0);
  });

  it("count types apart, the most counted first and of equals the first id", () => {
    const counts = new EventCounts();
    for (const item of ["b", "a", "c", "c"]) counts.add(event(item, 0), NOW);
    counts.add(event("c", 0, { type: "like" }), NOW);
    expect(top(counts, "1d")).toEqual([
      ["c", "view", 2],
      ["a", "view", 1],
      ["b", "view", 1],
      ["c", "like", 1],
    ]);
  });

  it("count categories and countries apart, too", () => {
    const counts = new EventCounts();
    counts.add(event("a", 0, { metadata: { category: "news", country: "DE" } }), NOW);
    counts.add(event("b", 0, { metadata: { country: "FR", category: 5 } }), NOW);
    expect(top(counts, "1h")).toHaveLength(2);
    expect(top(counts, "1h", "country=DE")).toEqual([["a", "view", 1]]);
    expect(top(counts, "1h", "category=news")).toEqual([["a", "view", 1]]);
    expect(top(counts, "1h", "category=5")).toEqual([]);
  });

  it("are the same after they were kept and merged", () => {
    const [whole, first, second] = [new EventCounts(), new EventCounts(), new EventCounts()];
    for (let n = 0; n < 300; n++) {
      const one = event(`i${n % 7}`, n * 37 * MINUTE);
      whole.add(one, NOW);
      (n % 2 ? first : second).add(one, NOW);
    }
    for (const bucket of second.buckets()) first.merge(bucket);
    for (const window of COUNT_WINDOWS) expect(top(first, window)).toEqual(top(whole, window));
    expect(first.size).toBe(whole.size);
  });

  it("stop at their bound, say so, and keep counting known items", () => {
    const counts = new EventCounts();
    for (let n = 0; n < MAX_COUNT_ENTRIES / 3 + 5; n++) counts.add(event(`i${n}`, 0), NOW);
    expect(counts.size).toBe(MAX_COUNT_ENTRIES);
    counts.add(event("i0", 0), NOW);
    expect(counts.top({ window: "5m", group: "", limit: 1 }, NOW)).toEqual({
      counts: [{ itemId: "i0", type: "view", count: 2 }],
      isCut: true,
    });
  });

  it.each([
    ["5m", 5 * MINUTE],
    ["1h", 60 * MINUTE],
    ["1d", DAY],
    ["7d", 7 * DAY],
    ["30d", 30 * DAY],
  ] as const)(
    "of the window before %s are those of as much time, for the entries of the window",
    (window, length) => {
      const counts = new EventCounts();
      for (const age of [0, length, length, 2 * length]) counts.add(event("a", age), NOW);
      counts.add(event("gone", length), NOW);
      counts.prune(NOW);
      expect(counts.top({ window, group: "", limit: 9, withBefore: true }, NOW).counts).toEqual([
        { itemId: "a", type: "view", count: 1, before: 2 },
      ]);
    },
  );

  it("of the window before are added over shards, too", () => {
    const answer = (count: number, before: number) => ({
      counts: [{ itemId: "a", type: "view", count, before }],
      isCut: false,
    });
    expect(sumCounts([answer(2, 1), answer(3, 0)], 9).counts).toEqual([
      { itemId: "a", type: "view", count: 5, before: 1 },
    ]);
  });

  it("of shards are added", () => {
    const count = (itemId: string, n: number) => ({ itemId, type: "view", count: n });
    const answers = [
      { counts: [count("a", 2), count("b", 1)], isCut: false },
      { counts: [count("b", 3)], isCut: true },
    ];
    expect(sumCounts(answers, 1)).toEqual({ counts: [count("b", 4)], isCut: true });
  });
});
