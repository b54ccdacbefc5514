import { describe, expect, it } from "vitest";
import type { ItemRegression } from "../../../../../shared/engine/algorithms/feature-map/item-regression.ts";
import { RegressionScorer } from "../../../../../shared/engine/algorithms/feature-map/regression-scorer.ts";
import type { CsrMatrix } from "../../../../../shared/engine/data/csr-matrix.ts";
import { createScalarKernels } from "../../../../../shared/engine/kernels/scalar-kernels.ts";
import { createRandom, type Random } from "../../../../../shared/engine/random.ts";
import { loadWasmKernels } from "../../kernels/load-kernels.ts";
import { matrixOf } from "../fit-fixture.ts";

const RANK = 5;
const [KNOWN, UNKNOWN] = [23, 9];
const ITEMS = KNOWN + UNKNOWN;

/** The last row of each matrix of features is empty. */
function featuresOf(random: Random, rows: number, columns: number): CsrMatrix {
  return matrixOf(
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, () => (row < rows - 1 && random.next() < 0.3 ? random.next() : 0)),
    ),
  );
}

/** Items take turns: every third has no interactions, until these are used up. */
function regressionOf(featureCount: number): ItemRegression {
  const random = createRandom(11);
  const isUnknown = (item: number) => item % 3 === 2 && item < 3 * UNKNOWN;
  const all = Array.from({ length: ITEMS }, (_, item) => item);
  return {
    basis: Float32Array.from({ length: featureCount * RANK }, () => random.next() - 0.5),
    means: Float64Array.from({ length: RANK }, () => random.next()),
    denominators: Float64Array.from({ length: RANK }, () => 1 + random.next()),
    support: {
      items: Uint32Array.from(all.filter((item) => !isUnknown(item))),
      features: featuresOf(random, KNOWN, featureCount),
    },
    weights: Float32Array.from({ length: KNOWN }, () => 0.5 + random.next()),
    unknown: {
      items: Uint32Array.from(all.filter(isUnknown)),
      features: featuresOf(random, UNKNOWN, featureCount),
    },
  };
}

function coordinates(
  { basis }: ItemRegression,
  { indptr, indices, values }: CsrMatrix,
  row: number,
): number[] {
  return Array.from({ length: RANK }, (_, k) => {
    let sum = 0;
    for (let at = indptr[row] as number; at < (indptr[row + 1] as number); at++) {
      sum += (values[at] as number) * (basis[(indices[at] as number) * RANK + k] ?? 0);
    }
    return sum;
  });
}

/** The formula, term by term. */
function expectedOf(
  regression: ItemRegression,
  scores: Float32Array,
  features: CsrMatrix,
  row: number,
): number {
  const { support, weights, means, denominators } = regression;
  const known = [...support.items].map((item) => scores[item] as number);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = known.reduce((sum, score, at) => sum + (weights[at] as number) * score, 0) / total;
  if (features.indptr[row] === features.indptr[row + 1]) return mean;
  const own = coordinates(regression, features, row);
  return own.reduce((sum, coordinate, k) => {
    const slope = known.reduce(
      (before, score, at) =>
        before +
        (weights[at] as number) *
          (score - mean) *
          (coordinates(regression, support.features, at)[k] as number),
      0,
    );
    return sum + ((coordinate - (means[k] as number)) * slope) / (denominators[k] as number);
  }, mean);
}

const scoresOf = (seed: number) => {
  const random = createRandom(seed);
  return Float32Array.from({ length: ITEMS }, () => 3 + random.next());
};

/** Fewer features than known items take sums over features; more take sums over items. */
describe.each([
  ["few features", 6],
  ["many features", 70],
])("RegressionScorer of %s", (_, featureCount) => {
  const regression = regressionOf(featureCount);

  it.each([
    ["wasm", loadWasmKernels()],
    ["scalar", createScalarKernels()],
  ])("scores items without interactions by the formula, with %s kernels", (_kind, kernels) => {
    const scorer = new RegressionScorer(kernels, regression);
    const scores = scoresOf(1);
    const filled = scores.slice();
    scorer.fillUnknown(filled);
    scorer.free();
    for (const [row, item] of regression.unknown.items.entries()) {
      expect(filled[item]).toBeCloseTo(expectedOf(regression, scores, regression.unknown.features, row), 4);
    }
    for (const item of regression.support.items) expect(filled[item]).toBe(scores[item]);
    expect(kernels.allocatedBytes).toBe(0);
  });

  it("scores new items, and leaves out features that the training did not have", () => {
    const kernels = loadWasmKernels();
    const scorer = new RegressionScorer(kernels, regression);
    const features = featuresOf(createRandom(5), 7, featureCount + 3);
    const out = new Float32Array(7);
    scorer.scoreInto(scoresOf(2), features, out);
    for (const [row, score] of out.entries()) {
      expect(score).toBeCloseTo(expectedOf(regression, scoresOf(2), features, row), 4);
    }
  });

  it("gives a user in a block the very scores that they get alone", () => {
    const kernels = loadWasmKernels();
    const scorer = new RegressionScorer(kernels, regression);
    const users = [1, 2, 3, 4, 5].map(scoresOf);
    const block = kernels.allocF32(users.length * ITEMS);
    for (const [user, scores] of users.entries()) block.view.set(scores, user * ITEMS);
    scorer.fillUnknownOf(block, users.length, ITEMS);
    for (const [user, scores] of users.entries()) {
      scorer.fillUnknown(scores);
      expect(block.view.slice(user * ITEMS, (user + 1) * ITEMS)).toEqual(scores);
    }
  });
});
