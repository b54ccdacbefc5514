import { describe, expect, it } from "vitest";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, similarityRow } from "../fit-fixture.ts";

describeAlgorithmContract("P3alpha", { top_k: 10, alpha: 0.8 });
describeAlgorithmContract("RP3beta", { top_k: 10, alpha: 0.8, beta: 0.4, normalize_weight: true });
describeAlgorithmContract("RP3beta", { top_k: 10, beta: 0.4, cut_by: "source" });

const kernels = loadWasmKernels();
const matrix = matrixOf([
  [1, 3, 0],
  [1, 0, 1],
]);

describe("P3alpha", () => {
  it("is the chance to walk from an item over a user to another item", () => {
    // From item 0 to either user with ½; user 0 goes on to item 1 with ¾, user 1 to item 2 with ½.
    const row = similarityRow(fitModel("P3alpha", inputOf(matrix, kernels), {}), 0);
    expect(row).toEqual([0, 0.375, 0.25]);
  });

  it("raises weights to alpha before it takes shares", () => {
    // User 0 goes from item 0 on to item 1 with 9 / (1 + 9).
    const row = similarityRow(fitModel("P3alpha", inputOf(matrix, kernels), { alpha: 2 }), 0);
    expect(row[1]).toBeCloseTo(0.5 * 0.9, 6);
  });

  it("keeps the strongest sources of each target", () => {
    // Sources of item 1 are itself (¾) and item 0 (0.375): with one kept, nothing else leads to it.
    const row = similarityRow(fitModel("P3alpha", inputOf(matrix, kernels), { top_k: 1 }), 0);
    expect(row[1]).toBe(0);
  });
});

describe("RP3beta", () => {
  it("keeps the likeliest targets of each source when cut by source", () => {
    // Row 0 of P3alpha is (0.375, 0.375, 0.25); with beta 1 and weight sums 2, 3, 1 it is (0.1875, 0.125, 0.25).
    const params = { beta: 1, top_k: 1, cut_by: "source" };
    expect(similarityRow(fitModel("RP3beta", inputOf(matrix, kernels), params), 0)).toEqual([0, 0, 0.25]);
  });

  it("divides by the popularity of the target to the power of beta", () => {
    // Weight sums of the items: 2, 3, 1.
    const row = similarityRow(fitModel("RP3beta", inputOf(matrix, kernels), { beta: 0.5 }), 0);
    expect(row[1]).toBeCloseTo(0.375 / Math.sqrt(3), 6);
    expect(row[2]).toBeCloseTo(0.25, 6);
  });

  it("makes a row sum to one with the item's own share when it normalises", () => {
    // Row 0 of P3alpha is (½·¼ + ½·½, 0.375, 0.25) and sums to 1 already; with beta 1 it is (0.1875, 0.125, 0.25).
    const params = { beta: 1, normalize_weight: true };
    const row = similarityRow(fitModel("RP3beta", inputOf(matrix, kernels), params), 0);
    expect(row[1]).toBeCloseTo(0.125 / 0.5625, 6);
    expect(row[2]).toBeCloseTo(0.25 / 0.5625, 6);
  });
});
