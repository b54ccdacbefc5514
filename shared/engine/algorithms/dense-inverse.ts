import { type F32Buffer, type Kernels, PANEL_COLUMNS } from "../kernels/kernels.ts";

/** Rows and columns eliminated together: deep enough for the product kernel, small enough for plain code on the diagonal. */
const BLOCK = 64;
/** Floating-point operations in one step: about 6 ms at 35 GFlop/s. A step takes at least four rows. */
const FLOPS_PER_STEP = 2e8;

/** Where an inversion stands; `row` counts the rows already updated against the pivot block. */
export interface InversePosition {
  readonly pivot: number;
  readonly row: number;
}

/**
 * Inverts a symmetric positive definite matrix in place by blocked Gauss–Jordan elimination, a bounded piece per step.
 * For pivot block k with P = A_kk⁻¹ and R = P A_k (its own columns replaced by P), every other row becomes
 * A_i − A_ik R, A_ik itself taken as zero, and at last A_k becomes R. Positive definite matrices need no pivoting.
 *
 * `size` is a multiple of 8 (pad the diagonal with ones).
 */
export class DenseInverse {
  readonly #kernels: Kernels;
  readonly #size: number;
  readonly #matrix: F32Buffer;
  /** R, in panels. */
  readonly #panels: F32Buffer;
  readonly #pivotRows: F32Buffer;
  readonly #left: F32Buffer;
  #pivot = 0;
  #row = 0;

  constructor(kernels: Kernels, matrix: F32Buffer, size: number) {
    this.#kernels = kernels;
    this.#size = size;
    this.#matrix = matrix;
    this.#panels = kernels.allocF32(BLOCK * size);
    this.#pivotRows = kernels.allocF32(BLOCK * size);
    this.#left = kernels.allocF32(BLOCK * Math.max(BLOCK, this.#rowsPerStep));
  }

  get done(): boolean {
    return this.#pivot === this.#size;
  }

  get position(): InversePosition {
    return { pivot: this.#pivot, row: this.#row };
  }

  /** Share of the work done. */
  get progress(): number {
    return Math.min(1, (this.#pivot + (this.#blockSize * this.#row) / this.#size) / this.#size);
  }

  /** R of the block in progress, for a checkpoint; meaningless between blocks. */
  get panels(): Float32Array {
    return this.#panels.view;
  }

  /** Goes to a position that `position` gave, the matrix holding what it held then. */
  resume({ pivot, row }: InversePosition, panels: Float32Array): void {
    this.#pivot = pivot;
    this.#row = row;
    this.#panels.view.set(panels);
  }

  /** @returns False when the matrix turns out not to be positive definite. */
  step(): boolean {
    if (this.#row > 0) {
      this.#updateRows(this.#rowsPerStep);
      return true;
    }
    if (!this.#preparePivot()) return false;
    // A few rows only, so that preparing a block is a step of its own and yet visible in the position.
    this.#updateRows(4);
    return true;
  }

  free(): void {
    for (const buffer of [this.#panels, this.#pivotRows, this.#left]) buffer.free();
  }

  get #blockSize(): number {
    return Math.min(BLOCK, this.#size - this.#pivot);
  }

  get #rowsPerStep(): number {
    return Math.min(this.#size, 4 * Math.ceil(FLOPS_PER_STEP / (2 * BLOCK * this.#size) / 4));
  }

  #preparePivot(): boolean {
    const size = this.#size;
    const block = this.#blockSize;
    const pivot = this.#pivot;
    const matrix = this.#matrix.view;
    const inverse = new Float64Array(block * block);
    for (let i = 0; i < block; i++) {
      const start = (pivot + i) * size + pivot;
      inverse.set(matrix.subarray(start, start + block), i * block);
    }
    if (!invertSmall(inverse, block)) return false;
    packPanels(matrix, pivot * size, size, block, this.#panels.view);
    this.#left.view.set(inverse.map((entry) => -entry));
    const rows = this.#pivotRows;
    rows.view.fill(0);
    this.#kernels.subtractProduct({
      target: rows,
      targetOffset: 0,
      targetStride: size,
      rowCount: block,
      left: this.#left,
      depth: block,
      right: this.#panels,
      columnCount: size,
    });
    for (let i = 0; i < block; i++) {
      rows.view.set(inverse.subarray(i * block, (i + 1) * block), i * size + pivot);
    }
    packPanels(rows.view, 0, size, block, this.#panels.view);
    return true;
  }

  #updateRows(rowCount: number): void {
    const size = this.#size;
    const block = this.#blockSize;
    const pivot = this.#pivot;
    const from = this.#row;
    const to = Math.min(size, from + rowCount);
    const matrix = this.#matrix.view;
    const left = this.#left.view;
    for (let row = from; row < to; row++) {
      const start = row * size + pivot;
      const isPivotRow = row >= pivot && row < pivot + block;
      // A pivot row is R itself: cleared, and minus the unit matrix times R subtracted.
      if (isPivotRow) {
        left.fill(0, (row - from) * block, (row - from + 1) * block);
        left[(row - from) * block + row - pivot] = -1;
        matrix.fill(0, row * size, (row + 1) * size);
      } else {
        left.set(matrix.subarray(start, start + block), (row - from) * block);
        matrix.fill(0, start, start + block);
      }
    }
    this.#kernels.subtractProduct({
      target: this.#matrix,
      targetOffset: from * size,
      targetStride: size,
      rowCount: to - from,
      left: this.#left,
      depth: block,
      right: this.#panels,
      columnCount: size,
    });
    this.#row = to;
    if (to < size) return;
    this.#pivot += block;
    this.#row = 0;
  }
}

function packPanels(
  source: Float32Array,
  offset: number,
  size: number,
  depth: number,
  panels: Float32Array,
): void {
  for (let k = 0; k < depth; k++) {
    for (let column = 0; column < size; column += PANEL_COLUMNS) {
      const from = offset + k * size + column;
      const to = column * depth + k * PANEL_COLUMNS;
      for (let lane = 0; lane < PANEL_COLUMNS; lane++) panels[to + lane] = source[from + lane] as number;
    }
  }
}

/** Gauss–Jordan on a small matrix in place; false at a pivot that is not positive. */
function invertSmall(matrix: Float64Array, size: number): boolean {
  for (let pivot = 0; pivot < size; pivot++) {
    const value = matrix[pivot * size + pivot] as number;
    if (!(value > 0)) return false;
    matrix[pivot * size + pivot] = 1;
    for (let k = 0; k < size; k++) {
      matrix[pivot * size + k] = (matrix[pivot * size + k] as number) / value;
    }
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = matrix[row * size + pivot] as number;
      matrix[row * size + pivot] = 0;
      for (let k = 0; k < size; k++) {
        matrix[row * size + k] =
          (matrix[row * size + k] as number) - factor * (matrix[pivot * size + k] as number);
      }
    }
  }
  return true;
}
