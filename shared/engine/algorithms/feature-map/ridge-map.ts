import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { rowsOf } from "../../data/row-reader.ts";
import { transposeInSteps } from "../../data/transpose.ts";
import type { Steps } from "../../in-steps.ts";
import { type F32Buffer, type Kernels, paddedDim } from "../../kernels/kernels.ts";
import { createRowSlice } from "../item-matrix/row-slice.ts";
import { multiplyByGram, multiplyRows } from "../linear-algebra/gram-product.ts";
import type { FeatureMap } from "./feature-map.ts";

/** Conjugate-gradient steps that find a map. */
const STEPS_TO_THE_END = 30;
/** A column of the map is found once its squared residual is this share of its first. */
const RESIDUAL_SHARE = 1e-8;

/** The normal equations (Fᵀ C F + Λ) W = Fᵀ C X of a regression, which are never built: the rows of features, and how they count. */
export interface RidgeSystem {
  /** F: rows × (features + 1); the last column is of ones, for b. */
  readonly rows: CsrMatrix;
  /** Fᵀ C: its values are multiplied by how much a row counts. */
  readonly columns: CsrMatrix;
  /** Of Fᵀ C F + Λ, above 0. */
  readonly diagonal: Float64Array;
  /** The penalty of all weights but b, in rows of weight 1. */
  readonly lambda: number;
}

/** @param rowWeights How much each row counts; 0 leaves it out. */
export function* ridgeSystem(
  features: CsrMatrix,
  rowWeights: Float32Array,
  lambda: number,
): Steps<RidgeSystem> {
  const rows = withOnes(features);
  const columns = yield* transposeInSteps(rows);
  const { indptr, indices, values } = columns;
  const diagonal = new Float64Array(columns.rowCount).fill(lambda);
  diagonal[features.columnCount] = 0;
  for (let column = 0; column < columns.rowCount; column++) {
    for (let entry = indptr[column] as number; entry < (indptr[column + 1] as number); entry++) {
      const value = values[entry] as number;
      const counted = (rowWeights[indices[entry] as number] as number) * value;
      diagonal[column] = (diagonal[column] as number) + counted * value;
      values[entry] = counted;
    }
  }
  // A feature of no row that counts, without a penalty, keeps its weight of 0.
  return { rows, columns, lambda, diagonal: diagonal.map((entry) => (entry > 0 ? entry : 1)) };
}

export interface RidgeMapInput {
  readonly kernels: Kernels;
  readonly system: RidgeSystem;
  /** The factors to approximate, rows of `paddedDim(dim)` floats. Not changed. */
  readonly targets: F32Buffer;
  /** Of the same form: receives what the map says of each row. */
  readonly mapped: F32Buffer;
  /** Conjugate-gradient steps at most, from the map of the last time. */
  readonly mostSteps?: number;
}

/**
 * Finds the ridge regression of factors on features,
 *
 *   min Σ_r c_r |x_r − W f_r − b|² + λ |W|²,
 *
 * by conjugate gradients on (Fᵀ C F + Λ) W = Fᵀ C X, all factors together, from what the map holds. The diagonal is the
 * preconditioner. The map changes in the last step alone.
 */
export function* fitRidgeMap(map: FeatureMap, input: RidgeMapInput): Steps<void> {
  const { kernels, system, mostSteps = STEPS_TO_THE_END } = input;
  const stride = paddedDim(map.dim);
  const take = () => kernels.allocF32((map.featureCount + 1) * stride);
  const buffers = { weights: take(), residual: take(), direction: take(), moved: take() };
  try {
    copyRows(map.weights, map.dim, buffers.weights.view, stride);
    yield* solve(new RidgeEquations(kernels, system, stride), input.targets, buffers, mostSteps);
    yield* productInto(kernels, system.rows, { factors: buffers.weights, dim: stride, out: input.mapped });
    copyRows(buffers.weights.view, stride, map.weights, map.dim);
  } finally {
    for (const buffer of Object.values(buffers)) buffer.free();
  }
}

/** Writes what a map says of each row. @param out Rows of `paddedDim(dim)` floats. */
export function* showMap(
  kernels: Kernels,
  map: FeatureMap,
  { rows }: RidgeSystem,
  out: F32Buffer,
): Steps<void> {
  const stride = paddedDim(map.dim);
  const weights = kernels.allocF32((map.featureCount + 1) * stride);
  try {
    copyRows(map.weights, map.dim, weights.view, stride);
    yield* productInto(kernels, rows, { factors: weights, dim: stride, out });
  } finally {
    weights.free();
  }
}

/** Rows of `stride` floats, one for each feature and one for b. */
interface Buffers {
  readonly weights: F32Buffer;
  readonly residual: F32Buffer;
  readonly direction: F32Buffer;
  readonly moved: F32Buffer;
}

function* solve(
  equations: RidgeEquations,
  targets: F32Buffer,
  { weights, residual, direction, moved }: Buffers,
  mostSteps: number,
): Steps<void> {
  yield* equations.rightSideInto(targets, residual);
  const least = equations.norms(residual).map((norm) => RESIDUAL_SHARE * norm);
  yield* equations.multiplyInto(weights, moved);
  addTo(residual.view, -1, moved.view);
  let norms = equations.norms(residual);
  equations.turn(direction.view, new Float64Array(norms.length), residual.view);
  for (let step = 0; step < mostSteps; step++) {
    if (norms.every((norm, k) => norm <= (least[k] as number))) return;
    yield* equations.multiplyInto(direction, moved);
    const curvature = dotColumns(direction.view, moved.view, norms.length);
    const lengths = norms.map((norm, k) => quotient(norm, curvature[k] as number));
    yield;
    addColumns(weights.view, lengths, direction.view);
    addColumns(
      residual.view,
      lengths.map((length) => -length),
      moved.view,
    );
    yield;
    const next = equations.norms(residual);
    const ratios = next.map((norm, k) => quotient(norm, norms[k] as number));
    equations.turn(direction.view, ratios, residual.view);
    norms = next;
    yield;
  }
}

/** What conjugate gradients need of the equations, for matrices with a row for each feature. */
class RidgeEquations {
  readonly #kernels: Kernels;
  readonly #system: RidgeSystem;
  readonly #stride: number;

  constructor(kernels: Kernels, system: RidgeSystem, stride: number) {
    this.#kernels = kernels;
    this.#system = system;
    this.#stride = stride;
  }

  /** Fᵀ C X. */
  rightSideInto(targets: F32Buffer, out: F32Buffer): Steps<void> {
    return productInto(this.#kernels, this.#system.columns, { factors: targets, dim: this.#stride, out });
  }

  /** (Fᵀ C F + Λ) W. */
  *multiplyInto(basis: F32Buffer, image: F32Buffer): Steps<void> {
    const { rows, columns, lambda } = this.#system;
    const [matrix, transposed] = [rowsOf(rows), rowsOf(columns)];
    const operands = { matrix, transposed, basis, image, stride: this.#stride };
    for (const _ of multiplyByGram(this.#kernels, operands)) yield;
    const penalised = basis.length - this.#stride;
    addTo(image.view.subarray(0, penalised), lambda, basis.view.subarray(0, penalised));
  }

  /** By column, the squares of its entries divided by the diagonal. */
  norms(rows: F32Buffer): Float64Array {
    const [stride, sums, view] = [this.#stride, new Float64Array(this.#stride), rows.view];
    for (const [row, entry] of this.#system.diagonal.entries()) {
      const start = row * stride;
      for (let k = 0; k < stride; k++) {
        sums[k] = (sums[k] as number) + (view[start + k] as number) ** 2 / entry;
      }
    }
    return sums;
  }

  /** direction = residual / diagonal + direction, each column of the direction times its factor. */
  turn(direction: Float32Array, factors: Float64Array, residual: Float32Array): void {
    const stride = this.#stride;
    for (const [row, entry] of this.#system.diagonal.entries()) {
      for (let at = row * stride, k = 0; k < stride; k++, at++) {
        direction[at] = (residual[at] as number) / entry + (factors[k] as number) * (direction[at] as number);
      }
    }
  }
}

/** out = rows · factors, some rows at a time. */
function* productInto(
  kernels: Kernels,
  rows: CsrMatrix,
  call: { readonly factors: F32Buffer; readonly dim: number; readonly out: F32Buffer },
): Steps<void> {
  const slice = createRowSlice(kernels);
  try {
    for (const _ of multiplyRows(kernels, rowsOf(rows), slice, call)) yield;
  } finally {
    slice.free();
  }
}

/** A copy with a last column of ones. */
function withOnes({ rowCount, columnCount, indptr, indices, values }: CsrMatrix): CsrMatrix {
  const longer = {
    ...{ rowCount, columnCount: columnCount + 1, indptr: indptr.map((start, row) => start + row) },
    indices: new Uint32Array(indices.length + rowCount),
    values: new Float32Array(indices.length + rowCount),
  };
  for (let row = 0; row < rowCount; row++) {
    const [from, to] = [indptr[row] as number, indptr[row + 1] as number];
    longer.indices.set(indices.subarray(from, to), from + row);
    longer.values.set(values.subarray(from, to), from + row);
    longer.indices[to + row] = columnCount;
    longer.values[to + row] = 1;
  }
  return longer;
}

/** Copies rows of one length to rows of another; what is longer stays as it is. */
function copyRows(source: Float32Array, length: number, target: Float32Array, stride: number): void {
  const kept = Math.min(length, stride);
  for (let from = 0, to = 0; from < source.length; from += length, to += stride) {
    target.set(source.subarray(from, from + kept), to);
  }
}

function addTo(target: Float32Array, factor: number, source: Float32Array): void {
  for (let at = 0; at < target.length; at++) {
    target[at] = (target[at] as number) + factor * (source[at] as number);
  }
}

/** By column of two row-major matrices, the products of their entries added up. */
function dotColumns(a: Float32Array, b: Float32Array, dim: number): Float64Array {
  const sums = new Float64Array(dim);
  for (let start = 0; start < a.length; start += dim) {
    for (let k = 0; k < dim; k++) {
      sums[k] = (sums[k] as number) + (a[start + k] as number) * (b[start + k] as number);
    }
  }
  return sums;
}

/** target += source, each column times its factor. */
function addColumns(target: Float32Array, factors: Float64Array, source: Float32Array): void {
  const dim = factors.length;
  for (let start = 0; start < target.length; start += dim) {
    for (let k = 0; k < dim; k++) {
      target[start + k] =
        (target[start + k] as number) + (factors[k] as number) * (source[start + k] as number);
    }
  }
}

/** 0 for a column that is found already. */
function quotient(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
