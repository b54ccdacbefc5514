import { describe, expect, it } from "vitest";
import { compareBy, countsFound, figureOf, isHigherBetter } from "#web/features/quality/rivals.ts";
import { segmentRows } from "#web/features/quality/segment-rows.ts";
import { whiskerPlot } from "#web/features/quality/whisker-plot.ts";

const range = (low: number, high: number) => ({ "recall@10": { low, high } });
const METRICS = {
  winner: { "recall@10": 0.21 },
  popularity: { "recall@10": 0.1 },
  serving: { "recall@10": 0.2 },
  intervals: { winner: range(0.19, 0.23), popularity: range(0.08, 0.12), serving: range(0.18, 0.22) },
};

describe("compareBy", () => {
  it("says better where the ranges are apart, and nothing clear where they overlap", () => {
    expect(compareBy(METRICS, "popularity", "recall@10")).toEqual({
      ...{ rival: "popularity", ratio: expect.closeTo(2.1, 12), outcome: "better" },
    });
    expect(compareBy(METRICS, "serving", "recall@10")?.outcome).toBe("unclear");
  });

  it("goes by the difference on the same people where it was kept", () => {
    const over = (low: number, high: number) => ({ "recall@10": { difference: 0.01, low, high } });
    const by = (low: number, high: number) =>
      compareBy(
        { ...METRICS, differences: { popularity: over(0, 1), serving: over(low, high) } },
        "serving",
        "recall@10",
      )?.outcome;
    expect([by(0.002, 0.018), by(-0.001, 0.02), by(-0.02, -0.001)]).toEqual(["better", "unclear", "worse"]);
  });

  it("says worse of a lower figure, and has no ratio to nothing", () => {
    const lost = { winner: { x: 0.1 }, popularity: { x: 0.2 } };
    expect(compareBy(lost, "popularity", "x")).toMatchObject({ outcome: "worse", ratio: 0.5 });
    const found = { winner: { x: 0.1 }, popularity: { x: 0 } };
    expect(compareBy(found, "popularity", "x")).toMatchObject({ outcome: "better", ratio: null });
  });

  it("compares nothing that was not measured", () => {
    expect(compareBy({ winner: {}, popularity: { x: 1 } }, "popularity", "x")).toBeNull();
    expect(compareBy({ winner: { x: 1 }, popularity: { x: 1 } }, "serving", "x")).toBeNull();
    expect(figureOf({ winner: { x: 1 }, popularity: {} }, "winner", "x")).toEqual({
      value: 1,
      low: null,
      high: null,
    });
  });
});

it("tells metrics that count found items from scores", () => {
  expect(["recall@10", "hit@5", "ndcg@10", "map@10"].map(countsFound)).toEqual([true, true, false, false]);
});

it("calls no list better by a figure that describes it", () => {
  expect(["mrr@5", "ndcg@10"].every(isHigherBetter)).toBe(true);
  expect(["gini@10", "novelty@10", "catalogCoverage@10"].some(isHigherBetter)).toBe(false);
});

it("draws a range around its figure, from zero on", () => {
  const row = { name: "a", colour: "ink", value: 0.2, low: 0.1, high: 0.3 };
  const { marks } = whiskerPlot(400, [row, { ...row, low: null, high: null }], String);
  const dot = marks.find(({ key }) => key === 0);
  const [whisker] = marks.filter((mark) => mark.kind === "line" && mark.colour === "ink");
  const [from = 0, , to = 0] = whisker?.kind === "line" ? whisker.points : [];
  expect(dot?.kind === "dot" && dot.x).toBeCloseTo((from + to) / 2, 9);
  expect(marks.filter((mark) => mark.kind === "line" && mark.colour === "ink")).toHaveLength(3);
});

it("gives no figures of segments with few people", () => {
  const of = (users: number) => ({
    ...{ name: "head_items" as const, items: 9, interactions: null, users },
    ...{ winner: { "hit@10": 0.3 }, popularity: { "hit@10": 0.1 } },
  });
  const shown = segmentRows([of(30), of(29)], "hit@10").map(({ figures }) => figures);
  expect(shown).toEqual([{ winner: 0.3, popularity: 0.1, serving: null }, null]);
  expect(segmentRows([of(30)], "gini@10")).toEqual([]);
});
