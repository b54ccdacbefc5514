import type { F32Buffer, Kernels } from "../../kernels/kernels.ts";
import { SWEEP_GROUP } from "../../kernels/sweep/calls.ts";

/** Rows and columns eliminated together: deep enough for the product kernel, small enough for plain code on the diagonal. */
const BLOCK = 72;
/** Floating-point operations in one step: about 2.5 ms at 40 GFlop/s. A step takes at least one group of rows. */
const FLOPS_PER_STEP = 1e8;

/** The position of a sweep; `row` counts the rows already updated for the pivot block. */
export interface SweepPosition {
  readonly pivot: number;
  readonly row: number;
}

/**
 * Turns a symmetric positive definite matrix A into −A⁻¹ in place by the sweep operator (Goodnight 1979) in blocks, a bounded
 * piece per step. Only the upper triangle is read, and only it has a meaning afterwards: half the work of Gauss–Jordan.
 *
 * Let A_kk = L Lᵀ be the pivot block k, and Y = L⁻¹ A_k. Every other block becomes A_ij − Y_iᵀ Y_j. The pivot's row and
 * column become L⁻ᵀ Y and its transpose, and A_kk becomes −A_kk⁻¹. Using L⁻¹ instead of A_kk⁻¹ costs nothing, and the
 * products keep their digits up to the square of the condition number. The small blocks are factorised in f64. No pivoting:
 * A is definite.
 */
export class DenseSweep {
  readonly #kernels: Kernels;
  /** A multiple of 8 (pad the diagonal with ones). */
  readonly #size: number;
  readonly #matrix: F32Buffer;
  readonly #factor: F32Buffer;
  readonly #panels: F32Buffer;
  readonly #left: F32Buffer;
  readonly #scratch: F32Buffer;
  #pivot = 0;
  #row = 0;

  constructor(kernels: Kernels, matrix: F32Buffer, size: number) {
    this.#kernels = kernels;
    this.#size = size;
    this.#matrix = matrix;
    this.#factor = kernels.allocF32(BLOCK * BLOCK);
    this.#panels = kernels.allocF32(BLOCK * size);
    this.#left = kernels.allocF32(BLOCK * size);
    this.#scratch = kernels.allocF32(BLOCK * (size + BLOCK));
  }

  get done(): boolean {
    return this.#pivot === this.#size;
  }

  get position(): SweepPosition {
    return { pivot: this.#pivot, row: this.#row };
  }

  /** Share of the work done. */
  get progress(): number {
    // Of a triangle's area, the part above row r is r (2 − r) if its side is 1.
    const share = this.#row / this.#size;
    return (this.#pivot + this.#blockSize * share * (2 - share)) / this.#size;
  }

  /** State of the block in progress, in addition to the matrix, for a checkpoint; meaningless between blocks. */
  get panels(): Float32Array {
    const length = this.#panels.length;
    const both = new Float32Array(2 * length);
    both.set(this.#panels.view);
    both.set(this.#left.view, length);
    return both;
  }

  /** Returns to a `position`; the matrix must hold its content of that time. */
  resume({ pivot, row }: SweepPosition, panels: Float32Array): void {
    this.#pivot = pivot;
    this.#row = row;
    this.#panels.view.set(panels.subarray(0, this.#panels.length));
    this.#left.view.set(panels.subarray(this.#panels.length));
  }

  /** @returns False when the matrix is not positive definite. */
  step(): boolean {
    if (this.done) return true;
    const isFirst = this.#row === 0;
    if (isFirst && !this.#sweepPivot()) return false;
    // The pivot is work enough. One group of rows goes with it: it tells a position after the pivot from the one before.
    this.#updateRows(isFirst ? 1 : FLOPS_PER_STEP);
    if (this.#row < this.#size) return true;
    this.#pivot += this.#blockSize;
    this.#row = 0;
    return true;
  }

  free(): void {
    for (const buffer of [this.#factor, this.#panels, this.#left, this.#scratch]) buffer.free();
  }

  get #blockSize(): number {
    return Math.min(BLOCK, this.#size - this.#pivot);
  }

  #sweepPivot(): boolean {
    const size = this.#size;
    const block = this.#blockSize;
    const pivot = this.#pivot;
    const lower = this.#pivotBlock();
    if (!invertCholesky(lower, block)) return false;
    this.#factor.view.set(lower.map((entry) => -entry));
    const { panels, left, scratch } = { panels: this.#panels, left: this.#left, scratch: this.#scratch };
    const buffers = { matrix: this.#matrix, factor: this.#factor, panels, left, scratch };
    this.#kernels.sweepPivot({ ...buffers, size, pivot, block });
    const inverse = productWithTranspose(lower, block);
    const matrix = this.#matrix.view;
    for (let i = 0; i < block; i++) {
      const start = (pivot + i) * size + pivot;
      for (let j = i; j < block; j++) matrix[start + j] = -(inverse[i * block + j] as number);
    }
    return true;
  }

  /** The pivot's own block, lower triangle. */
  #pivotBlock(): Float64Array {
    const block = this.#blockSize;
    const matrix = this.#matrix.view;
    const lower = new Float64Array(block * block);
    for (let i = 0; i < block; i++) {
      const start = (this.#pivot + i) * this.#size + this.#pivot;
      for (let j = i; j < block; j++) lower[j * block + i] = matrix[start + j] as number;
    }
    return lower;
  }

  /** @param mostFlops Further groups of rows begin below this many. */
  #updateRows(mostFlops: number): void {
    const size = this.#size;
    const block = this.#blockSize;
    const fromRow = this.#row;
    let toRow = fromRow;
    for (let flops = 0; toRow < size && flops < mostFlops; ) {
      flops += 2 * block * SWEEP_GROUP * (size - toRow);
      toRow = Math.min(size, toRow + SWEEP_GROUP);
    }
    const buffers = { matrix: this.#matrix, panels: this.#panels, left: this.#left };
    this.#kernels.sweepRows({ ...buffers, size, pivot: this.#pivot, fromRow, toRow, block });
    this.#row = toRow;
  }
}

/** KᵀK for a lower triangular K, upper triangle; by rows of K, as they lie in memory. */
function productWithTranspose(lower: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let k = 0; k < size; k++) {
    for (let i = 0; i <= k; i++) {
      const factor = lower[k * size + i] as number;
      for (let j = i; j <= k; j++) {
        product[i * size + j] = (product[i * size + j] as number) + factor * (lower[k * size + j] as number);
      }
    }
  }
  return product;
}

/** Replaces the lower triangle of a matrix by the inverse of its Cholesky factor; false at a pivot that is not positive. */
function invertCholesky(matrix: Float64Array, size: number): boolean {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j] as number;
      for (let k = 0; k < j; k++) sum -= (matrix[i * size + k] as number) * (matrix[j * size + k] as number);
      if (i === j && !(sum > 0)) return false;
      matrix[i * size + j] = i === j ? Math.sqrt(sum) : sum / (matrix[j * size + j] as number);
    }
  }
  // Row i of the inverse is −(row i of the factor, left of the diagonal) · (the rows above it, inverted already) / pivot.
  const row = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const pivot = matrix[i * size + i] as number;
    row.set(matrix.subarray(i * size, i * size + i));
    matrix.fill(0, i * size, i * size + i);
    for (let k = 0; k < i; k++) {
      const factor = -(row[k] as number) / pivot;
      for (let j = 0; j <= k; j++) {
        matrix[i * size + j] = (matrix[i * size + j] as number) + factor * (matrix[k * size + j] as number);
      }
    }
    matrix[i * size + i] = 1 / pivot;
  }
  return true;
}
