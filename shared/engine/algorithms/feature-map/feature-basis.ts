import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { transposeInSteps } from "../../data/transpose.ts";
import type { Steps } from "../../in-steps.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import { RandomizedSvd } from "../linear-algebra/randomized-svd.ts";

/** Directions of feature space that a map tells apart, for few and for many features; fewer features are their own directions. */
const DIRECTIONS = { most: 256, least: 128 };
/** Features × directions from which a map keeps fewer directions: 5 MB, and a millisecond for a person's scores of new items. */
const MOST_WEIGHTS = 1.28e6;
/** Few: the last directions matter little, as the penalty shrinks them. */
const POWER_ITERATIONS = 2;
const SEED = 1;

/** Directions of feature space. */
export interface FeatureBasis {
  /** How many. */
  readonly rank: number;
  /** Features × directions, row-major. */
  readonly weights: Float32Array;
}

/** How many directions a map of these features keeps. */
export function directionsFor(featureCount: number): number {
  const affordable = Math.floor(MOST_WEIGHTS / Math.max(1, featureCount));
  return Math.min(featureCount, Math.max(DIRECTIONS.least, Math.min(DIRECTIONS.most, affordable)));
}

/** The directions in which the rows differ most: right singular vectors of the features; the features themselves if they are few. */
export function* featureBasis(kernels: Kernels, features: CsrMatrix): Steps<FeatureBasis> {
  const { columnCount: count, rowCount } = features;
  const most = directionsFor(count);
  if (count === most) {
    const weights = new Float32Array(count * count);
    for (let feature = 0; feature < count; feature++) weights[feature * (count + 1)] = 1;
    return { rank: count, weights };
  }
  const transposed = yield* transposeInSteps(features);
  const dim = Math.min(most, rowCount);
  const { vectors } = yield* singularVectors({ kernels, matrix: features, transposed, dim });
  return { rank: dim, weights: vectors };
}

/** Leading right singular vectors, count × dim, and their values, largest first. */
export function* singularVectors(input: {
  readonly kernels: Kernels;
  readonly matrix: CsrMatrix;
  readonly transposed: CsrMatrix;
  readonly dim: number;
}): Steps<{ readonly vectors: Float32Array; readonly values: Float64Array }> {
  const svd = new RandomizedSvd({ ...input, seed: SEED, powerIterations: POWER_ITERATIONS });
  try {
    while (!svd.done) {
      svd.step();
      yield;
    }
    const { vectors, singularValues } = svd.takeResult();
    const packed = vectors.pack();
    vectors.release();
    return { vectors: packed, values: singularValues };
  } finally {
    svd.dispose();
  }
}

/** The coordinates of a row of features along the directions. @param out Length rank; overwritten. */
export function coordinatesInto(
  { rank, weights }: FeatureBasis,
  features: CsrMatrix,
  row: number,
  out: Float64Array,
): void {
  out.fill(0);
  const end = features.indptr[row + 1] as number;
  for (let entry = features.indptr[row] as number; entry < end; entry++) {
    const value = features.values[entry] as number;
    const start = (features.indices[entry] as number) * rank;
    for (let k = 0; k < rank; k++) out[k] = (out[k] as number) + value * (weights[start + k] as number);
  }
}
