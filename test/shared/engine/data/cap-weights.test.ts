import { describe, expect, it } from "vitest";
import { capWeights } from "#engine/data/cap-weights.ts";
import { DatasetBuilder } from "#engine/data/dataset-builder.ts";

const capped = (values: readonly number[], rules: Parameters<typeof capWeights>[1]) => {
  const copy = Float32Array.from(values);
  capWeights(copy, rules);
  return [...copy];
};

describe("the caps of pairs", () => {
  it("are a weight, a quantile of the weights above 0, or the lesser of both", () => {
    const values = [-4, 0, 1, 2, 3, 100];
    expect(capped(values, {})).toEqual(values);
    expect(capped(values, { maxWeight: 2 })).toEqual([-4, 0, 1, 2, 2, 2]);
    // Of 1, 2, 3 and 100 three quarters do not exceed 3, and a half does not exceed 2.
    expect(capped(values, { capQuantile: 0.75 })).toEqual([-4, 0, 1, 2, 3, 3]);
    expect(capped(values, { capQuantile: 0.5 })).toEqual([-4, 0, 1, 2, 2, 2]);
    expect(capped(values, { capQuantile: 0.75, maxWeight: 50 })).toEqual([-4, 0, 1, 2, 3, 3]);
    expect(capped(values, { capQuantile: 1, maxWeight: 1 })).toEqual([-4, 0, 1, 1, 1, 1]);
    expect(capped(values, { capQuantile: 1 })).toEqual(values);
    expect(capped([-1, 0], { capQuantile: 0.5 })).toEqual([-1, 0]);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuse the quantile %d", (capQuantile) => {
    expect(() => new DatasetBuilder({ hasTimes: false, rules: { capQuantile } })).toThrow(/quantile/);
  });
});
