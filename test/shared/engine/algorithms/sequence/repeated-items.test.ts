import { describe, expect, it } from "vitest";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { agedByWeight, asked, fitSequences, scoresOf, sequencesOf } from "./sequence-fixture.ts";

const kernels = loadWasmKernels();

describeAlgorithmContract("RepeatedItems", {}, { prepare: agedByWeight, isPersonal: false });

const modelOf = (params: object) =>
  fitSequences({
    ...{ algorithm: "RepeatedItems", params: { ...params }, itemCount: 3, kernels },
    sequences: sequencesOf([[0, 1, 2]]),
  });

describe("RepeatedItems", () => {
  it("counts each occurrence by how many places back it is, without the newest place", () => {
    const [zero, one, two] = scoresOf(modelOf({ decay: 2 }), asked([0, 1, 0, 2]));
    expect(zero).toBeCloseTo(Math.exp(-1 / 2) + Math.exp(-3 / 2), 5);
    expect(one).toBeCloseTo(Math.exp(-1), 5);
    expect(two).toBe(0);
  });

  it("counts the newest place where it may come again at once", () => {
    expect(scoresOf(modelOf({ decay: 2, newest: true }), asked([1, 2]))[2]).toBe(1);
  });

  it("has no opinion without an order", () => {
    const { recent: _, ...profile } = asked([0, 1]);
    expect(scoresOf(modelOf({}), profile)).toEqual([0, 0, 0]);
  });
});
