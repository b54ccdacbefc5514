import type { F32Buffer, SparseRows, U32Buffer } from "../memory/buffers.ts";

export interface AccumulateCall {
  readonly matrix: SparseRows;
  /** Which rows to add and by what factor: the entries of row `source` of `sources` (indices = rows of `matrix`). */
  readonly sources: SparseRows;
  readonly source: number;
  /** Length = columns of `matrix`. Cells outside of `touched` hold old values. */
  readonly sums: F32Buffer;
  /** Receives the columns that got a sum, in order of first touch. Length = columns of `matrix`. */
  readonly touched: U32Buffer;
  /** Length = columns of `matrix`; must hold no cell equal to `mark` at the call. */
  readonly marks: U32Buffer;
  readonly mark: number;
}

export interface SelectCall {
  readonly sums: F32Buffer;
  /** Candidate columns, without repeats; reordered. */
  readonly touched: U32Buffer;
  readonly touchedCount: number;
  readonly k: number;
  /** Length ≥ `selectScratch(touchedCount)`; holds nothing between calls. */
  readonly scratch: F32Buffer;
}

/** Words of scratch: a copy of the candidates, and the counters of a radix sort by bytes. */
export function selectScratch(touchedCount: number): number {
  return touchedCount + 256;
}

export interface SparseScoreCall {
  readonly matrix: SparseRows;
  readonly columnCount: number;
  /** Which rows to add, and by what factor. */
  readonly rowIndices: U32Buffer;
  readonly rowWeights: F32Buffer;
  /** The first of them that is added; 0 when absent. */
  readonly rowOffset?: number;
  readonly count: number;
  /** Receives Σ weight · row. */
  readonly out: F32Buffer;
  /** Where the result begins, in floats; 0 when absent. */
  readonly outOffset?: number;
}

export interface SparseProductCall {
  /** Rows 0 … rowCount are used; indices are rows of `factors`. */
  readonly rows: SparseRows;
  readonly rowCount: number;
  readonly factors: F32Buffer;
  /** Columns of `factors` that are taken, a multiple of `DIM_MULTIPLE`. */
  readonly dim: number;
  /** Receives rowCount × dim. */
  readonly out: F32Buffer;
  /** Floats from one row to the next, multiples of 4, and where the first row's first column is; left out, `dim` and 0. */
  readonly factorStride?: number;
  readonly factorOffset?: number;
  readonly outStride?: number;
  readonly outOffset?: number;
}

/** Kernels for sums over rows of a sparse matrix. */
export interface SparseRowKernels {
  /** sums[j] = Σ weight · matrix[row, j] over the source's rows. @returns The length of `touched`. */
  accumulateRows(call: AccumulateCall): number;
  /**
   * Moves the k columns with the largest sums, ties by lower column, to the front of `touched`, ascending by column.
   * @returns How many: min(k, touchedCount).
   */
  selectLargest(call: SelectCall): number;
  /** out = Σ weight · row over rows of a sparse matrix. */
  scoreSparseInto(call: SparseScoreCall): void;
  /** out += Σ weight · row over rows of a sparse matrix. */
  addSparseRows(call: SparseScoreCall): void;
  /** out[row] = Σ value · factors[index] over the entries of sparse rows. */
  multiplySparse(call: SparseProductCall): void;
}
