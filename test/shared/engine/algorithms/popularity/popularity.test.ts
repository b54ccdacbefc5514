import { describe, expect, it } from "vitest";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf, profileOf, scoreProfile } from "../fit-fixture.ts";

describeAlgorithmContract("TopPop", {}, { isPersonal: false, isExplainable: false });

describe("TopPop", () => {
  it("scores an item by the sum of its weights, the same for all users", () => {
    const matrix = matrixOf([
      [1, 0, 2],
      [4, 0, 1],
    ]);
    const model = fitModel("TopPop", inputOf(matrix, loadWasmKernels()), {});
    expect([...scoreProfile(model, profileOf(matrix, 0))]).toEqual([5, 0, 3]);
  });
});
