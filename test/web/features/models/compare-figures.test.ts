import { expect, it } from "vitest";
import type { ModelComparison } from "#contract/model-comparison.ts";
import {
  comparedMetrics,
  comparedSentence,
  figureRows,
  overPopularitySentence,
  pairRows,
} from "#web/features/models/compare-figures.ts";

const model = (id: number, metrics: Record<string, number>) => ({
  id,
  version: id + 10,
  measurement: { metrics, intervals: { "ndcg@10": { low: 0.1, high: 0.3 } } },
});
const comparison = {
  models: [
    model(1, { "ndcg@10": 0.2, "map@10": 0.1 }),
    model(2, { "ndcg@10": 0.25 }),
    { ...model(3, {}), measurement: null },
  ],
  is_comparable: true,
  best: { "map@10": { model: 1, value: 0.1 } },
  pairs: [{ model: 1, than: 2, differences: { "ndcg@10": { difference: -0.05, low: -0.06, high: -0.04 } } }],
  not_distinguishable: ["ndcg@10"],
} as unknown as ModelComparison;

it("compares by metrics that two models have, and leaves models without a figure out", () => {
  expect(comparedMetrics(comparison)).toEqual(["ndcg@10"]);
  expect(figureRows(comparison, "ndcg@10").map(({ name, value, low }) => [name, value, low])).toEqual([
    ["Version 11", 0.2, 0.1],
    ["Version 12", 0.25, 0.1],
  ]);
});

it("says which version is the best, or that there is no clear difference", () => {
  expect(comparedSentence(comparison, "ndcg@10")).toContain("No clear difference");
  expect(comparedSentence(comparison, "map@10")).toContain("Version 11 is the best");
  expect(comparedSentence({ ...comparison, is_comparable: false }, "map@10")).toBeNull();
});

it("shows a pair with the higher model first", () => {
  const [row] = pairRows(comparison, "ndcg@10");
  expect(row).toMatchObject({ name: "Version 12 − 11", estimate: 0.05, low: 0.04, high: 0.06 });
  expect(row?.text).toContain("+0.0500");
  expect(pairRows(comparison, "map@10")).toEqual([]);
});

it("says how many times as many the best model finds as popularity, where that is clear", () => {
  const found = (low: number) => ({
    metrics: { "recall@10": 0.21 },
    popularity: { "recall@10": 0.1 },
    over_popularity: { "recall@10": { difference: 0.11, low, high: 0.2 } },
  });
  const of = (low: number) =>
    ({ ...comparison, models: [{ ...model(1, {}), measurement: found(low) }] }) as unknown as ModelComparison;
  expect(overPopularitySentence(of(0.02), "recall@10")).toContain("Version 11 finds 2.1 times as many");
  expect(overPopularitySentence(of(-0.02), "recall@10")).toBeNull();
  expect(overPopularitySentence(of(0.02), "ndcg@10")).toBeNull();
});
