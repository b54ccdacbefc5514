import { allocIndices, LARGEST_SHARE, type PackedRows } from "./packed-rows.ts";

/**
 * Packs entries column by column, in the order of a fit by targets: all are measured first, then written in the same order.
 * Columns must rise.
 */
export class PackedRowsWriter {
  readonly #counts: Uint32Array;
  readonly #largest: Float32Array;
  readonly #columnCount: number;

  constructor(rowCount: number, columnCount: number) {
    this.#counts = new Uint32Array(rowCount);
    this.#largest = new Float32Array(rowCount);
    this.#columnCount = columnCount;
  }

  /** @param value At least 0. */
  measure(row: number, value: number): void {
    this.#counts[row] = (this.#counts[row] as number) + 1;
    if (value > (this.#largest[row] as number)) this.#largest[row] = value;
  }

  /** Rows of zeros with room for all measured entries, and where the next entry of each row goes. */
  open(): { rows: PackedRows; write: (row: number, column: number, value: number) => void } {
    const counts = this.#counts;
    const indptr = new Uint32Array(counts.length + 1);
    for (let row = 0; row < counts.length; row++) {
      indptr[row + 1] = (indptr[row] as number) + (counts[row] as number);
    }
    const length = indptr[counts.length] as number;
    const indices = allocIndices(this.#columnCount, length);
    const shares = new Uint16Array(length);
    const scales = this.#largest.map((largest) => largest / LARGEST_SHARE);
    const places = indptr.slice(0, counts.length);
    const write = (row: number, column: number, value: number): void => {
      const place = places[row] as number;
      places[row] = place + 1;
      indices[place] = column;
      const scale = scales[row] as number;
      shares[place] = scale > 0 ? Math.min(LARGEST_SHARE, Math.round(value / scale)) : 0;
    };
    return { rows: { indptr, indices, shares, scales }, write };
  }
}
