import { describe, expect, it } from "vitest";
import { algorithmOf } from "#engine/algorithms/registry.ts";
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

  it("counts an occurrence by its days, and all of them to a power", () => {
    const model = modelOf({ decay: 1e4, decay_days: 7, count_power: 2 });
    const [zero, one] = scoresOf(model, asked([0, 1, 0, 2], [14, 7, Number.NaN, 0]));
    expect(zero).toBeCloseTo((Math.exp(-2) + 1) ** 2, 2);
    expect(one).toBeCloseTo(Math.exp(-2), 3);
  });

  it("counts an item by the share of people who come back to it, also once stored", () => {
    const model = fitSequences({
      ...{ algorithm: "RepeatedItems", params: { decay: 1e4, return_power: 1 }, itemCount: 3, kernels },
      sequences: sequencesOf([
        [0, 1, 0, 0],
        [0, 1],
        [1, 2],
      ]),
    });
    // One of six pairs of a row and an item returned.
    const prior = 5 / 6;
    for (const one of [model, algorithmOf("RepeatedItems").decode(model.encode(), kernels)]) {
      const scores = scoresOf(one, asked([0, 1, 2]));
      expect(scores[0]).toBeCloseTo((1 + prior) / (2 + 5), 3);
      expect(scores[1]).toBeCloseTo(prior / (3 + 5), 3);
      expect(scores[2]).toBe(0);
    }
  });

  it("reads what an earlier release stored", () => {
    const sections = [{ name: "repeated-items.settings", data: Float64Array.of(3, 2, 0) }];
    const [zero] = scoresOf(algorithmOf("RepeatedItems").decode(sections, kernels), asked([0, 2]));
    expect(zero).toBeCloseTo(Math.exp(-1 / 2), 5);
  });

  it("has no opinion without an order", () => {
    const { recent: _, ...profile } = asked([0, 1]);
    expect(scoresOf(modelOf({}), profile)).toEqual([0, 0, 0]);
  });
});
