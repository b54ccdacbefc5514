import { afterEach, describe, expect, it } from "vitest";
import type { AlgorithmParams } from "../../../../../shared/contract/algorithms.ts";
import { usualAlpha } from "../../../../../shared/engine/algorithms/factorization/data-defaults.ts";
import { algorithmOf } from "../../../../../shared/engine/algorithms/registry.ts";
import type { CsrMatrix } from "../../../../../shared/engine/data/csr-matrix.ts";
import { medianOfWide } from "../../../../../shared/engine/data/wide-weights.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { inputOf, matrixOf, randomRows, runToEnd, scoreAll } from "../fit-fixture.ts";

const kernels = loadWasmKernels();
afterEach(() => kernels.freeAll());

const ratings = matrixOf(randomRows(40, 30, 5));
/** Play counts: weights of 1 to some thousands. */
const counts: CsrMatrix = {
  ...ratings,
  values: ratings.values.map((_, at) => Math.ceil(Math.exp(9 * ((at * 0.618) % 1)))),
};

describe("medianOfWide", () => {
  it.each([
    ["equal weights", [1, 1, 1], null],
    ["ratings", [0.5, 3, 4, 5], null],
    ["weights up to ten times the median", [1, 2, 20], null],
    ["weights above ten times the median", [1, 2, 21], 2],
    ["no weights", [], null],
  ])("finds for %s", (_, weights, median) => {
    expect(medianOfWide(Float32Array.from(weights))).toBe(median);
  });

  it("finds one large weight among many", () => {
    const weights = new Float32Array(200_001).fill(3);
    weights[77_777] = 500;
    expect(medianOfWide(weights)).toBe(3);
  });
});

describe.each(["IALS", "FeatureIALS"] as const)("%s by default", (algorithm) => {
  const small = { n_components: 6, train_epochs: 3 };
  const scoresOf = (matrix: CsrMatrix, params: AlgorithmParams) => {
    const task = algorithmOf(algorithm).begin(inputOf(matrix, kernels), { ...small, ...params });
    return scoreAll(runToEnd(task), matrix);
  };

  it("takes the unobserved weight from the density of the data", () => {
    const alpha0 = (15 * ratings.indices.length) / (40 * 30);
    expect(usualAlpha(ratings)).toBeCloseTo(alpha0, 12);
    expect(scoresOf(ratings, {})).toEqual(scoresOf(ratings, { alpha0, confidence_scaling: "none" }));
    expect(scoresOf(ratings, {})).not.toEqual(scoresOf(ratings, { alpha0: alpha0 / 2 }));
  });

  it("reads play counts by their logarithm, unless told not to", () => {
    const epsilon = medianOfWide(counts.values) as number;
    const damped = scoresOf(counts, { confidence_scaling: "log", epsilon });
    expect(scoresOf(counts, {})).toEqual(damped);
    expect(scoresOf(counts, { confidence_scaling: "none" })).not.toEqual(damped);
  });
});
