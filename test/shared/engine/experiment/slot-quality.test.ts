import { describe, expect, it } from "vitest";
import type { SlotCounts } from "#contract/quality.ts";
import {
  addCounts,
  driftOf,
  dropOf,
  figuresOf,
  jensenShannon,
  SlotWatch,
  stabilityIndex,
  type WatchedEvent,
} from "#engine/experiment/slot-quality.ts";

const shown = (who: string, position: number, fields: object = {}): WatchedEvent => ({
  ...{ who, type: "impression", item: 100 + position * 2 ** 28, requestId: "r" },
  shown: { slotId: 4, position, ...fields },
});
const did = (who: string, position: number, type = "click"): WatchedEvent => ({
  ...{ who, type, item: 100 + position * 2 ** 28, requestId: "r" },
});
function watched(events: readonly WatchedEvent[]): SlotCounts {
  const watch = new SlotWatch((type) => type === "click" || type === "purchase");
  for (const event of events) watch.add(event);
  return watch.finish().get(4) as SlotCounts;
}
const lists = (count: number, taking: (list: number) => readonly number[], name = "u") =>
  Array.from({ length: count }, (_, list) => `${name}${list}`).flatMap((who, list) => [
    ...[0, 1, 2].map((position) => shown(who, position)),
    ...taking(list).map((position) => did(who, position)),
  ]);

describe("the quality of a slot", () => {
  it("is counted by rank, each item of a list once", () => {
    const counts = watched([
      ...[
        shown("a", 0, { isCold: true, score: 2 }),
        shown("a", 1),
        shown("b", 0, { score: 2 }),
        shown("b", 1),
      ],
      ...[did("a", 1), did("a", 1), did("a", 1, "purchase"), did("b", 7), did("c", 0), did("a", 0, "view")],
    ]);
    const figures = figuresOf(counts);
    expect(figures).toMatchObject({
      lists: 2,
      click_through: 0.25,
      conversion: 0.25,
      cold_share: 0.5,
      items_shown: 2,
    });
    expect(figures.click_through_at.slice(0, 3)).toEqual([0, 0.5, null]);
    // The second rank was taken: (1 / log2 3) / 1.
    expect(figures.ndcg).toBeCloseTo(1 / Math.log2(3), 12);
    expect(figures.ranked_lists).toBe(1);
  });

  it("counts what was taken before the list was stored", () => {
    const counts = watched([did("a", 1), did("b", 0), shown("a", 0), shown("a", 1)]);
    expect(figuresOf(counts)).toMatchObject({ lists: 1, ranked_lists: 1 });
    expect(figuresOf(counts).click_through_at.slice(0, 2)).toEqual([0, 1]);
  });

  it("adds up over shards", () => {
    const [a, b] = [lists(30, (list) => (list % 2 ? [1] : [])), lists(20, () => [0], "v")];
    expect(figuresOf(addCounts(watched(a), watched(b)))).toEqual(figuresOf(watched([...a, ...b])));
  });

  it("has dropped only where chance does not explain it", () => {
    const [before, now] = [
      watched(lists(900, (list) => (list % 3 ? [0] : []))),
      watched(lists(300, (list) => (list % 3 ? [] : [2]))),
    ];
    const { clickThrough, ndcg } = dropOf(now, before);
    expect(clickThrough).toBeCloseTo(0.5, 6);
    expect(ndcg).toBeNull();
    const spread = watched(lists(300, (list) => (list % 3 ? [] : [list % 2 ? 2 : 1])));
    const mixed = watched(lists(900, (list) => (list % 3 ? [list % 2] : [])));
    expect(dropOf(spread, mixed).ndcg).toBeGreaterThan(0.2);
    const few = watched(lists(9, (list) => (list % 3 ? [] : [0])));
    expect(dropOf(few, before)).toEqual({ clickThrough: null, ndcg: null });
    expect(dropOf(before, now).clickThrough).toBeNull();
  });

  it("drifts when other items or other scores come", () => {
    const of = (items: number, score: number) =>
      watched(
        Array.from({ length: 400 }, (_, list) => ({
          ...shown(`u${list}`, 0, { score }),
          item: items + (list % 9),
        })),
      );
    const same = driftOf(of(0, 1), of(0, 1));
    expect([same.items, same.scores]).toEqual([0, 0]);
    const other = driftOf(of(30, 100), of(0, 1));
    expect(other.items).toBeCloseTo(1, 9);
    expect(other.scores).toBeGreaterThan(5);
    expect(driftOf(watched([shown("a", 0)]), of(0, 1)).scores).toBeNull();
  });
});

describe("measures of drift", () => {
  it("are those of their papers", () => {
    // (p log2(p / m) + q log2(q / m)) / 2 of (1, 0) and (1/2, 1/2): m = (3/4, 1/4).
    const expected = (Math.log2(4 / 3) + 0.5 * Math.log2(2 / 3) + 0.5 * Math.log2(2)) / 2;
    expect(jensenShannon([8, 0], [3, 3])).toBeCloseTo(expected, 12);
    expect(jensenShannon([1, 2], [0, 0])).toBeNull();
    // (.6 − .4) ln(.6 / .4) + (.4 − .6) ln(.4 / .6), with half an observation more in each group.
    const [p, q] = [600.5 / 1_001, 400.5 / 1_001];
    const exact = (p - q) * Math.log(p / q) + (q - p) * Math.log((1 - p) / (1 - q));
    expect(stabilityIndex([600, 400], [400, 600])).toBeCloseTo(exact, 12);
  });
});
