/**
 * The steps of a randomised subspace iteration (Halko, Martinsson and Tropp 2011), of a fit in one isolate and of one by blocks. Sums over
 * rows are taken piece by piece in both, so they have the same numbers for the same pieces.
 */
import type { RowReader } from "../../data/row-reader.ts";
import { type F32Buffer, type Kernels, paddedDim } from "../../kernels/kernels.ts";
import { createRandom } from "../../random.ts";
import { Factors } from "../factor-store/factors.ts";
import { createRowSlice } from "../item-matrix/row-slice.ts";
import { addPiece } from "./add-piece.ts";
import { endOfRows } from "./gram-product.ts";
import {
  gramOf,
  multiplyInto,
  orthonormalize,
  paddedRows,
  SOUND_PIVOT,
  type TallPair,
} from "./orthonormalize.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

/** Least number of extra directions, in addition to the requested ones. */
const OVERSAMPLING = 10;
const FLOPS_PER_STEP = 6e7;
const ROWS_PER_STEP = 1024;
const DRAWS_PER_STEP = 400_000;
/**
 * Between two products the basis only needs to be far from dependent, as a multiplication by XᵀX does not change how good it is.
 */
const LOOSE_PIVOT = 1e-3;

/** Rows of `stride` floats, one for each column of X, their number padded to a multiple of 4. */
export type Basis = Omit<TallPair, "spare">;

export interface SingularVectors {
  /** One row for each column of X. The caller releases them. */
  readonly vectors: Factors;
  /** Largest first. */
  readonly singularValues: Float64Array;
}

/** Number of directions, and the row length of the basis. More of them than the rank of the matrix would only be rounding errors. */
export function basisWidth(
  dim: number,
  { rowCount, columnCount }: { readonly rowCount: number; readonly columnCount: number },
): number {
  return paddedDim(Math.max(dim, Math.min(dim + OVERSAMPLING, columnCount, rowCount)));
}

/** Uniform numbers: any continuous distribution is as good a start as normals, and drawing this one is ten times as fast. */
export function* drawBasis({ matrix, count, stride }: Basis, seed: number): Generator<void, void> {
  const random = createRandom(seed);
  const length = count * stride;
  for (let at = 0; at < length; ) {
    if (at > 0) yield;
    const view = matrix.view;
    const end = Math.min(length, at + DRAWS_PER_STEP);
    for (; at < end; at++) view[at] = 2 * random.next() - 1;
  }
}

/** An orthonormal basis of an image. @param isLast Whether it is used as it is; a basis that is multiplied again need not be as exact. */
export function orthonormalImage(
  kernels: Kernels,
  image: TallPair,
  isLast: boolean,
): Generator<void, TallPair> {
  return orthonormalize(kernels, image, isLast ? SOUND_PIVOT : LOOSE_PIVOT);
}

/** (X Q)ᵀ(X Q) for some rows of X and a basis Q. @returns Steps, each yielding the share that is done. */
export function* gramOfProduct(
  kernels: Kernels,
  rows: RowReader,
  basis: F32Buffer,
  stride: number,
): Generator<number, Float64Array> {
  const gram = new Float64Array(stride * stride);
  const slice = createRowSlice(kernels);
  const product = kernels.allocF32(Math.min(ROWS_PER_STEP, rows.rowCount) * stride);
  try {
    for (let from = 0; from < rows.rowCount; ) {
      if (from > 0) yield from / rows.rowCount;
      const to = Math.min(from + ROWS_PER_STEP, endOfRows(rows, from, FLOPS_PER_STEP / (4 * stride)));
      slice.loadFrom(rows, from, to);
      const rowCount = to - from;
      kernels.multiplySparse({ rows: slice.rows, rowCount, factors: basis, dim: stride, out: product });
      const steps = gramOf(kernels, product, rowCount, stride);
      let step = steps.next();
      for (; !step.done; step = steps.next()) yield from / rows.rowCount;
      addPiece(gram, step.value);
      from = to;
    }
    return gram;
  } finally {
    slice.free();
    product.free();
  }
}

/** The strongest right singular vectors of X. @param gram (X Q)ᵀ(X Q) for the basis Q; overwritten. */
export function* rotateBasis(
  kernels: Kernels,
  { matrix, count, stride }: Basis,
  gram: Float64Array,
  dim: number,
): Generator<void, SingularVectors> {
  const values = yield* symmetricEigen(gram, stride);
  const order = [...values.keys()].sort((a, b) => (values[b] as number) - (values[a] as number));
  const width = paddedDim(dim);
  const rotation = new Float64Array(stride * width);
  for (let column = 0; column < dim; column++) {
    const vector = (order[column] as number) * stride;
    for (let k = 0; k < stride; k++) rotation[k * width + column] = gram[vector + k] as number;
  }
  const vectors = new Factors(kernels, count, dim, width, kernels.allocF32(paddedRows(count) * width));
  try {
    yield* multiplyInto(kernels, { matrix, spare: vectors.buffer, count, stride }, rotation, width);
  } catch (cause) {
    vectors.release();
    throw cause;
  }
  const singularValues = Float64Array.from(order.slice(0, dim), (at) =>
    Math.sqrt(Math.max(0, values[at] as number)),
  );
  return { vectors, singularValues };
}
