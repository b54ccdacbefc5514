import { describe, expect, it } from "vitest";
import { weighFeatures } from "../../../../../shared/engine/algorithms/weighting/feature-weighting.ts";
import { finishSteps } from "../../../../../shared/engine/in-steps.ts";
import { matrixOf } from "../fit-fixture.ts";

const matrix = matrixOf([
  [2, 1],
  [1, 0],
  [4, 0],
]);

describe("weighFeatures", () => {
  it("leaves the entries alone for NONE", () => {
    expect(finishSteps(weighFeatures(matrix, { scheme: "NONE", k1: 1.2, b: 0.75 }))).toBe(matrix.values);
  });

  it("multiplies by ln(N / (df + 1)) for TF_IDF", () => {
    // N = 3; df = 3 for the first item, 1 for the second.
    const [common, rare] = [Math.log(3 / 4), Math.log(3 / 2)];
    const weighed = finishSteps(weighFeatures(matrix, { scheme: "TF_IDF", k1: 1.2, b: 0.75 }));
    const expected = [2 * common, rare, common, 4 * common];
    expected.forEach((value, at) => {
      expect(weighed[at]).toBeCloseTo(value, 6);
    });
  });

  it("saturates by the user's length for BM_25", () => {
    // Lengths 3, 1, 4, mean 8/3. First user: k1 (1 − b + b · 9/8) = 1.2 · 1.09375 = 1.3125.
    const weighed = finishSteps(weighFeatures(matrix, { scheme: "BM_25", k1: 1.2, b: 0.75 }));
    expect(weighed[0]).toBeCloseTo((Math.log(3 / 4 + 1) * 2 * 2.2) / (2 + 1.3125), 6);
    expect(weighed[1]).toBeCloseTo((Math.log(3 / 2 + 1) * 1 * 2.2) / (1 + 1.3125), 6);
  });
});
