import { createRandom } from "../../random.ts";
import type { Factors } from "../factor-store/factors.ts";
import type { FitInput } from "../fit/algorithm.ts";
import { createRowSlice } from "../item-matrix/row-slice.ts";

/** The start of coordinate descent. */
export interface NmfStart {
  readonly users: Factors;
  readonly items: Factors;
}

export interface SingularVectors {
  /** Right singular vectors, one row an item. */
  readonly vectors: Factors;
  readonly singularValues: Float64Array;
}

/** Rows of users multiplied, or factors written, between two yields. */
const ROWS_PER_STEP = 256;
const VALUES_PER_STEP = 200_000;
/** Smaller starting values are taken as zero, as in scikit-learn. */
const SMALLEST = 1e-6;

/** |N(0, 1)| · √(mean of X / dim), users first. */
export function* startRandomly(
  { users, items }: NmfStart,
  mean: number,
  seed: number,
): Generator<void, void> {
  const random = createRandom(seed);
  const scale = Math.sqrt(mean / users.dim);
  for (const side of [users, items]) {
    for (let row = 0; row < side.count; row++) {
      const view = side.buffer.view;
      const start = row * side.stride;
      for (let k = start; k < start + side.dim; k++) view[k] = scale * Math.abs(random.normal());
      if (row % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield;
    }
  }
}

/**
 * NNDSVD (Boutsidis and Gallopoulos 2008): each pair of singular vectors u, v is replaced by its positive or its negative
 * part. The larger of the two is taken, at the same product of norms. Signs of the vectors do not matter.
 *
 * @param fill What takes the place of zeros: 0, or the mean of X ("nndsvda").
 */
export function* startBySvd(
  input: FitInput,
  start: NmfStart,
  { vectors, singularValues }: SingularVectors,
  fill: number,
): Generator<void, void> {
  yield* multiplyUsers(input, vectors, start.users);
  // Rows of `users` hold σ u, and `vectors` v.
  const left = yield* partNorms(start.users);
  const right = yield* partNorms(vectors);
  const { dim } = vectors;
  const userScales = new Float64Array(dim);
  const itemScales = new Float64Array(dim);
  for (let k = 0; k < dim; k++) {
    const sigma = singularValues[k] as number;
    const positive = (left.positive[k] as number) * (right.positive[k] as number);
    const negative = (left.negative[k] as number) * (right.negative[k] as number);
    const sign = positive >= negative ? 1 : -1;
    const leftNorm = (sign > 0 ? left.positive[k] : left.negative[k]) as number;
    const rightNorm = (sign > 0 ? right.positive[k] : right.negative[k]) as number;
    // left norms are σ times those of u: √(σ |u±| |v±|) = √(leftNorm · rightNorm).
    const size = Math.sqrt(leftNorm * rightNorm);
    if (!(sigma > 0 && size > 0)) continue;
    userScales[k] = (sign * size) / leftNorm;
    itemScales[k] = (sign * size) / rightNorm;
  }
  yield* writeParts(start.users, start.users, userScales, fill);
  yield* writeParts(vectors, start.items, itemScales, fill);
}

function* multiplyUsers(
  { kernels, userItems }: FitInput,
  vectors: Factors,
  out: Factors,
): Generator<void, void> {
  const slice = createRowSlice(kernels);
  const dim = vectors.stride;
  const product = kernels.allocF32(ROWS_PER_STEP * dim);
  try {
    for (let from = 0; from < userItems.rowCount; from += ROWS_PER_STEP) {
      if (from > 0) yield;
      const rowCount = Math.min(ROWS_PER_STEP, userItems.rowCount - from);
      slice.load(userItems, userItems.values, from, from + rowCount);
      kernels.multiplySparse({ rows: slice.rows, rowCount, factors: vectors.buffer, dim, out: product });
      out.buffer.view.set(product.view.subarray(0, rowCount * dim), from * dim);
    }
  } finally {
    slice.free();
    product.free();
  }
}

/** Norms of the positive and of the negative part of each column. */
function* partNorms({ buffer, count, dim, stride }: Factors) {
  const positive = new Float64Array(dim);
  const negative = new Float64Array(dim);
  const rowsPerStep = Math.ceil(VALUES_PER_STEP / stride);
  for (let row = 0; row < count; row++) {
    const view = buffer.view;
    for (let k = 0; k < dim; k++) {
      const value = view[row * stride + k] as number;
      if (value > 0) positive[k] = (positive[k] as number) + value * value;
      else negative[k] = (negative[k] as number) + value * value;
    }
    if (row % rowsPerStep === rowsPerStep - 1) yield;
  }
  return { positive: positive.map(Math.sqrt), negative: negative.map(Math.sqrt) };
}

function* writeParts(
  source: Factors,
  target: Factors,
  scales: Float64Array,
  fill: number,
): Generator<void, void> {
  const { count, dim, stride } = target;
  const rowsPerStep = Math.ceil(VALUES_PER_STEP / stride);
  for (let row = 0; row < count; row++) {
    const [from, to] = [source.buffer.view, target.buffer.view];
    for (let k = 0; k < dim; k++) {
      const at = row * stride + k;
      // The first pair has one sign throughout but for rounding, so its part is all of it.
      const value = (from[at] as number) * (scales[k] as number);
      to[at] = value >= SMALLEST ? value : fill;
    }
    if (row % rowsPerStep === rowsPerStep - 1) yield;
  }
}
