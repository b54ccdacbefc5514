import { describe, expect, it } from "vitest";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, similarityRow } from "../fit-fixture.ts";

// All neighbours are kept: equal overlaps are common, and which of them a cut keeps depends on their positions.
describeAlgorithmContract("JaccardKNN", { top_k: 100, shrinkage: 1 });
describeAlgorithmContract("TverskyIndexKNN", { top_k: 100, alpha: 0.3, beta: 0.7 });

const kernels = loadWasmKernels();
// Users of item 0: {0, 1, 2}; of item 1: {0}; of item 2: {1, 2, 3}. Weights do not matter.
const matrix = matrixOf([
  [1, 2, 0],
  [3, 0, 1],
  [5, 0, 1],
  [0, 0, 4],
]);

describe("JaccardKNN", () => {
  it("divides the shared users by all users of both items plus the shrinkage", () => {
    // 0 and 1: 1 of 3; 0 and 2: 2 of 4.
    const row = similarityRow(fitModel("JaccardKNN", inputOf(matrix, kernels), { shrinkage: 1 }), 0);
    [0, 1 / 4, 2 / 5].forEach((expected, item) => {
      expect(row[item]).toBeCloseTo(expected, 5);
    });
  });
});

describe("JaccardKNN with equal quotients at the cut", () => {
  // Item 0 shares 100 users of 200 with item 1 and 200 of 400 with item 2: the floor of 1e-6 makes the second a little larger.
  const large = matrixOf(
    Array.from({ length: 400 }, (_, user) => [user < 200 ? 1 : 0, user < 100 ? 1 : 0, 1]),
  );

  it("keeps the one that is larger in f64, though they are the same in f32", () => {
    // The item itself counts as one of the two.
    const row = similarityRow(fitModel("JaccardKNN", inputOf(large, kernels), { shrinkage: 0, top_k: 2 }), 0);
    expect([...row]).toEqual([0, 0, 0.5]);
  });
});

describe("TverskyIndexKNN", () => {
  it("weighs the users of one item only by the side they are on", () => {
    // From 0 to 2: shared 2, only in 0: 1, only in 2: 1, so 2 / (2 + 0.25 · 1 + 2 · 1); to 1: 1 / (1 + 0.25 · 2 + 0).
    const params = { alpha: 0.25, beta: 2 };
    const row = similarityRow(fitModel("TverskyIndexKNN", inputOf(matrix, kernels), params), 0);
    expect(row[2]).toBeCloseTo(2 / 4.25, 5);
    expect(row[1]).toBeCloseTo(1 / 1.5, 5);
  });

  it("is Jaccard's index when both sides weigh one", () => {
    const params = { alpha: 1, beta: 1, shrinkage: 2 };
    const tversky = fitModel("TverskyIndexKNN", inputOf(matrix, kernels), params);
    const jaccard = fitModel("JaccardKNN", inputOf(matrix, kernels), { shrinkage: 2 });
    expect(tversky.encode()).toEqual(jaccard.encode());
  });
});
