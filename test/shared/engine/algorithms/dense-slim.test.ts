import { describe, expect, it } from "vitest";
import { describeAlgorithmContract } from "../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, similarityRow } from "./fit-fixture.ts";

describeAlgorithmContract("DenseSLIM", { reg: 5 });
describeAlgorithmContract("EDLAE", { reg: 5, dropout_p: 0.4 });

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
