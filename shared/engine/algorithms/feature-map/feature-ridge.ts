import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { overRanges, type Steps } from "../../in-steps.ts";
import { type Kernels, paddedDim } from "../../kernels/kernels.ts";
import { symmetricEigen } from "../linear-algebra/symmetric-eigen.ts";
import { coordinatesInto, type FeatureBasis, featureBasis } from "./feature-basis.ts";
import { type ChosenPenalty, LeftOutErrors } from "./ridge-penalty.ts";

/** Rows in a piece of work: some milliseconds. */
const ROWS_PER_PIECE = 128;
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
  const basis = yield* turned(input.kernels, found, vectors);
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

/** Two passes over the rows: means, then products without them, which keeps what single precision would lose. */
function* momentsOf(input: FeatureRidgeInput, basis: FeatureBasis): Steps<Moments> {
  const { features, rowWeights, targets, dim } = input;
  const { rank } = basis;
  const [means, targetMeans] = [new Float64Array(rank), new Float64Array(dim)];
  const z = new Float64Array(rank);
  let total = 0;
  for (const weight of rowWeights) total += weight;
  const add = (row: number) => {
    const share = (rowWeights[row] as number) / total;
    coordinatesInto(basis, features, row, z);
    addTo(means, share, z);
    for (let t = 0; t < dim; t++) {
      targetMeans[t] = (targetMeans[t] as number) + share * (targets[row * dim + t] as number);
    }
  };
  yield* overRanges(
    features.rowCount,
    (from, to) => {
      for (let row = from; row < to; row++) add(row);
    },
    ROWS_PER_PIECE,
  );
  return { total, means, targetMeans, ...(yield* productsOf(input, basis, { means, targetMeans })) };
}

/**
 * Products of rows (z − z̄, y − ȳ), each times the root of its weight: one Gram matrix holds those with targets, too. Pieces are summed
 * in double precision.
 */
function* productsOf(
  { kernels, features, rowWeights, targets, dim }: FeatureRidgeInput,
  basis: FeatureBasis,
  { means, targetMeans }: Pick<Moments, "means" | "targetMeans">,
): Steps<Pick<Moments, "covariance" | "right">> {
  const { rank } = basis;
  const size = paddedDim(rank + dim);
  const rows = kernels.allocF32(ROWS_PER_PIECE * size);
  const gram = kernels.allocF32(size * size);
  const covariance = new Float64Array(rank * rank);
  const right = new Float64Array(rank * dim);
  const z = new Float64Array(rank);
  const addPiece = (from: number, to: number) => {
    for (let row = from; row < to; row++) {
      const own = rows.view.subarray((row - from) * size, (row - from + 1) * size);
      const scale = Math.sqrt(rowWeights[row] as number);
      coordinatesInto(basis, features, row, z);
      for (let k = 0; k < rank; k++) own[k] = scale * ((z[k] as number) - (means[k] as number));
      for (let t = 0; t < dim; t++) {
        own[rank + t] = scale * ((targets[row * dim + t] as number) - (targetMeans[t] as number));
      }
    }
    gram.view.fill(0);
    kernels.addGram({ factors: rows, dim: size, fromRow: 0, toRow: to - from, gram });
    const sums = gram.view;
    for (let k = 0; k < rank; k++) {
      addTo(covariance.subarray(k * rank, (k + 1) * rank), 1, sums.subarray(k * size, k * size + rank));
      const own = sums.subarray(k * size + rank, k * size + rank + dim);
      addTo(right.subarray(k * dim, (k + 1) * dim), 1, own);
    }
  };
  try {
    yield* overRanges(features.rowCount, addPiece, ROWS_PER_PIECE);
  } finally {
    rows.free();
    gram.free();
  }
  return { covariance, right };
}

/** The directions along the eigenvectors. @param vectors One in each row. */
function* turned(
  kernels: Kernels,
  { rank, weights }: FeatureBasis,
  vectors: Float64Array,
): Steps<FeatureBasis> {
  const stride = paddedDim(rank);
  const factors = kernels.allocF32(rank * stride);
  const rows = kernels.allocF32(ROWS_PER_PIECE * stride);
  const product = kernels.allocF32(ROWS_PER_PIECE * rank);
  const out = new Float32Array(weights.length);
  for (let k = 0; k < rank; k++) {
    factors.view.set(vectors.subarray(k * rank, (k + 1) * rank), k * stride);
  }
  const turn = (from: number, to: number) => {
    const view = rows.view;
    for (let row = from; row < to; row++) {
      view.set(weights.subarray(row * rank, (row + 1) * rank), (row - from) * stride);
    }
    const vectorCount = to - from;
    kernels.scoreInto({
      ...{ factors, dim: stride, rowCount: rank, out: product },
      ...{ vectors: rows, vectorOffset: 0, vectorCount },
    });
    out.set(product.view.subarray(0, vectorCount * rank), from * rank);
  };
  try {
    yield* overRanges(weights.length / Math.max(1, rank), turn, ROWS_PER_PIECE);
  } finally {
    for (const buffer of [factors, rows, product]) buffer.free();
  }
  return { rank, weights: out };
}

interface Regression extends Moments {
  readonly basis: FeatureBasis;
  readonly eigenvalues: Float64Array;
}

function* choosePenalty(
  { kernels, features, rowWeights, targets, dim }: FeatureRidgeInput,
  { basis, means, targetMeans, eigenvalues, right, total }: Regression,
): Steps<ChosenPenalty> {
  const { rank } = basis;
  const errors = new LeftOutErrors({ kernels, eigenvalues, right, dim, capacity: ROWS_PER_PIECE });
  const z = new Float64Array(rank);
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
  try {
    yield* overRanges(
      count,
      (from, to) => {
        for (let at = from; at < to; at++) visit(Math.floor((at * features.rowCount) / count));
        errors.flush();
      },
      ROWS_PER_PIECE,
    );
    return errors.choose();
  } finally {
    errors.free();
  }
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

function addTo(target: Float64Array, factor: number, source: Float64Array | Float32Array): void {
  if (factor === 0) return;
  for (let at = 0; at < target.length; at++) {
    target[at] = (target[at] as number) + factor * (source[at] as number);
  }
}
