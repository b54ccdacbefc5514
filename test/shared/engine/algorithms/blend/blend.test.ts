import { afterEach, describe, expect, it } from "vitest";
import type { AlgorithmParams } from "../../../../../shared/contract/algorithms.ts";
import { algorithmOf } from "../../../../../shared/engine/algorithms/registry.ts";
import type { Section } from "../../../../../shared/engine/artifact/section.ts";
import { describeAlgorithmContract } from "../../../../contract/algorithm-contract.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import {
  fitModel,
  inputOf,
  matrixOf,
  profileOf,
  randomRows,
  scoreAll,
  scoreProfile,
} from "../fit-fixture.ts";

const TWO_KNN = { "weight.IALS": 0, "weight.RP3beta": 2, "DegreeKNN.top_k": 30, "RP3beta.top_k": 30 };
const WITH_FACTORS = { "weight.IALS": 1.5, "IALS.n_components": 8, "IALS.train_epochs": 3 };
const WITH_USER_ROWS = {
  "weight.IALS": 0,
  "weight.DegreeKNN": 0,
  "weight.GFCF": 1,
  "GFCF.n_components": 6,
  "weight.CosineUserKNN": 2,
  "CosineUserKNN.top_k": 12,
};

describeAlgorithmContract("Blend", TWO_KNN);
describeAlgorithmContract("Blend", WITH_FACTORS, { isSeeded: true });
const BY_LENGTH = { "length.IALS": 0.75, "length.DegreeKNN": -0.5 };
describeAlgorithmContract("Blend", { ...WITH_FACTORS, ...BY_LENGTH }, { isSeeded: true });
describeAlgorithmContract("Blend", WITH_USER_ROWS, { isSeeded: true, isExplainable: false });

const kernels = loadWasmKernels();
const matrix = matrixOf(randomRows(40, 30, 11));
const input = inputOf(matrix, kernels);

afterEach(() => kernels.freeAll());

function deviation(scores: Float32Array): number {
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length);
}

const storedBytes = (sections: readonly Section[]) =>
  sections.reduce((sum, { data }) => sum + data.byteLength, 0);

describe("Blend", () => {
  it("adds the scores of its components, each divided by its own deviation for the user", () => {
    const model = fitModel("Blend", input, TWO_KNN);
    const knn = fitModel("DegreeKNN", input, { top_k: 30 });
    const walk = fitModel("RP3beta", input, { top_k: 30 });
    for (let user = 0; user < matrix.rowCount; user++) {
      const profile = profileOf(matrix, user);
      const [first, second] = [knn, walk].map((one) => scoreProfile(one, profile)) as [
        Float32Array,
        Float32Array,
      ];
      if (profile.indices.length === 0) continue;
      scoreProfile(model, profile).forEach((score, item) => {
        const expected =
          (first[item] as number) / deviation(first) + (2 * (second[item] as number)) / deviation(second);
        expect(score).toBeCloseTo(expected, 4);
      });
    }
  });

  it("weighs a component by how many items are known of somebody", () => {
    const model = fitModel("Blend", input, { ...TWO_KNN, "length.RP3beta": 0.5 });
    const profiles = Array.from({ length: matrix.rowCount }, (_, user) => profileOf(matrix, user));
    for (const profile of profiles.filter(({ indices }) => indices.length > 0)) {
      const weight = 2 * Math.sqrt(profile.indices.length);
      const same = fitModel("Blend", input, { ...TWO_KNN, "weight.RP3beta": weight });
      const expected = scoreProfile(same, profile);
      scoreProfile(model, profile).forEach((score, item) => {
        expect(score).toBeCloseTo(expected[item] as number, 4);
      });
    }
  });

  it("gives a component its own parameters and leaves out what has no weight", () => {
    const params = { ...TWO_KNN, "RP3beta.beta": 0.6, "IALS.n_components": 7 };
    const names = fitModel("Blend", input, params)
      .encode()
      .map(({ name }) => name);
    expect(names.some((name) => name.startsWith("blend/ials/"))).toBe(false);
    const changed = scoreAll(fitModel("Blend", input, params), matrix);
    expect(changed).not.toEqual(scoreAll(fitModel("Blend", input, TWO_KNN), matrix));
  });

  it("stores item factors at one byte each, close to what they were", () => {
    const exact = fitModel("Blend", input, { ...WITH_FACTORS, int8_factors: false });
    const small = fitModel("Blend", input, WITH_FACTORS);
    expect(storedBytes(small.encode())).toBe(storedBytes(exact.encode()) - 30 * 8 * 3 + 30 * 4);
    const expected = scoreAll(exact, matrix);
    scoreAll(small, matrix).forEach((scores, user) => {
      scores.forEach((score, item) => {
        expect(Math.abs(score - (expected[user]?.[item] as number))).toBeLessThan(0.1);
      });
    });
  });

  it.each<[string, AlgorithmParams]>([
    ["one component", { "weight.IALS": 0 }],
    ["a component's parameter out of range", { "IALS.alpha0": -1 }],
    ["a component that does not exist", { "weight.Nothing": 1 }],
    ["itself as a component", { "weight.Blend": 1 }],
  ])("refuses %s", (_, params) => {
    expect(() => algorithmOf("Blend").begin(input, params)).toThrow(
      expect.objectContaining({ code: "BAD_PARAMETER" }),
    );
  });

  it("refuses components that do not score the same items", () => {
    const sections = fitModel("Blend", input, TWO_KNN).encode();
    const other = fitModel("Blend", inputOf(matrixOf(randomRows(10, 20, 1)), kernels), TWO_KNN).encode();
    const mixed = sections.map((section) =>
      section.name.startsWith("blend/rp3beta/")
        ? (other.find(({ name }) => name === section.name) as Section)
        : section,
    );
    expect(() => algorithmOf("Blend").decode(mixed, kernels)).toThrow(
      expect.objectContaining({ code: "BAD_ARTIFACT" }),
    );
  });
});
