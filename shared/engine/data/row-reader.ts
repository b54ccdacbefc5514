/** Rows of a matrix or of its transpose, for code that reads a few rows at a time, in order. */
import type { CsrMatrix } from "./csr-matrix.ts";

/** The entries of consecutive rows, one row after another. */
export interface RowEntries {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

export interface RowReader {
  readonly rowCount: number;
  readonly columnCount: number;
  /** Row r has the entries indptr[r] … indptr[r + 1]. */
  readonly indptr: Uint32Array;
  /** Valid until the next call. */
  entriesOf(fromRow: number, toRow: number): RowEntries;
}

/** @param values In place of those of the matrix, aligned with its entries. */
export function rowsOf(matrix: CsrMatrix, values = matrix.values): RowReader {
  const { rowCount, columnCount, indptr, indices } = matrix;
  return {
    rowCount,
    columnCount,
    indptr,
    entriesOf(fromRow, toRow) {
      const [from, to] = [indptr[fromRow], indptr[toRow]];
      return { indices: indices.subarray(from, to), values: values.subarray(from, to) };
    },
  };
}

/** @param convert Gives the values to read for those of a few rows. */
export function convertedRows(matrix: CsrMatrix, convert: (values: Float32Array) => Float32Array): RowReader {
  const rows = rowsOf(matrix);
  return {
    ...rows,
    entriesOf(fromRow, toRow) {
      const { indices, values } = rows.entriesOf(fromRow, toRow);
      return { indices, values: convert(values) };
    },
  };
}

/** Consecutive rows of a matrix. Row 0 is row `from`. */
export function rowsBetween(matrix: CsrMatrix, from: number, to: number): RowReader {
  const { columnCount, indptr, indices, values } = matrix;
  const first = indptr[from] as number;
  const offsets = indptr.slice(from, to + 1).map((offset) => offset - first);
  return rowsOf({
    rowCount: to - from,
    columnCount,
    indptr: offsets,
    indices: indices.subarray(first, indptr[to]),
    values: values.subarray(first, indptr[to]),
  });
}

/** Consecutive columns of a matrix whose rows list theirs ascending, as rows that are shorter. Column 0 is column `from`. */
export function columnsBetween(matrix: CsrMatrix, from: number, to: number): RowReader {
  const { rowCount, indptr, indices, values } = matrix;
  const starts = new Uint32Array(rowCount);
  const offsets = new Uint32Array(rowCount + 1);
  for (let row = 0; row < rowCount; row++) {
    const end = indptr[row + 1] as number;
    const first = firstNotBelow(indices, from, indptr[row] as number, end);
    starts[row] = first;
    offsets[row + 1] = (offsets[row] as number) + firstNotBelow(indices, to, first, end) - first;
  }
  return {
    rowCount,
    columnCount: to - from,
    indptr: offsets,
    entriesOf(fromRow, toRow) {
      const base = offsets[fromRow] as number;
      const length = (offsets[toRow] as number) - base;
      const entries = { indices: new Uint32Array(length), values: new Float32Array(length) };
      for (let row = fromRow; row < toRow; row++) {
        const [start, out] = [starts[row] as number, (offsets[row] as number) - base];
        const count = (offsets[row + 1] as number) - (offsets[row] as number);
        for (let at = 0; at < count; at++) {
          entries.indices[out + at] = (indices[start + at] as number) - from;
          entries.values[out + at] = values[start + at] as number;
        }
      }
      return entries;
    },
  };
}

/** The place of the first value that is not below a bound, among ascending ones. */
function firstNotBelow(ascending: Uint32Array, bound: number, from: number, end: number): number {
  let [low, high] = [from, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A panel has this share of the entries, or the rows that are asked for if these have more. */
export const PANELS = 8;

/**
 * The rows of a transpose. Only a panel of them is in memory: it is made when rows outside of it are asked for. Reading all rows in order
 * takes about as long as transposing the matrix.
 */
export class TransposedRows implements RowReader {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly indptr: Uint32Array;
  readonly #matrix: CsrMatrix;
  readonly #convert: (values: Float32Array) => Float32Array;
  /** By row of the matrix: its first entry that is not before the panel. */
  readonly #cursors: Uint32Array;
  #from = 0;
  #to = 0;
  #indices = new Uint32Array(0);
  #values: Float32Array = new Float32Array(0);

  /** @param convert Gives the values to read for those of a panel. */
  constructor(matrix: CsrMatrix, convert = (values: Float32Array): Float32Array => values) {
    this.rowCount = matrix.columnCount;
    this.columnCount = matrix.rowCount;
    this.indptr = new Uint32Array(matrix.columnCount + 1);
    this.#matrix = matrix;
    this.#convert = convert;
    this.#cursors = matrix.indptr.slice(0, matrix.rowCount);
    const { indptr } = this;
    for (const column of matrix.indices) indptr[column + 1] = (indptr[column + 1] as number) + 1;
    for (let row = 0; row < this.rowCount; row++) {
      indptr[row + 1] = (indptr[row + 1] as number) + (indptr[row] as number);
    }
  }

  entriesOf(fromRow: number, toRow: number): RowEntries {
    if (fromRow < this.#from || toRow > this.#to) this.#makePanel(fromRow, toRow);
    const first = this.indptr[this.#from] as number;
    const [from, to] = [fromRow, toRow].map((row) => (this.indptr[row] as number) - first);
    return { indices: this.#indices.subarray(from, to), values: this.#values.subarray(from, to) };
  }

  #makePanel(from: number, atLeastTo: number): void {
    const { indptr } = this;
    const first = indptr[from] as number;
    const limit = first + this.#matrix.indices.length / PANELS;
    let to = atLeastTo;
    while (to < this.rowCount && (indptr[to + 1] as number) <= limit) to++;
    if (from < this.#from) this.#cursors.set(this.#matrix.indptr.subarray(0, this.columnCount));
    this.#from = from;
    this.#to = to;
    const length = (indptr[to] as number) - first;
    this.#indices = new Uint32Array(length);
    const values = new Float32Array(length);
    this.#gatherInto(this.#indices, values);
    this.#values = this.#convert(values);
  }

  #gatherInto(panelIndices: Uint32Array, panelValues: Float32Array): void {
    const { indptr: starts, indices, values } = this.#matrix;
    const [from, to, cursors] = [this.#from, this.#to, this.#cursors];
    const first = this.indptr[from] as number;
    const places = this.indptr.slice(from, to);
    for (let column = 0; column < this.columnCount; column++) {
      const end = starts[column + 1] as number;
      let entry = cursors[column] as number;
      while (entry < end && (indices[entry] as number) < from) entry++;
      cursors[column] = entry;
      for (; entry < end && (indices[entry] as number) < to; entry++) {
        const row = (indices[entry] as number) - from;
        const place = places[row] as number;
        places[row] = place + 1;
        panelIndices[place - first] = column;
        panelValues[place - first] = values[entry] as number;
      }
    }
  }
}
