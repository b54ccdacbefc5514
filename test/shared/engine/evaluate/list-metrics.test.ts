import { describe, expect, it } from "vitest";
import { itemNovelties, listMetrics } from "#engine/evaluate/list-metrics.ts";
import { matrixOf } from "../split/matrix-factory.ts";

describe("listMetrics", () => {
  it("gives the values computed by hand", () => {
    // Counts 0 1 3 of 3 items, C = 4. gini: ((2·2 − 4)·1 + (2·3 − 4)·3) / (3·4) = 6/12.
    const metrics = listMetrics(new Uint32Array([3, 0, 1]), new Float64Array([1, 9, 5]));
    expect(metrics.catalogCoverage).toBeCloseTo(2 / 3, 12);
    expect(metrics.gini).toBeCloseTo(1 / 2, 12);
    expect(metrics.entropy).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 12);
    expect(metrics.novelty).toBeCloseTo((3 * 1 + 1 * 5) / 4, 12);
  });

  it("is even at its bounds: equal counts, and one item alone", () => {
    const flat = new Float64Array(4);
    const even = listMetrics(new Uint32Array([2, 2, 2, 2]), flat);
    expect(even).toMatchObject({ catalogCoverage: 1, gini: 0 });
    expect(even.entropy).toBeCloseTo(Math.log(4), 12);
    expect(listMetrics(new Uint32Array([0, 9, 0, 0]), flat)).toMatchObject({ gini: 3 / 4, entropy: 0 });
  });
});

describe("itemNovelties", () => {
  it("is −log2 of an item's share, an item without interactions counting as if it had one", () => {
    expect([...itemNovelties(matrixOf([[0, 1], [0], [0]], 3))]).toEqual([-Math.log2(3 / 4), 2, 2]);
  });
});
