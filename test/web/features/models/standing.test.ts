import { describe, expect, it } from "vitest";
import type { ComparedModel, ModelComparison } from "#contract/model-comparison.ts";
import { standingOf } from "../../../../web/features/models/standing.ts";

type Figure = readonly [value: number, low: number, high: number];

function comparisonOf(name: string, figures: readonly Figure[]): ModelComparison {
  const models = figures.map(([value, low, high], at) => ({
    id: at + 1,
    measurement: { metrics: { [name]: value }, intervals: { [name]: { low, high } } },
  })) as unknown as ComparedModel[];
  return {
    models,
    is_comparable: true,
    test_part: "a7ca034a",
    best: {},
    pairs: [],
    not_distinguishable: [name],
  };
}

const standings = (comparison: ModelComparison, name: string) =>
  comparison.models.map((model) => standingOf(comparison, name, model));

describe("standingOf", () => {
  it("marks figures whose ranges overlap that of the highest, and not those clearly behind", () => {
    const figures: Figure[] = [
      [0.1413, 0.1296, 0.1529],
      [0.0749, 0.0663, 0.0834],
      [0.135, 0.124, 0.146],
    ];
    const expected = ["unclear", null, "unclear"];
    expect(standings(comparisonOf("ndcg@10", figures), "ndcg@10")).toEqual(expected);
  });

  it("goes by the difference on the same people where it is known", () => {
    const comparison = comparisonOf("ndcg@10", [
      [0.14, 0.13, 0.15],
      [0.135, 0.125, 0.145],
      [0.13, 0.12, 0.14],
    ]);
    const pair = (than: number, low: number) => ({
      ...{ model: 1, than },
      differences: { "ndcg@10": { difference: 0.01, low, high: 0.02 } },
    });
    const pairs = [pair(2, -0.001), pair(3, 0.004)];
    expect(standings({ ...comparison, pairs }, "ndcg@10")).toEqual(["unclear", "unclear", null]);
  });

  it("goes by the lowest figure of the Gini index", () => {
    const figures: Figure[] = [
      [0.9, 0.85, 0.95],
      [0.3, 0.2, 0.4],
      [0.3, 0.2, 0.4],
    ];
    const expected = [null, "unclear", "unclear"];
    expect(standings(comparisonOf("gini@10", figures), "gini@10")).toEqual(expected);
  });

  it("is the best where the platform names one", () => {
    const comparison = comparisonOf("map@10", [
      [0.3, 0.2, 0.4],
      [0.1, 0.05, 0.15],
    ]);
    const told = { ...comparison, best: { "map@10": { model: 1, value: 0.3 } }, not_distinguishable: [] };
    expect(standings(told, "map@10")).toEqual(["best", null]);
  });
});
