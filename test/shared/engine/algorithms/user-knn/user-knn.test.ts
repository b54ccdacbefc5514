import { describe, expect, it } from "vitest";
import type { AlgorithmParams } from "../../../../../shared/contract/algorithms.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, profileOf, randomRows } from "../fit-fixture.ts";

describeAlgorithmContract("CosineUserKNN", { top_k: 30, normalize: false }, { isExplainable: false });
describeAlgorithmContract("CosineUserKNN", { top_k: 12, shrinkage: 2 }, { isExplainable: false });
describeAlgorithmContract(
  "AsymmetricCosineUserKNN",
  { top_k: 12, alpha: 0.3, feature_weighting: "BM_25" },
  { isExplainable: false, scoresStayAfterErasure: false },
);

const kernels = loadWasmKernels();

/** Scores of a training user, item by item. */
function scoresOf(rows: number[][], user: number, params: AlgorithmParams, name = "CosineUserKNN"): number[] {
  const matrix = matrixOf(rows);
  const model = fitModel(name as "CosineUserKNN", inputOf(matrix, kernels), params);
  const out = new Float32Array(matrix.columnCount);
  model.scoreUserInto(user, profileOf(matrix, user), out);
  return [...out];
}

describe("CosineUserKNN", () => {
  const rows = [
    [1, 2, 0],
    [3, 0, 1],
    [0, 1, 1],
  ];

  it("adds what each neighbour has, times the sum of products, without the user's own part", () => {
    // User 0 with user 1: 1·3 = 3; with user 2: 2·1 = 2. Scores 3·(3, 0, 1) + 2·(0, 1, 1).
    expect(scoresOf(rows, 0, { normalize: false })).toEqual([9, 2, 5]);
  });

  it("divides by both norms plus the shrinkage", () => {
    // |0| = √5, |1| = √10, |2| = √2
    const [first, second] = [3 / (Math.sqrt(50) + 4), 2 / (Math.sqrt(10) + 4)];
    const scores = scoresOf(rows, 0, { shrinkage: 4 });
    [3 * first, second, first + second].forEach((expected, item) => {
      expect(scores[item]).toBeCloseTo(expected, 5);
    });
  });

  it("counts the user among the neighbours and then leaves them out", () => {
    expect(scoresOf(rows, 0, { normalize: false, top_k: 2 })).toEqual([9, 0, 3]);
    expect(scoresOf(rows, 0, { normalize: false, top_k: 1 })).toEqual([0, 0, 0]);
  });

  it("scores anyone's profile against the users of the training matrix", () => {
    const model = fitModel("CosineUserKNN", inputOf(matrixOf(rows), kernels), { normalize: false });
    const out = new Float32Array(3);
    // Item 2 with weight 2: user 1 votes 2, user 2 votes 2.
    model.scoreProfileInto({ indices: Uint32Array.of(2), weights: Float32Array.of(2) }, out);
    expect([...out]).toEqual([6, 2, 4]);
  });

  it("equals a dense computation on random input", () => {
    const random = randomRows(30, 20, 5, 0.4);
    const norm = (row: number[]) => Math.sqrt(row.reduce((sum, value) => sum + value ** 2, 0));
    for (let user = 0; user < random.length; user++) {
      const own = random[user] as number[];
      const similarity = random.map((row) => {
        const product = row.reduce((sum, value, item) => sum + value * (own[item] as number), 0);
        return product / (norm(own) * norm(row) + 3 + 1e-6);
      });
      const kept = [...similarity.keys()]
        .filter((other) => (similarity[other] as number) > 0)
        .sort((a, b) => (similarity[b] as number) - (similarity[a] as number) || a - b)
        .slice(0, 8)
        .filter((other) => other !== user);
      const scores = scoresOf(random, user, { top_k: 8, shrinkage: 3 });
      scores.forEach((score, item) => {
        const expected = kept.reduce(
          (sum, other) => sum + (similarity[other] as number) * ((random[other] as number[])[item] as number),
          0,
        );
        expect(score).toBeCloseTo(expected, 4);
      });
    }
  });
});

describe("AsymmetricCosineUserKNN", () => {
  it("raises the norms to 2α and 2 − 2α", () => {
    const rows = [
      [2, 1],
      [3, 0],
    ];
    // 6 / (5^α · 9^(1−α)) votes for user 1's items.
    const [score = 0] = scoresOf(rows, 0, { alpha: 0.25 }, "AsymmetricCosineUserKNN");
    expect(score).toBeCloseTo((3 * 6) / (5 ** 0.25 * 9 ** 0.75), 5);
  });
});
