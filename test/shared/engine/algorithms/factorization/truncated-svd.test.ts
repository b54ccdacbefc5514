import { describe, expect, it } from "vitest";
import { symmetricEigen } from "../../../../../shared/engine/algorithms/linear-algebra/symmetric-eigen.ts";
import type { CsrMatrix } from "../../../../../shared/engine/data/csr-matrix.ts";
import { createRandom } from "../../../../../shared/engine/random.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import {
  fitModel,
  inputOf,
  matrixOf,
  profileOf,
  randomRows,
  scoreAll,
  similarityRow,
} from "../fit-fixture.ts";

describeAlgorithmContract("TruncatedSVD", { n_components: 2 }, { isSeeded: true });

const kernels = loadWasmKernels();

/** V Vᵀ of the leading `dim` right singular vectors, through the eigenvectors of XᵀX. */
function projectorOf(rows: readonly number[][], dim: number): number[][] {
  const size = rows[0]?.length ?? 0;
  const gram = new Float64Array(size * size);
  for (const row of rows) {
    row.forEach((left, i) => {
      row.forEach((right, j) => {
        gram[i * size + j] = (gram[i * size + j] as number) + left * right;
      });
    });
  }
  const steps = symmetricEigen(gram, size);
  let step = steps.next();
  while (!step.done) step = steps.next();
  const { value: values } = step;
  const order = [...values.keys()]
    .sort((a, b) => (values[b] as number) - (values[a] as number))
    .slice(0, dim);
  const entry = (k: number, item: number) => gram[k * size + item] as number;
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_value, j) => order.reduce((sum, k) => sum + entry(k, i) * entry(k, j), 0)),
  );
}

function expectProjects(rows: readonly number[][], dim: number, tolerance: number): void {
  const matrix: CsrMatrix = matrixOf(rows);
  const model = fitModel("TruncatedSVD", inputOf(matrix, kernels), { n_components: dim });
  const projector = projectorOf(rows, dim);
  const out = new Float32Array(matrix.columnCount);
  rows.forEach((row, user) => {
    model.scoreUserInto(user, profileOf(matrix, user), out);
    out.forEach((score, item) => {
      const expected = row.reduce((sum, weight, at) => sum + weight * (projector[at]?.[item] as number), 0);
      expect(Math.abs(score - expected)).toBeLessThan(tolerance);
    });
  });
}

describe("TruncatedSVD", () => {
  it("projects on the only direction of a matrix of rank one", () => {
    // v = (3, 4) / 5: an interaction with item 0 scores (9, 12) / 25.
    const rows = [
      [3, 4, 0],
      [6, 8, 0],
    ];
    const model = fitModel("TruncatedSVD", inputOf(matrixOf(rows), kernels), { n_components: 1 });
    const [own, other, none] = similarityRow(model, 0);
    expect(own).toBeCloseTo(9 / 25, 5);
    expect(other).toBeCloseTo(12 / 25, 5);
    expect(none).toBeCloseTo(0, 5);
  });

  it("equals the exact decomposition of a small matrix", () => {
    expectProjects(randomRows(30, 14, 3, 0.4), 5, 2e-4);
  });

  it("comes close to the exact decomposition where directions stand out", () => {
    const random = createRandom(4);
    const tastes = Array.from({ length: 80 }, () => Array.from({ length: 4 }, () => 3 * random.next()));
    const users = Array.from({ length: 120 }, () => Array.from({ length: 4 }, () => random.next()));
    const rows = users.map((user) =>
      tastes.map((taste) => {
        const liking = taste.reduce((sum, value, k) => sum + value * (user[k] as number), 0);
        return liking > 2 ? liking + 0.3 * random.next() : 0;
      }),
    );
    expectProjects(rows, 4, 5e-2);
  });

  it("survives weights of very different size", () => {
    const rows = randomRows(60, 50, 6).map((row, user) => row.map((weight) => weight * 10 ** (user % 6)));
    const matrix = matrixOf(rows);
    const model = fitModel("TruncatedSVD", inputOf(matrix, kernels), { n_components: 20 });
    const norm = (values: ArrayLike<number>) =>
      Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
    scoreAll(model, matrix).forEach((scores, user) => {
      expect(norm(scores)).toBeLessThanOrEqual(1.001 * norm(profileOf(matrix, user).weights) + 1e-6);
    });
  });

  it("takes no more components than it has items, less one", () => {
    const model = fitModel("TruncatedSVD", inputOf(matrixOf(randomRows(20, 6, 5)), kernels), {
      n_components: 100,
    });
    expect(model.encode()[0]?.data[0]).toBe(5);
  });
});

describe("TruncatedSVD with nearly as many components as there are items, or users", () => {
  it.each([
    ["items", 220, 150],
    ["users", 30, 150],
  ])("stays finite and reproduces its input: few %s", (_name, userCount, itemCount) => {
    const rows = randomRows(userCount, itemCount, 5);
    const matrix = matrixOf(rows);
    const model = fitModel("TruncatedSVD", inputOf(matrix, kernels), { n_components: 512 });
    const [scores] = scoreAll(model, matrix);
    expect(scores?.every(Number.isFinite)).toBe(true);
    (rows[0] as number[]).forEach((value, item) => {
      // Nearly all of the row lies in the span of the vectors that are kept.
      if (value > 0) expect(scores?.[item]).toBeGreaterThan(0.5 * value);
    });
  });
});
