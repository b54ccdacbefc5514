import { describe, expect, it } from "vitest";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, similarityRow } from "../fit-fixture.ts";

describeAlgorithmContract("AsymmetricCosineKNN", { top_k: 8, alpha: 0.3, shrinkage: 1 });

const matrix = matrixOf([
  [1, 2, 0],
  [3, 0, 1],
  [0, 1, 1],
]);

function rowOfFirst(params: Record<string, number>): number[] {
  return similarityRow(fitModel("AsymmetricCosineKNN", inputOf(matrix, loadWasmKernels()), params), 0);
}

describe("AsymmetricCosineKNN", () => {
  it("divides by unequal powers of the norms, plus the shrinkage", () => {
    // |0|² = 10, |1|² = 5, |2|² = 2; α 0.2: 10^0.2 · 5^0.8 and 10^0.2 · 2^0.8
    const [own, first, second] = rowOfFirst({ alpha: 0.2, shrinkage: 3 });
    expect(own).toBe(0);
    expect(first).toBeCloseTo(2 / (10 ** 0.2 * 5 ** 0.8 + 3), 5);
    expect(second).toBeCloseTo(3 / (10 ** 0.2 * 2 ** 0.8 + 3), 5);
  });

  it("is the cosine at alpha one half", () => {
    expect(rowOfFirst({ alpha: 0.5 })[2]).toBeCloseTo(3 / Math.sqrt(20), 5);
  });
});
