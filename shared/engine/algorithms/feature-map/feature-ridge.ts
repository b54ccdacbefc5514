import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { overRanges, type Steps } from "../../in-steps.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import { symmetricEigen } from "../linear-algebra/symmetric-eigen.ts";
import { coordinatesInto, type FeatureBasis, featureBasis } from "./feature-basis.ts";
import { type ChosenPenalty, LeftOutErrors } from "./ridge-penalty.ts";

/** Rows in a piece of work: some milliseconds. */
const ROWS_PER_PIECE = 64;
/** Rows that are left out, one at a time, to choose the penalty. */
const MOST_LEFT_OUT = 4_000;

export interface FeatureRidgeInput {
  readonly kernels: Kernels;
  /** Rows × features. */
  readonly features: CsrMatrix;
  /** How much each row counts, above 0, on average 1. */
  readonly rowWeights: Float32Array;
  /** Rows × dim, row-major. */
  readonly targets: Float32Array;
  readonly dim: number;
}

/**
 * The ridge regression of targets y on features f in closed form, along the eigenvectors e_k of the features' covariance:
 *
 *   y(f) = ȳ + Σ_k (e_k·f − m_k) · right_k / (v_k + λ)
 */
export interface FeatureRidge {
  /** Features × rank: a column is an eigenvector e_k. */
  readonly basis: FeatureBasis;
  /** m_k, the weighted mean of the rows along e_k. */
  readonly means: Float64Array;
  /** v_k + λ. */
  readonly denominators: Float64Array;
  /** right_k, rank × dim. */
  readonly right: Float64Array;
  /** λ, chosen by the errors of rows that are left out. */
  readonly penalty: number;
  /** The squared errors of these rows at λ, added up. */
  readonly leftOutError: number;
}

/** Fits the regression. All features together are first reduced to a few hundred directions, so that bytes and seconds are bounded. */
export function* fitFeatureRidge(input: FeatureRidgeInput): Steps<FeatureRidge> {
  const found = yield* featureBasis(input.kernels, input.features);
  const moments = yield* momentsOf(input, found);
  const vectors = moments.covariance;
  const eigenvalues = (yield* symmetricEigen(vectors, found.rank)).map((value) => Math.max(0, value));
  const basis = yield* turned(found, vectors);
  const means = product(vectors, moments.means, found.rank, 1);
  const right = product(vectors, moments.right, found.rank, input.dim);
  const chosen = yield* choosePenalty(input, { ...moments, basis, means, right, eigenvalues });
  const denominators = eigenvalues.map((value) => value + chosen.penalty);
  return { basis, means, right, denominators, ...chosen };
}

interface Moments {
  readonly total: number;
  readonly means: Float64Array;
  readonly targetMeans: Float64Array;
  /** Σ c (z − z̄)(z − z̄)ᵀ for coordinates z, rank × rank. */
  readonly covariance: Float64Array;
  /** Σ c (z − z̄)(y − ȳ)ᵀ, rank × dim. */
  readonly right: Float64Array;
}

/** Two passes over the rows: means, then products without them. */
function* momentsOf(
  { features, rowWeights, targets, dim }: FeatureRidgeInput,
  basis: FeatureBasis,
): Steps<Moments> {
  const { rank } = basis;
  const [means, targetMeans] = [new Float64Array(rank), new Float64Array(dim)];
  const covariance = new Float64Array(rank * rank);
  const right = new Float64Array(rank * dim);
  const z = new Float64Array(rank);
  const y = new Float64Array(dim);
  let total = 0;
  for (const weight of rowWeights) total += weight;
  const eachRow = (visit: (weight: number) => void) =>
    overRanges(
      features.rowCount,
      (from, to) => {
        for (let row = from; row < to; row++) {
          coordinatesInto(basis, features, row, z);
          y.set(targets.subarray(row * dim, (row + 1) * dim));
          visit(rowWeights[row] as number);
        }
      },
      ROWS_PER_PIECE,
    );
  yield* eachRow((weight) => {
    addTo(means, weight / total, z);
    addTo(targetMeans, weight / total, y);
  });
  yield* eachRow((weight) => {
    addTo(z, -1, means);
    addTo(y, -1, targetMeans);
    for (let k = 0; k < rank; k++) {
      const own = weight * (z[k] as number);
      addTo(covariance.subarray(k * rank, (k + 1) * rank), own, z);
      addTo(right.subarray(k * dim, (k + 1) * dim), own, y);
    }
  });
  return { total, means, targetMeans, covariance, right };
}

/** The directions along the eigenvectors. @param vectors One in each row. */
function* turned({ rank, weights }: FeatureBasis, vectors: Float64Array): Steps<FeatureBasis> {
  const out = new Float32Array(weights.length);
  const size = Math.ceil(2e6 / (rank * rank + 1));
  yield* overRanges(
    weights.length / Math.max(1, rank),
    (from, to) => {
      for (let feature = from; feature < to; feature++) {
        const own = weights.subarray(feature * rank, (feature + 1) * rank);
        for (let k = 0; k < rank; k++) out[feature * rank + k] = dot(vectors, k * rank, own);
      }
    },
    size,
  );
  return { rank, weights: out };
}

interface Regression extends Moments {
  readonly basis: FeatureBasis;
  readonly eigenvalues: Float64Array;
}

function* choosePenalty(
  { features, rowWeights, targets, dim }: FeatureRidgeInput,
  { basis, means, targetMeans, eigenvalues, right, total }: Regression,
): Steps<ChosenPenalty> {
  const errors = new LeftOutErrors(eigenvalues, right, dim);
  const z = new Float64Array(basis.rank);
  const y = new Float64Array(dim);
  const count = Math.min(MOST_LEFT_OUT, features.rowCount);
  const visit = (row: number) => {
    coordinatesInto(basis, features, row, z);
    addTo(z, -1, means);
    y.set(targets.subarray(row * dim, (row + 1) * dim));
    addTo(y, -1, targetMeans);
    const weight = rowWeights[row] as number;
    errors.add(z, y, weight, weight / total);
  };
  yield* overRanges(
    count,
    (from, to) => {
      for (let at = from; at < to; at++) visit(Math.floor((at * features.rowCount) / count));
    },
    ROWS_PER_PIECE,
  );
  return errors.choose();
}

/** Left · right: size × size by size × columns. */
function product(left: Float64Array, right: Float64Array, size: number, columns: number): Float64Array {
  const out = new Float64Array(size * columns);
  for (let row = 0; row < size; row++) {
    const own = out.subarray(row * columns, (row + 1) * columns);
    for (let k = 0; k < size; k++) {
      addTo(own, left[row * size + k] as number, right.subarray(k * columns, (k + 1) * columns));
    }
  }
  return out;
}

function addTo(target: Float64Array, factor: number, source: Float64Array): void {
  if (factor === 0) return;
  for (let at = 0; at < target.length; at++) {
    target[at] = (target[at] as number) + factor * (source[at] as number);
  }
}

function dot(vectors: Float64Array, start: number, own: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < own.length; k++) sum += (vectors[start + k] as number) * (own[k] as number);
  return sum;
}
