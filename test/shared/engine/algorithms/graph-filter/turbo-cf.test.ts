import { describe, expect, it } from "vitest";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, randomRows, similarityRow } from "../fit-fixture.ts";

describeAlgorithmContract("TurboCF", { top_k: 30, weight_power: 1 });
describeAlgorithmContract("TurboCF", { top_k: 30, order: 2, alpha: 0.5, power: 1, weight_power: 1 });
describeAlgorithmContract("TurboCF", { top_k: 30, order: 3, alpha: 0.5, power: 1, weight_power: 1 });

const kernels = loadWasmKernels();

/** P by its definition, dense. */
function filterOf(rows: number[][], alpha: number, power: number): number[][] {
  const userDegrees = rows.map((row) => row.reduce((sum, x) => sum + x, 0));
  const itemCount = rows[0]?.length ?? 0;
  const itemDegrees = Array.from({ length: itemCount }, (_, i) =>
    rows.reduce((sum, row) => sum + (row[i] ?? 0), 0),
  );
  const normalized = rows.map((row, user) =>
    row.map((x, i) =>
      x === 0 ? 0 : x * (userDegrees[user] as number) ** -alpha * (itemDegrees[i] as number) ** (alpha - 1),
    ),
  );
  return Array.from({ length: itemCount }, (_, i) =>
    Array.from({ length: itemCount }, (_value, j) => {
      const sum = normalized.reduce((total, row) => total + (row[i] as number) * (row[j] as number), 0);
      return sum === 0 ? 0 : sum ** power;
    }),
  );
}

function multiply(a: number[][], b: number[][]): number[][] {
  return a.map((row) =>
    row.map((_, j) => row.reduce((sum, x, k) => sum + x * ((b[k] as number[])[j] as number), 0)),
  );
}

describe("TurboCF", () => {
  const rows = randomRows(25, 14, 5);
  const input = inputOf(matrixOf(rows), kernels);
  const p = filterOf(rows, 0.4, 0.8);
  const p2 = multiply(p, p);
  const p3 = multiply(p2, p);

  it.each([
    [1, [1, 0, 0]],
    [2, [2, -1, 0]],
    [3, [0.71, 0.1, -0.01]],
  ])("equals the dense polynomial of order %d when every entry is kept", (order, [a, b, c]) => {
    const params = { alpha: 0.4, power: 0.8, order, top_k: 14, weight_power: 1 };
    const model = fitModel("TurboCF", input, params);
    const largest = Math.max(...p2.flat(), ...p3.flat());
    for (let i = 0; i < 14; i++) {
      similarityRow(model, i).forEach((value, j) => {
        const at = (matrix: number[][]) => (matrix[i] as number[])[j] as number;
        const expected = (a as number) * at(p) + (b as number) * at(p2) + (c as number) * at(p3);
        expect(Math.abs(value - expected) / largest).toBeLessThan(2e-4);
      });
    }
  });

  it("is a plain count of shared users without any normalisation", () => {
    // Items 0 and 1 share two users, items 0 and 2 one. alpha 0 leaves D_I^−1: degrees 3, 2, 1.
    const matrix = matrixOf([
      [1, 1, 0],
      [1, 1, 0],
      [1, 0, 1],
    ]);
    const model = fitModel("TurboCF", inputOf(matrix, kernels), { alpha: 0, power: 1, order: 1 });
    const row = similarityRow(model, 0);
    expect(row[0]).toBeCloseTo(3 / 9, 5);
    expect(row[1]).toBeCloseTo(2 / 6, 5);
    expect(row[2]).toBeCloseTo(1 / 3, 5);
  });
});
