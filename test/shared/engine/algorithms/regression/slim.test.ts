import { describe, expect, it } from "vitest";
import type { AlgorithmParams } from "../../../../../shared/contract/algorithms.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, randomRows, similarityRow } from "../fit-fixture.ts";

describeAlgorithmContract("SLIM", { alpha: 0.01, tol: 1e-6, n_iter: 1000 });
describeAlgorithmContract("SLIM", { alpha: 0.01, positive_only: false, top_k: 12, tol: 1e-6, n_iter: 1000 });

const kernels = loadWasmKernels();
const TIGHT = { tol: 0, n_iter: 400 };

/** b[i][j]: the weight of item i in the score of item j. */
function weightsOf(rows: number[][], params: AlgorithmParams): number[][] {
  const model = fitModel("SLIM", inputOf(matrixOf(rows), kernels), params);
  return Array.from({ length: rows[0]?.length ?? 0 }, (_, item) => similarityRow(model, item));
}

describe("SLIM", () => {
  const rows = [
    [1, 1],
    [1, 0],
  ];

  it("is a shrunken regression of each item on the others", () => {
    // U = 2: l1 = 2·0.1·0.5, l2 the same. Item 1 on item 0: (1 − 0.1) / (2 + 0.1); item 0 on item 1: (1 − 0.1) / (1 + 0.1).
    const weights = weightsOf(rows, { alpha: 0.1, l1_ratio: 0.5, ...TIGHT });
    expect(weights[0]?.[1]).toBeCloseTo(0.9 / 2.1, 6);
    expect(weights[1]?.[0]).toBeCloseTo(0.9 / 1.1, 6);
    expect(weights[0]?.[0]).toBe(0);
  });

  it.each([true, false])("ends where the gradient vanishes, positive only: %s", (isPositive) => {
    const random = randomRows(40, 35, 5, 0.3);
    const [alpha, share] = [0.02, 0.2];
    const params = { alpha, l1_ratio: share, positive_only: isPositive, ...TIGHT };
    const weights = weightsOf(random, params);
    const [l1, l2] = [40 * alpha * share, 40 * alpha * (1 - share)];
    for (let target = 0; target < 35; target++) {
      const residual = random.map(
        (row) =>
          (row[target] as number) - row.reduce((sum, x, i) => sum + x * (weights[i]?.[target] as number), 0),
      );
      for (let item = 0; item < 35; item++) {
        const weight = weights[item]?.[target] as number;
        const correlation = random.reduce(
          (sum, row, user) => sum + (row[item] as number) * (residual[user] as number),
          0,
        );
        const gradient = l2 * weight - correlation;
        if (item === target) expect(weight).toBe(0);
        else if (weight !== 0) expect(Math.abs(gradient + l1 * Math.sign(weight))).toBeLessThan(2e-3);
        else if (isPositive) expect(gradient + l1).toBeGreaterThan(-2e-3);
        else expect(Math.abs(gradient)).toBeLessThan(l1 + 2e-3);
      }
    }
    expect(weights.flat().some((weight) => weight < 0)).toBe(!isPositive);
  });

  it("keeps the largest coefficients of each item", () => {
    const random = randomRows(40, 20, 6, 0.4);
    const all = weightsOf(random, { alpha: 0.01 });
    const kept = weightsOf(random, { alpha: 0.01, top_k: 3 });
    for (let target = 0; target < 20; target++) {
      const column = all.map((row) => row[target] as number);
      const third = [...column].sort((a, b) => b - a)[2] as number;
      expect(kept.map((row) => row[target])).toEqual(column.map((value) => (value >= third ? value : 0)));
    }
  });
});
