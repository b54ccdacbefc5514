import { describe, expect, it } from "vitest";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, randomRows, similarityRow } from "../fit-fixture.ts";

describeAlgorithmContract("DenseSLIM", { reg: 5 });
describeAlgorithmContract("EDLAE", { reg: 5, dropout_p: 0.4 });
describeAlgorithmContract("EDLAE", { reg: 5, dropout_p: 0.4, b: 0.5, a: 0.3, c: 0.1 });

const kernels = loadWasmKernels();
const matrix = matrixOf([
  [1, 1],
  [1, 0],
]);

describe("DenseSLIM", () => {
  it("is the regression of each item on the others", () => {
    // XᵀX + 1 = [[3, 1], [1, 2]], its inverse 1/5 [[2, −1], [−1, 3]]: B[0, 1] = 1/3, B[1, 0] = 1/2.
    const model = fitModel("DenseSLIM", inputOf(matrix, kernels), { reg: 1 });
    expect(similarityRow(model, 0)[1]).toBeCloseTo(1 / 3, 6);
    expect(similarityRow(model, 1)[0]).toBeCloseTo(1 / 2, 6);
    expect(similarityRow(model, 0)[0]).toBe(0);
  });

  it("refuses a catalogue whose dense matrix no isolate holds", () => {
    const wide = matrixOf([new Array<number>(5000).fill(1)]);
    expect(() => fitModel("DenseSLIM", inputOf(wide, kernels), {})).toThrow(
      expect.objectContaining({ code: "UNSUPPORTED" }),
    );
  });
});

describe("EDLAE", () => {
  it("adds p / (1 − p) of an item's own sum to its ridge", () => {
    // p = ½ doubles the diagonal: [[4 + 1, 1], [1, 2 + 1]], inverse 1/14 [[3, −1], [−1, 5]]: B[0, 1] = 1/5, B[1, 0] = 1/3.
    const model = fitModel("EDLAE", inputOf(matrix, kernels), { reg: 1, dropout_p: 0.5 });
    expect(similarityRow(model, 0)[1]).toBeCloseTo(1 / 5, 6);
    expect(similarityRow(model, 1)[0]).toBeCloseTo(1 / 3, 6);
  });

  it("is EASE without dropout", () => {
    const edlae = fitModel("EDLAE", inputOf(matrix, kernels), { reg: 3, dropout_p: 0 });
    expect(edlae.encode()).toEqual(fitModel("DenseSLIM", inputOf(matrix, kernels), { reg: 3 }).encode());
  });
});

/** The formula of the doc comment, term by term, with Gauss–Jordan for the inverse. */
function expectedRows(rows: number[][], { reg, b, a, c, p }: Record<string, number>): number[][] {
  const [power, other, target, share] = [a as number, b as number, c as number, (p ?? 0) / (1 - (p ?? 0))];
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const users = rows.map(sum);
  const items = (rows[0] as number[]).map((_, item) => sum(rows.map((row) => row[item] as number)));
  const factor = (degree: number, exponent: number) => (degree > 0 ? degree ** exponent : 0);
  const x = rows.map((row, user) =>
    row.map(
      (w, item) => w * factor(users[user] as number, -other / 2) * factor(items[item] as number, -power),
    ),
  );
  const squares = (of: number[][]) => sum(of.flat().map((value) => value * value));
  const ridge = ((reg as number) * squares(x)) / squares(rows);
  const gram = items.map((_, i) =>
    items.map((__, j) => {
      const entry = sum(x.map((row) => (row[i] as number) * (row[j] as number)));
      return i === j ? entry * (1 + share) + ridge : entry;
    }),
  );
  const inverse = inverseOf(gram);
  return inverse.map((row, i) =>
    row.map((entry, j) => {
      if (i === j) return 0;
      const weight = -entry / (inverse[j]?.[j] as number);
      return factor(items[i] as number, -power) * weight * factor(items[j] as number, target);
    }),
  );
}

function inverseOf(matrix: number[][]): number[][] {
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (const [k, pivotRow] of work.entries()) {
    const pivot = pivotRow[k] as number;
    pivotRow.forEach((entry, at) => {
      pivotRow[at] = entry / pivot;
    });
    for (const row of work) {
      if (row === pivotRow) continue;
      const factor = row[k] as number;
      row.forEach((entry, at) => {
        row[at] = entry - factor * (pivotRow[at] as number);
      });
    }
  }
  return work.map((row) => row.slice(matrix.length));
}

describe("degree powers of the dense inverse", () => {
  const rows = randomRows(40, 12, 3, 0.4);
  const powers = { reg: 4, b: 0.5, a: 0.3, c: 0.2 };

  it.each([
    ["DenseSLIM", {}, powers],
    ["DenseSLIM", {}, { ...powers, a: 0, c: 0 }],
    ["DenseSLIM", {}, { ...powers, b: 0, a: 0 }],
    ["DenseSLIM", {}, { ...powers, b: 0, c: 0, a: -0.4 }],
    ["EDLAE", { dropout_p: 0.3 }, powers],
  ] as const)("%s %o follows the formula with %o", (name, own, chosen) => {
    const model = fitModel(name, inputOf(matrixOf(rows), kernels), { ...own, ...chosen });
    const expected = expectedRows(rows, { ...chosen, p: name === "EDLAE" ? 0.3 : 0 });
    const scale = Math.max(...expected.flat().map(Math.abs));
    for (const [item, row] of expected.entries()) {
      similarityRow(model, item).forEach((value, other) => {
        expect(Math.abs(value - (row[other] as number)) / scale).toBeLessThan(1e-5);
      });
    }
  });

  it("agrees with SparseSLIM when every item explains every other", () => {
    const input = inputOf(matrixOf(rows), kernels);
    const dense = fitModel("DenseSLIM", input, powers);
    const sparse = fitModel("SparseSLIM", input, { ...powers, weight_power: 1, top_k: 12 });
    const [ours, theirs] = [similarityRow(dense, 1), similarityRow(sparse, 1)];
    const scale = Math.max(...ours.map(Math.abs));
    // SparseSLIM stores at half precision.
    ours.forEach((value, item) => {
      expect(Math.abs(value - (theirs[item] as number)) / scale).toBeLessThan(2e-2);
    });
  });
});
