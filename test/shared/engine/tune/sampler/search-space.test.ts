import { describe, expect, it } from "vitest";
import { ALGORITHM_NAMES, ALGORITHM_PARAMS, type ParamSpecs } from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";
import { createRandom } from "#engine/random.ts";
import { drawEvenly } from "#engine/tune/sampler/parzen-estimator.ts";
import { buildSearchSpace, isActive, toConfiguration } from "#engine/tune/sampler/search-space.ts";
import type { TrialParams } from "#engine/tune/trial/trial.ts";

describe("buildSearchSpace", () => {
  it("lists the algorithm first, then what each of them searches, and nothing that is fixed", () => {
    const space = buildSearchSpace(["TopPop", "IALS"]);
    expect(space.map(({ name }) => name)).toEqual([
      "algorithm",
      "IALS.n_components",
      "IALS.alpha0",
      "IALS.reg",
    ]);
    expect(space[0]).toEqual({ name: "algorithm", range: { kind: "choice", choices: ["TopPop", "IALS"] } });
    expect(space[2]).toEqual({
      name: "IALS.alpha0",
      range: { kind: "float", low: 3e-3, high: 1, log: true },
      when: { param: "algorithm", equals: "IALS" },
    });
  });

  it.each(ALGORITHM_NAMES)("draws only what %s accepts", (algorithm) => {
    const random = createRandom(1);
    const space = buildSearchSpace([algorithm]);
    for (let round = 0; round < 50; round++) {
      const drawn: Record<string, number | string | boolean> = {};
      for (const param of space)
        if (isActive(param, drawn)) drawn[param.name] = drawEvenly(param.range, random);
      const configuration = toConfiguration(drawn);
      expect(configuration.algorithm).toBe(algorithm);
      expect(parseParams(algorithm, configuration.params)).toMatchObject({ ok: true });
      const specs: ParamSpecs = ALGORITHM_PARAMS[algorithm];
      const searched = Object.keys(specs).filter((param) => specs[param]?.search);
      expect(Object.keys(configuration.params).sort()).toEqual(searched.sort());
    }
  });

  it("narrows a range, never widens it", () => {
    const space = buildSearchSpace(["IALS"], { "IALS.n_components": { high: 128, low: 1 } });
    expect(space[1]?.range).toMatchObject({ low: 4, high: 128 });
  });

  it("lists an algorithm once, and refuses none, impossible limits and unknown names", () => {
    expect(buildSearchSpace(["TopPop", "TopPop"])[0]?.range).toMatchObject({ choices: ["TopPop"] });
    const badParameter = expect.objectContaining({ code: "BAD_PARAMETER" });
    expect(() => buildSearchSpace([])).toThrow(badParameter);
    expect(() => buildSearchSpace(["IALS"], { "IALS.n_components": { low: 301 } })).toThrow(badParameter);
    expect(() => buildSearchSpace(["IALS"], { "CosineKNN.top_k": { high: 9 } })).toThrow(badParameter);
  });
});

describe("toConfiguration", () => {
  it("keeps the chosen algorithm's own parameters, without their prefix", () => {
    const params: TrialParams = { algorithm: "IALS", "IALS.reg": 0.1, "CosineKNN.top_k": 4 };
    expect(toConfiguration(params)).toEqual({ algorithm: "IALS", params: { reg: 0.1 } });
  });

  it("refuses a trial without a known algorithm", () => {
    for (const algorithm of ["toString", "XYZ", 1])
      expect(() => toConfiguration({ algorithm })).toThrow(
        expect.objectContaining({ code: "BAD_PARAMETER" }),
      );
  });
});
