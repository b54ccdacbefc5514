import { describe, expect, it } from "vitest";
import {
  ALGORITHM_NAMES,
  ALGORITHM_PARAMS,
  type AlgorithmName,
  type ParamSpecs,
} from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";

const problemsOf = (algorithm: AlgorithmName, raw: Record<string, unknown>) => {
  const parsed = parseParams(algorithm, raw);
  return parsed.ok ? [] : parsed.problems.map(({ message }) => message);
};
const givenOf = (algorithm: AlgorithmName, raw: Record<string, unknown>) => {
  const parsed = parseParams(algorithm, raw);
  return parsed.ok ? parsed.given : parsed.problems;
};

/** Values that no parameter, or not every parameter, accepts: a default must never replace them. */
const STRANGE = [null, "100", "", [], {}, Number.NaN, Number.POSITIVE_INFINITY, -1e300, "none ", "TRUE", 1.5];

describe("parseParams", () => {
  it.each(ALGORITHM_NAMES)("keeps or refuses every value given for %s", (algorithm) => {
    for (const param of Object.keys(ALGORITHM_PARAMS[algorithm] as ParamSpecs)) {
      for (const value of STRANGE) {
        const parsed = parseParams(algorithm, { [param]: value });
        if (parsed.ok) expect(parsed.params[param]).toBe(value);
        else expect(parsed.problems.map(({ message }) => message).join()).toContain(`"${param}"`);
      }
    }
  });

  it("fills in what is absent, and only that", () => {
    const parsed = parseParams("CosineKNN", { top_k: null, shrinkage: 0 });
    expect(parsed).toMatchObject({
      ok: true,
      params: { top_k: null, shrinkage: 0, normalize: false, feature_weighting: "NONE" },
      given: { top_k: null, shrinkage: 0 },
    });
    expect(parseParams("IALS", { reg: undefined })).toMatchObject({
      ok: true,
      params: { reg: 0.01 },
      given: {},
    });
  });

  it.each(["P3alpha", "RP3beta", "CosineKNN", "JaccardKNN", "CosineUserKNN", "SLIM", "DegreeKNN"] as const)(
    "takes top_k null of %s as no limit",
    (algorithm) => {
      expect(givenOf(algorithm, { top_k: null })).toEqual({ top_k: null });
    },
  );

  it.each([
    ["CG", "cg"],
    ["CHOLESKY", "cholesky"],
    ["IALSPP", "subspace"],
  ])("takes irspack's solver_type %s", (solver_type, solver) => {
    expect(givenOf("IALS", { solver_type })).toEqual({ solver });
    expect(givenOf("Blend", { "IALSRecommender.solver_type": solver_type })).toEqual({
      "IALS.solver": solver,
    });
  });

  it("takes a blend's parts by any of their names", () => {
    const raw = {
      "weight.IALSRecommender": 2,
      "weight.ease": 1,
      "gf-cf.n_components": 8,
      "RP3beta.top_k": null,
    };
    expect(givenOf("Blend", raw)).toEqual({
      "weight.IALS": 2,
      "weight.DenseSLIM": 1,
      "GFCF.n_components": 8,
      "RP3beta.top_k": null,
    });
  });

  it.each<[AlgorithmName, Record<string, unknown>, string]>([
    ["IALS", { solver_type: "LU" }, '"solver_type" of IALS must be one of CG, CHOLESKY, IALSPP, not "LU".'],
    ["IALS", { solver_type: null }, '"solver_type" of IALS must be one of CG, CHOLESKY, IALSPP, not null.'],
    ["IALS", { solver_type: "CG", solver: "cg" }, '"solver" of IALS is given twice, as "solver", too.'],
    ["IALS", { n_threads: 4 }, 'IALS has no parameter "n_threads".'],
    [
      "IALS",
      { confidence_scaling: "LOG" },
      '"confidence_scaling" of IALS must be one of auto, none, log, not "LOG".',
    ],
    ["IALS", { reg: null }, '"reg" of IALS must be a number, not null.'],
    ["RP3beta", { top_k: "100" }, '"top_k" of RP3beta must be a number, or null for no limit, not "100".'],
    ["SparseSLIM", { top_k: null }, '"top_k" of SparseSLIM must be a number, not null.'],
    ["TopPop", { constructor: 1 }, 'TopPop has no parameter "constructor".'],
    [
      "Blend",
      { "weight.IALS": 1, "weight.ials": 2 },
      '"weight.ials" of Blend is given twice, as "weight.IALS", too.',
    ],
    ["Blend", { "weight.Nope": 1 }, 'Blend has no parameter "weight.Nope".'],
    ["Blend", { "weight.Blend": 1 }, 'Blend has no parameter "weight.Blend".'],
    ["Blend", { top_k: 5 }, 'Blend has no parameter "top_k".'],
    [
      "Blend",
      { "IALS.solver_type": 1 },
      '"IALS.solver_type" of Blend must be one of CG, CHOLESKY, IALSPP, not 1.',
    ],
  ])("refuses for %s %j by name", (algorithm, raw, message) => {
    expect(problemsOf(algorithm, raw)).toEqual([message]);
  });
});
