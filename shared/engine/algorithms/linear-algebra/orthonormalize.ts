import { PANEL_COLUMNS } from "../../kernels/dense/calls.ts";
import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";

/** Floating-point operations in one step: about 3 ms at 40 GFlop/s. Small work is not cut, so that few steps are taken. */
const FLOPS_PER_STEP = 1.2e8;
/** Rows of a small triangular matrix between two yields, in f64 operations. */
const SMALL_FLOPS_PER_YIELD = 4e6;
/** Largest number of passes; each one squares the rounding error of the last. */
const MAX_PASSES = 4;
/** A smaller relative squared distance to the earlier columns is raised to this: the next pass resolves the column better. */
const PIVOT_FLOOR = 1e-5;
/** From this relative squared distance on, f32 sums leave columns orthonormal to about 1e-5, and no other pass is needed. */
export const SOUND_PIVOT = 0.05;

/** Tall matrices: rows of `stride` floats, a multiple of `PANEL_COLUMNS`, their number padded to a multiple of 4. */
export interface TallPair {
  /** Holds the matrix. */
  readonly matrix: F32Buffer;
  /** Of the same length; overwritten. */
  readonly spare: F32Buffer;
  readonly count: number;
  readonly stride: number;
}

export function paddedRows(count: number): number {
  return Math.ceil(count / 4) * 4;
}

/**
 * Makes the columns of a tall matrix orthonormal and keeps their span, by repeated Cholesky QR of the Gram matrix with scaled
 * columns. Columns without a contribution become noise or zero. Yields between bounded pieces of work.
 *
 * @param soundPivot A sufficient relative squared distance of each column to the earlier ones.
 * @returns The pair with `matrix` orthonormal; the two buffers may be exchanged.
 */
export function* orthonormalize(
  kernels: Kernels,
  pair: TallPair,
  soundPivot: number = SOUND_PIVOT,
): Generator<void, TallPair> {
  const { count, stride } = pair;
  let { matrix, spare } = pair;
  let dropsWeak = false;
  for (let pass = 1; pass <= MAX_PASSES; pass++) {
    let gram = yield* gramOf(kernels, matrix, count, stride);
    if (!gram.every(Number.isFinite)) {
      // Too many raised columns add nothing, and their rounding errors grew: repeats the pass without them.
      [matrix, spare] = [spare, matrix];
      dropsWeak = true;
      gram = yield* gramOf(kernels, matrix, count, stride);
    }
    const { factor, smallestPivot } = yield* inverseRoot(
      gram,
      stride,
      dropsWeak || pass === MAX_PASSES ? SOUND_PIVOT / 5 : 0,
    );
    yield* multiplyInto(kernels, { matrix, spare, count, stride }, factor, stride);
    [matrix, spare] = [spare, matrix];
    if (smallestPivot >= soundPivot) break;
  }
  return { matrix, spare, count, stride };
}

/** MᵀM in f64, summed in f32. */
export function* gramOf(
  kernels: Kernels,
  matrix: F32Buffer,
  count: number,
  stride: number,
): Generator<void, Float64Array> {
  const gram = kernels.allocF32(stride * stride);
  try {
    const rows = Math.ceil(FLOPS_PER_STEP / (stride * (stride + 8)));
    for (let fromRow = 0; fromRow < count; fromRow += rows) {
      if (fromRow > 0) yield;
      const toRow = Math.min(count, fromRow + rows);
      kernels.addGram({ factors: matrix, dim: stride, fromRow, toRow, gram });
    }
    return Float64Array.from(gram.view);
  } finally {
    gram.free();
  }
}

/**
 * spare = matrix · right for a small stride × width matrix; rows of `spare` get `width` floats.
 * @param width Multiple of `PANEL_COLUMNS`.
 */
export function* multiplyInto(
  kernels: Kernels,
  { matrix, spare, count, stride }: TallPair,
  right: Float64Array,
  width: number,
): Generator<void, void> {
  const panels = kernels.allocF32(stride * width);
  const block = Math.max(4, 4 * Math.floor(FLOPS_PER_STEP / (8 * stride * width)));
  try {
    packNegated(right, stride, width, panels.view);
    spare.view.fill(0);
    for (let row = 0; row < count; row += block) {
      if (row > 0) yield;
      const rowCount = Math.min(block, paddedRows(count) - row);
      kernels.subtractProduct({
        target: spare,
        targetOffset: row * width,
        targetStride: width,
        rowCount,
        left: matrix,
        leftOffset: row * stride,
        depth: stride,
        right: panels,
        columnCount: width,
      });
    }
  } finally {
    panels.free();
  }
}

function packNegated(right: Float64Array, depth: number, width: number, panels: Float32Array): void {
  for (let k = 0; k < depth; k++) {
    for (let column = 0; column < width; column++) {
      const lane = column % PANEL_COLUMNS;
      panels[(column - lane) * depth + k * PANEL_COLUMNS + lane] = -(right[k * width + column] as number);
    }
  }
}

/**
 * The D L⁻ᵀ that makes a matrix with this Gram matrix orthonormal: D scales columns to length one, and L Lᵀ = D G D.
 * @param weakPivot Columns with a smaller pivot become zero instead of being raised.
 */
export function* inverseRoot(
  gram: Float64Array,
  size: number,
  weakPivot: number,
): Generator<void, { factor: Float64Array; smallestPivot: number }> {
  const scales = Float64Array.from({ length: size }, (_, k) => {
    const square = gram[k * size + k] as number;
    return square > 0 ? 1 / Math.sqrt(square) : 0;
  });
  // Row k of `lower` is row k of L, row k of `inverse` is row k of L⁻¹, which needs the rows before it only.
  const lower = new Float64Array(size * size);
  const inverse = new Float64Array(size * size);
  let smallestPivot = 1;
  for (let k = 0, flops = 0; k < size; k++) {
    const rest = eliminate(gram, scales, lower, size, k);
    const isAbsent = scales[k] === 0 || rest < weakPivot;
    if (isAbsent) {
      lower.fill(0, k * size, (k + 1) * size);
      lower[k * size + k] = 1;
      continue;
    }
    smallestPivot = Math.min(smallestPivot, rest);
    lower[k * size + k] = Math.sqrt(Math.max(rest, PIVOT_FLOOR));
    invertRow(lower, inverse, size, k);
    flops += 3 * k * k;
    if (flops < SMALL_FLOPS_PER_YIELD) continue;
    flops = 0;
    yield;
  }
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      factor[i * size + j] = (scales[i] as number) * (inverse[j * size + i] as number);
    }
  }
  return { factor, smallestPivot };
}

/** Fills row k of L left of the diagonal. @returns The pivot. */
function eliminate(
  gram: Float64Array,
  scales: Float64Array,
  lower: Float64Array,
  size: number,
  k: number,
): number {
  const own = k * size;
  let pivot = 1;
  for (let j = 0; j < k; j++) {
    const other = j * size;
    let sum = (gram[own + j] as number) * (scales[k] as number) * (scales[j] as number);
    for (let at = 0; at < j; at++) sum -= (lower[own + at] as number) * (lower[other + at] as number);
    const entry = sum / (lower[other + j] as number);
    lower[own + j] = entry;
    pivot -= entry * entry;
  }
  return pivot;
}

function invertRow(lower: Float64Array, inverse: Float64Array, size: number, k: number): void {
  const own = k * size;
  const pivot = lower[own + k] as number;
  for (let j = 0; j < k; j++) {
    const factor = (lower[own + j] as number) / pivot;
    if (factor === 0) continue;
    const other = j * size;
    for (let at = 0; at <= j; at++) {
      inverse[own + at] = (inverse[own + at] as number) - factor * (inverse[other + at] as number);
    }
  }
  inverse[own + k] = 1 / pivot;
}
