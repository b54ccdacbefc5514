import { afterEach, describe, expect, it } from "vitest";
import { LowRankSpace } from "../../../../../shared/engine/algorithms/graph-filter/low-rank.ts";
import { transpose } from "../../../../../shared/engine/data/transpose.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, randomRows, similarityRow } from "../fit-fixture.ts";

describeAlgorithmContract("GFCF", { n_components: 6, weight_power: 1 }, { isSeeded: true });

const kernels = loadWasmKernels();
afterEach(() => kernels.freeAll());

/** X of the formula, dense. */
function normalizedRows(rows: number[][]): number[][] {
  const userDegrees = rows.map((row) => row.reduce((sum, x) => sum + x, 0));
  const itemDegrees = (rows[0] ?? []).map((_, i) => rows.reduce((sum, row) => sum + (row[i] as number), 0));
  return rows.map((row, user) =>
    row.map((x, i) =>
      x === 0 ? 0 : x / Math.sqrt((userDegrees[user] as number) * (itemDegrees[i] as number)),
    ),
  );
}

function gramOf(rows: number[][]): number[][] {
  const columns = (rows[0] ?? []).map((_, i) => rows.map((row) => row[i] as number));
  return columns.map((a) => columns.map((b) => a.reduce((sum, x, at) => sum + x * (b[at] as number), 0)));
}

describe("GFCF", () => {
  const rows = randomRows(30, 12, 8);
  const input = inputOf(matrixOf(rows), kernels);
  const degrees = (rows[0] ?? []).map((_, i) => rows.reduce((sum, row) => sum + (row[i] as number), 0));
  const linear = gramOf(normalizedRows(rows));

  it("is the linear filter alone without weight on the ideal one", () => {
    const model = fitModel("GFCF", input, { ideal_weight: 0, weight_power: 1 });
    linear.forEach((row, i) => {
      similarityRow(model, i).forEach((value, j) => {
        expect(value).toBeCloseTo(row[j] as number, 5);
      });
    });
  });

  it("adds the projection on all of the space when it keeps every component", () => {
    // V Vᵀ is then the identity on items with interactions, so only the diagonal grows.
    const model = fitModel("GFCF", input, { n_components: 12, ideal_weight: 0.5, weight_power: 1 });
    linear.forEach((row, i) => {
      similarityRow(model, i).forEach((value, j) => {
        const gain = i === j && (degrees[i] as number) > 0 ? 0.5 : 0;
        expect(Math.abs(value - (row[j] as number) - gain)).toBeLessThan(2e-3);
      });
    });
  });

  it("finds the strongest component of a normalised graph, the square roots of the degrees", () => {
    // The first singular vector of X is √d / |√d|, so one component adds w · d_j / Σ d to every row.
    const model = fitModel("GFCF", input, { n_components: 1, ideal_weight: 2, weight_power: 1 });
    const total = degrees.reduce((sum, degree) => sum + degree, 0);
    const row = similarityRow(model, 0);
    row.forEach((value, j) => {
      const expected = (linear[0]?.[j] as number) + (2 * (degrees[j] as number)) / total;
      expect(Math.abs(value - expected)).toBeLessThan(1e-3);
    });
  });
});

describe("LowRankSpace", () => {
  it("spans the strong directions of a matrix with a clear gap, by orthonormal columns", () => {
    // Rank two: rows are sums of two patterns.
    const patterns = [
      [3, 0, 1, 0, 2, 0, 0],
      [0, 2, 0, 1, 0, 0, 1],
    ];
    const rows = Array.from({ length: 20 }, (_, at) =>
      (patterns[0] as number[]).map(
        (x, i) => x * (1 + (at % 3)) + ((patterns[1] as number[])[i] as number) * (at % 2),
      ),
    );
    const matrix = matrixOf(rows);
    const space = new LowRankSpace(kernels, matrix, transpose(matrix), { dim: 2, turns: 5, seed: 3 });
    while (!space.done) space.step();
    const { stride, buffer } = space.vectors;
    const vector = (k: number) => Array.from({ length: 7 }, (_, i) => buffer.view[i * stride + k] as number);
    const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
    expect(dot(vector(0), vector(0))).toBeCloseTo(1, 5);
    expect(dot(vector(1), vector(1))).toBeCloseTo(1, 5);
    expect(dot(vector(0), vector(1))).toBeCloseTo(0, 5);
    for (const pattern of patterns) {
      const inside = dot(pattern, vector(0)) ** 2 + dot(pattern, vector(1)) ** 2;
      expect(inside / dot(pattern, pattern)).toBeCloseTo(1, 5);
    }
  });

  it("leaves columns zero that the rank of the matrix does not fill", () => {
    const matrix = matrixOf([
      [1, 2, 0],
      [2, 4, 0],
    ]);
    const space = new LowRankSpace(kernels, matrix, transpose(matrix), { dim: 2, turns: 4, seed: 1 });
    while (!space.done) space.step();
    const { stride, buffer } = space.vectors;
    const [a = 0, b = 0] = [buffer.view[0], buffer.view[stride]];
    expect(Math.hypot(a, b)).toBeCloseTo(1, 5);
    expect(Math.abs(b / a)).toBeCloseTo(2, 4);
    expect([0, 1, 2].every((i) => Math.abs(buffer.view[i * stride + 1] as number) < 1e-6)).toBe(true);
  });
});
