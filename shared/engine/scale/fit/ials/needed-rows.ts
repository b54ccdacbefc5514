/** The rows of the fixed side that some rows of a block touch, and the block's columns renamed to their places among them. */
import type { CsrMatrix } from "../../../data/csr-matrix.ts";
import { EngineError } from "../../../engine-error.ts";

export interface RowGroup {
  readonly fromRow: number;
  readonly toRow: number;
  /** Columns that the group touches, ascending. */
  readonly needed: Uint32Array;
}

/** Finds groups of consecutive rows that touch at most `mostColumns` columns each, and gives columns their places. */
export class NeededRows {
  readonly #matrix: CsrMatrix;
  readonly #mostColumns: number;
  /** The last group that a column was seen in, then its place in the current group. */
  readonly #marks: Uint32Array;
  readonly #places: Uint32Array;
  #mark = 0;

  constructor(matrix: CsrMatrix, mostColumns: number) {
    this.#matrix = matrix;
    this.#mostColumns = mostColumns;
    this.#marks = new Uint32Array(matrix.columnCount);
    this.#places = new Uint32Array(matrix.columnCount);
  }

  /** The longest group from a row on. Throws `UNSUPPORTED` for a row that alone touches too many columns. */
  groupFrom(fromRow: number, endRow: number): RowGroup {
    const { indptr, indices } = this.#matrix;
    this.#mark++;
    let [count, toRow] = [0, fromRow];
    for (; toRow < endRow; toRow++) {
      const added = this.#countNew(indptr[toRow] as number, indptr[toRow + 1] as number);
      if (count + added > this.#mostColumns) break;
      count += added;
      for (let at = indptr[toRow] as number; at < (indptr[toRow + 1] as number); at++) {
        this.#marks[indices[at] as number] = this.#mark;
      }
    }
    if (toRow === fromRow) {
      const length = (indptr[fromRow + 1] as number) - (indptr[fromRow] as number);
      const what = `A user or an item with ${length} interactions does not fit beside its factors`;
      throw new EngineError("UNSUPPORTED", `${what}: fewer n_components make room for it.`);
    }
    const needed = new Uint32Array(count);
    for (let column = 0, place = 0; place < count; column++) {
      if (this.#marks[column] !== this.#mark) continue;
      this.#places[column] = place;
      needed[place++] = column;
    }
    return { fromRow, toRow, needed };
  }

  /** The columns of the entries of the last group's rows, as places among those that it needs. */
  renamed(entries: Uint32Array): Uint32Array {
    const places = this.#places;
    return entries.map((column) => places[column] as number);
  }

  #countNew(from: number, to: number): number {
    const { indices } = this.#matrix;
    let count = 0;
    for (let at = from; at < to; at++) if (this.#marks[indices[at] as number] !== this.#mark) count++;
    return count;
  }
}

/** Copies the needed rows of a piece to their places. @param rows Of the piece, which begins at `firstRow`. */
export function gatherRows(
  needed: Uint32Array,
  piece: { readonly firstRow: number; readonly rows: Float32Array },
  stride: number,
  out: Float32Array,
): void {
  const { firstRow, rows } = piece;
  const endRow = firstRow + rows.length / stride;
  for (let place = lowerBound(needed, firstRow); place < needed.length; place++) {
    const row = needed[place] as number;
    if (row >= endRow) return;
    const from = (row - firstRow) * stride;
    out.set(rows.subarray(from, from + stride), place * stride);
  }
}

function lowerBound(ascending: Uint32Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
