import { describe, expect, it } from "vitest";
import { ALGORITHM_PARAMS, type AlgorithmName } from "#contract/algorithms.ts";
import { parseParams } from "#contract/parse-params.ts";
import { blendCandidates, blendParams } from "#engine/tune/blend/blend-candidates.ts";
import { defaultAlgorithms, shareOut } from "#engine/tune/plan/default-algorithms.ts";
import type { FinishedTrial } from "#engine/tune/plan/study.ts";
import { idleParams } from "#engine/tune/sampler/idle-params.ts";
import { matrixOf } from "../split/matrix-factory.ts";

const trial = (
  number: number,
  algorithm: AlgorithmName,
  value: number,
  state = "COMPLETE",
): FinishedTrial => ({
  ...{ number, algorithm, value, state: state as FinishedTrial["state"] },
  ...{ params: { top_k: number + 1 }, suggested: {}, metrics: {}, reports: [], seconds: 0 },
});

describe("the default algorithms of a study", () => {
  it("tries a dense inverse on small catalogues only", () => {
    expect(defaultAlgorithms({ columnCount: 1_700 })).toContain("EDLAE");
    expect(defaultAlgorithms({ columnCount: 40_000 })).not.toContain("EDLAE");
    expect(defaultAlgorithms({ columnCount: 1_700 })).not.toContain("FeatureIALS");
    for (const tables of [
      { items: true, users: false, vectors: false },
      { items: false, users: true, vectors: false },
    ])
      expect(defaultAlgorithms({ columnCount: 1_700 }, tables)).toContain("FeatureIALS");
  });

  it("tries vectors only where items have some", () => {
    const tables = { items: true, users: true, vectors: false };
    expect(defaultAlgorithms({ columnCount: 1_700 }, tables)).not.toContain("Embedding");
    expect(defaultAlgorithms({ columnCount: 1_700 }, { ...tables, vectors: true })).toContain("Embedding");
  });

  it("tries words and labels where trials rank new items, and items have a table", () => {
    const tables = { items: true, users: false, vectors: false };
    expect(defaultAlgorithms({ columnCount: 1_700 }, tables)).not.toContain("Content");
    expect(defaultAlgorithms({ columnCount: 1_700 }, tables, true)).toContain("Content");
    expect(defaultAlgorithms({ columnCount: 1_700 }, { ...tables, items: false }, true)).not.toContain(
      "Content",
    );
  });

  it("divides about all trials among them, one for popularity", () => {
    const algorithms = defaultAlgorithms({ columnCount: 40_000 });
    const budgets = shareOut(algorithms, 60);
    const total = algorithms.reduce((sum, name) => sum + (budgets[name] ?? 0), 0);
    expect(Math.abs(total - 60)).toBeLessThanOrEqual(3);
    expect(budgets.TopPop).toBe(1);
  });
});

describe("idleParams", () => {
  it("keeps powers of weights at their default where all weights are one", () => {
    const ones = matrixOf([[0, 1], [1]], 2);
    const { default: value } = ALGORITHM_PARAMS.DegreeKNN.weight_power;
    expect(idleParams(ones, ["DegreeKNN", "IALS"])).toEqual({
      "DegreeKNN.weight_power": { low: value, high: value },
    });
    expect(idleParams({ ...ones, values: Float32Array.of(1, 2, 1) }, ["DegreeKNN"])).toEqual({});
  });
});

describe("blendCandidates", () => {
  it("takes the two best trials of each family but popularity, by its leading algorithm", () => {
    const trials = [
      trial(0, "CosineKNN", 0.62),
      trial(1, "DegreeKNN", 0.7),
      trial(2, "IALS", 0.5),
      trial(3, "IALS", 0.9, "PRUNED"),
      trial(4, "TopPop", 0.7),
      trial(5, "DegreeKNN", 0.6),
      trial(6, "DegreeKNN", 0.5),
    ];
    const numbers = blendCandidates(trials).map((slot) => slot.map(({ number }) => number));
    expect(numbers).toEqual([[1, 5], [2]]);
  });

  it("leaves out what is far behind", () => {
    expect(blendCandidates([trial(0, "DegreeKNN", 0.5), trial(1, "IALS", 0.1)])).toHaveLength(1);
  });
});

describe("blendParams", () => {
  it("are parameters of a blend of these parts alone", () => {
    const params = blendParams([
      { algorithm: "CosineKNN", params: { top_k: 7 }, weight: 1 },
      { algorithm: "IALS", params: { n_components: 8 }, weight: 2.5 },
    ]);
    const parsed = parseParams("Blend", params);
    const taken = parsed.ok
      ? Object.entries(parsed.params).filter(([name, value]) => name.startsWith("weight.") && value !== 0)
      : [];
    expect(Object.fromEntries(taken)).toEqual({ "weight.CosineKNN": 1, "weight.IALS": 2.5 });
    expect(params).toMatchObject({ "CosineKNN.top_k": 7, "IALS.n_components": 8 });
  });
});
