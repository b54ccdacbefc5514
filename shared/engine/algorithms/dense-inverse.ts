import { type F32Buffer, type Kernels, PANEL_COLUMNS } from "../kernels/kernels.ts";

/** Rows and columns eliminated together: deep enough for the product kernel, small enough for plain code on the diagonal. */
const BLOCK = 64;
/** Floating-point operations in one step: about 5 ms at 40 GFlop/s. A step takes at least one block of rows. */
const FLOPS_PER_STEP = 2e8;
/** Entries copied in one step at the end. */
const ENTRIES_PER_STEP = 500_000;

/** Where an inversion stands; `row` counts the rows already updated against the pivot block, or mirrored after the last one. */
export interface InversePosition {
  readonly pivot: number;
  readonly row: number;
}

/**
 * Inverts a symmetric positive definite matrix in place by the sweep operator (Goodnight 1979) in blocks, a bounded piece per
 * step. For pivot block k with P = A_kk⁻¹ and R = P A_k, every other block becomes A_ij − A_ki R_j, the pivot's row and column
 * become R and its transpose, and A_kk becomes −P. The matrix stays symmetric, so only blocks on and above the diagonal are
 * kept: half the work of Gauss–Jordan. After the last pivot it is −A⁻¹, which is then negated and mirrored.
 * Positive definite matrices need no pivoting.
 *
 * `size` is a multiple of 8 (pad the diagonal with ones).
 */
export class DenseInverse {
  readonly #kernels: Kernels;
  readonly #size: number;
  readonly #matrix: F32Buffer;
  /** R, BLOCK × size, in panels of eight columns. */
  readonly #panels: F32Buffer;
  /** The pivot's columns before the sweep, size × BLOCK. */
  readonly #columns: F32Buffer;
  readonly #pivotRows: F32Buffer;
  readonly #left: F32Buffer;
  #pivot = 0;
  #row = 0;

  constructor(kernels: Kernels, matrix: F32Buffer, size: number) {
    this.#kernels = kernels;
    this.#size = size;
    this.#matrix = matrix;
    this.#panels = kernels.allocF32(BLOCK * size);
    this.#columns = kernels.allocF32(BLOCK * size);
    this.#pivotRows = kernels.allocF32(BLOCK * size);
    this.#left = kernels.allocF32(BLOCK * BLOCK);
  }

  get done(): boolean {
    return this.#pivot === this.#size && this.#row === this.#size;
  }

  get position(): InversePosition {
    return { pivot: this.#pivot, row: this.#row };
  }

  /** Share of the work done. */
  get progress(): number {
    if (this.#pivot === this.#size) return 0.97 + 0.03 * (this.#row / this.#size);
    return (0.97 * (this.#pivot + (this.#blockSize * this.#row) / this.#size)) / this.#size;
  }

  /** What the block in progress needs beside the matrix, for a checkpoint; meaningless between blocks. */
  get panels(): Float32Array {
    const length = this.#panels.length;
    const both = new Float32Array(2 * length);
    both.set(this.#panels.view);
    both.set(this.#columns.view, length);
    return both;
  }

  /** Goes to a position that `position` gave, the matrix holding what it held then. */
  resume({ pivot, row }: InversePosition, panels: Float32Array): void {
    this.#pivot = pivot;
    this.#row = row;
    this.#panels.view.set(panels.subarray(0, this.#panels.length));
    this.#columns.view.set(panels.subarray(this.#panels.length));
  }

  /** @returns False when the matrix turns out not to be positive definite. */
  step(): boolean {
    if (this.#pivot === this.#size) {
      this.#mirrorRows();
      return true;
    }
    if (this.#row === 0 && !this.#preparePivot()) return false;
    let flops = 0;
    while (this.#row < this.#size && flops < FLOPS_PER_STEP) flops += this.#updateRows();
    if (this.#row < this.#size) return true;
    this.#pivot += this.#blockSize;
    this.#row = 0;
    return true;
  }

  free(): void {
    for (const buffer of [this.#panels, this.#columns, this.#pivotRows, this.#left]) buffer.free();
  }

  get #blockSize(): number {
    return Math.min(BLOCK, this.#size - this.#pivot);
  }

  #preparePivot(): boolean {
    const size = this.#size;
    const block = this.#blockSize;
    const pivot = this.#pivot;
    this.#copyColumns();
    const columns = this.#columns.view;
    const inverse = Float64Array.from(columns.subarray(pivot * block, (pivot + block) * block));
    if (!invertSmall(inverse, block)) return false;
    packTransposed(columns, size, block, this.#panels.view);
    this.#left.view.set(inverse.map((entry) => -entry));
    this.#pivotRows.view.fill(0);
    this.#kernels.subtractProduct({
      target: this.#pivotRows,
      targetOffset: 0,
      targetStride: size,
      rowCount: block,
      left: this.#left,
      depth: block,
      right: this.#panels,
      columnCount: size,
    });
    packPanels(this.#pivotRows.view, size, block, this.#panels.view);
    // The pivot's own rows have no further use as they were.
    const matrix = this.#matrix.view;
    const rows = this.#pivotRows.view;
    for (let i = 0; i < block; i++) {
      const start = (pivot + i) * size;
      matrix.set(rows.subarray(i * size + pivot, (i + 1) * size), start + pivot);
      for (let j = 0; j < block; j++) matrix[start + pivot + j] = -(inverse[i * block + j] as number);
    }
    return true;
  }

  /** The pivot's columns: above the diagonal as they stand, below it from the pivot's rows. */
  #copyColumns(): void {
    const size = this.#size;
    const block = this.#blockSize;
    const pivot = this.#pivot;
    const matrix = this.#matrix.view;
    const columns = this.#columns.view;
    for (let row = 0; row < pivot; row++) {
      const start = row * size + pivot;
      columns.set(matrix.subarray(start, start + block), row * block);
    }
    for (let i = 0; i < block; i++) {
      const start = (pivot + i) * size;
      for (let row = pivot; row < size; row++) columns[row * block + i] = matrix[start + row] as number;
    }
  }

  /** Updates one block of rows, from its own diagonal block on to the right. @returns Operations done. */
  #updateRows(): number {
    const size = this.#size;
    const block = this.#blockSize;
    const pivot = this.#pivot;
    const from = this.#row;
    const rowCount = Math.min(BLOCK, size - from);
    this.#row = from + rowCount;
    if (from === pivot) return 0;
    const columnCount = size - from;
    this.#kernels.subtractProduct({
      target: this.#matrix,
      targetOffset: from * size + from,
      targetStride: size,
      rowCount,
      left: this.#columns,
      leftOffset: from * block,
      depth: block,
      right: this.#panels,
      rightOffset: from * block,
      columnCount,
    });
    if (from < pivot) this.#writePivotColumns(from, rowCount);
    return 2 * rowCount * block * columnCount;
  }

  /** The transpose of R where it stands above the diagonal. */
  #writePivotColumns(from: number, rowCount: number): void {
    const matrix = this.#matrix.view;
    const panels = this.#panels.view;
    const block = this.#blockSize;
    for (let row = from; row < from + rowCount; row++) {
      const lane = row % PANEL_COLUMNS;
      const source = (row - lane) * block + lane;
      const target = row * this.#size + this.#pivot;
      for (let k = 0; k < block; k++) matrix[target + k] = panels[source + k * PANEL_COLUMNS] as number;
    }
  }

  #mirrorRows(): void {
    const size = this.#size;
    const matrix = this.#matrix.view;
    const last = Math.min(size, this.#row + BLOCK * Math.ceil(ENTRIES_PER_STEP / (BLOCK * size)));
    for (; this.#row < last; this.#row += BLOCK) {
      const end = Math.min(size, this.#row + BLOCK);
      // Square by square, so that both sides stay in the cache.
      for (let column = this.#row; column < size; column += BLOCK) {
        negateAndMirror(matrix, size, this.#row, end, column, Math.min(size, column + BLOCK));
      }
    }
    this.#row = last;
  }
}

function negateAndMirror(
  matrix: Float32Array,
  size: number,
  fromRow: number,
  toRow: number,
  fromColumn: number,
  toColumn: number,
): void {
  for (let row = fromRow; row < toRow; row++) {
    for (let column = Math.max(row, fromColumn); column < toColumn; column++) {
      const value = -(matrix[row * size + column] as number);
      matrix[row * size + column] = value;
      matrix[column * size + row] = value;
    }
  }
}

/** Packs depth rows of `size` floats. */
function packPanels(source: Float32Array, size: number, depth: number, panels: Float32Array): void {
  for (let k = 0; k < depth; k++) {
    for (let column = 0; column < size; column += PANEL_COLUMNS) {
      const from = k * size + column;
      const to = column * depth + k * PANEL_COLUMNS;
      for (let lane = 0; lane < PANEL_COLUMNS; lane++) panels[to + lane] = source[from + lane] as number;
    }
  }
}

/** Packs the transpose of `size` rows of `depth` floats. */
function packTransposed(source: Float32Array, size: number, depth: number, panels: Float32Array): void {
  for (let column = 0; column < size; column++) {
    const lane = column % PANEL_COLUMNS;
    const to = (column - lane) * depth + lane;
    for (let k = 0; k < depth; k++) panels[to + k * PANEL_COLUMNS] = source[column * depth + k] as number;
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
