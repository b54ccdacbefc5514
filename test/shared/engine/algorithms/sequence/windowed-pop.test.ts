import { describe, expect, it } from "vitest";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { fitModel, inputOf, matrixOf } from "../fit-fixture.ts";
import { agedByWeight, asked, fitSequences, scoresOf, sequencesOf } from "./sequence-fixture.ts";

const kernels = loadWasmKernels();

describeAlgorithmContract(
  "WindowedPop",
  { window: 0.5 },
  { isPersonal: false, isExplainable: false, prepare: agedByWeight },
);

const ROWS = [
  [0, 1],
  [1, 2],
  [2, 2],
];

describe("WindowedPop", () => {
  it("counts the last rows where these are in the order of time", () => {
    const model = fitSequences({
      ...{ algorithm: "WindowedPop", params: { window: 0.5 }, itemCount: 3, kernels },
      sequences: sequencesOf(ROWS, true),
    });
    expect(scoresOf(model, asked([0]))).toEqual([0, 0, 3]);
  });

  it("counts the newest times, all of the oldest age in the window", () => {
    const ages = Float32Array.of(9, 1, 5, 1, 5, 5);
    const model = fitSequences({
      ...{ algorithm: "WindowedPop", params: { window: 0.5 }, itemCount: 3, kernels },
      sequences: { ...sequencesOf(ROWS), ages },
    });
    expect(scoresOf(model, asked([0]))).toEqual([0, 2, 3]);
  });

  it("counts nothing for an interaction whose time is unknown", () => {
    const userItems = matrixOf([
      [1, 1, 0],
      [0, 0, 1],
    ]);
    const model = fitModel(
      "WindowedPop",
      inputOf({ ...userItems, ages: Float32Array.of(Number.NaN, 2, 0) }, kernels),
      { window: 1 },
    );
    expect(scoresOf(model, asked([0]))).toEqual([0, 1, 1]);
  });

  it("refuses rows without times in an unknown order", () => {
    const fit = () =>
      fitSequences({
        ...{ algorithm: "WindowedPop", params: {}, itemCount: 3, kernels },
        sequences: sequencesOf(ROWS),
      });
    expect(fit).toThrow("WindowedPop needs the time of each interaction, or rows in the order of time.");
  });
});
