import { allocIndices, type PackedRows } from "./packed-rows.ts";

/**
 * Packed rows read by column: for each target the sources, ascending, whose rows hold it. Rows are counted first, and added one
 * by one when all are there.
 */
export class NeighbourColumns {
  readonly itemCount: number;
  /** Once opened, the sources of target j are `sources[starts[j] … starts[j + 1])`. */
  readonly starts: Uint32Array;
  #rows: PackedRows | null = null;
  #sources: Uint16Array | Uint32Array = new Uint32Array(0);
  #places = new Uint32Array(0);

  constructor(itemCount: number) {
    this.itemCount = itemCount;
    this.starts = new Uint32Array(itemCount + 1);
  }

  get sources(): Uint16Array | Uint32Array {
    return this.#sources;
  }

  /** Counts some rows; each row once. */
  count({ indices }: PackedRows): void {
    for (let at = 0; at < indices.length; at++) {
      const next = (indices[at] as number) + 1;
      this.starts[next] = (this.starts[next] as number) + 1;
    }
  }

  /** @param rows All counted rows. */
  open(rows: PackedRows): void {
    const { starts } = this;
    for (let target = 0; target < this.itemCount; target++) {
      starts[target + 1] = (starts[target + 1] as number) + (starts[target] as number);
    }
    this.#rows = rows;
    this.#sources = allocIndices(this.itemCount, rows.indices.length);
    this.#places = starts.slice();
  }

  /** Gives back the memory of the sources; nothing is read afterwards. */
  close(): void {
    this.#rows = null;
    this.#sources = new Uint32Array(0);
    this.#places = new Uint32Array(0);
  }

  /** Adds a row; rows must rise. */
  addRow(row: number): void {
    const { indptr, indices } = this.#openRows;
    for (let at = indptr[row] as number; at < (indptr[row + 1] as number); at++) {
      const target = indices[at] as number;
      const place = this.#places[target] as number;
      this.#places[target] = place + 1;
      this.#sources[place] = row;
    }
  }

  /** Where the `count` strongest sources of a target are among `sources`, ascending; ties: the lower source. */
  strongest(target: number, count: number): Uint32Array {
    const from = this.starts[target] as number;
    const length = (this.starts[target + 1] as number) - from;
    const places = Uint32Array.from({ length }, (_, at) => from + at);
    if (length <= count) return places;
    const strengths = Float32Array.from(places, (place) =>
      this.#valueOf(this.#sources[place] as number, target),
    );
    const strengthOf = (place: number) => strengths[place - from] as number;
    return places
      .sort((a, b) => strengthOf(b) - strengthOf(a) || a - b)
      .slice(0, count)
      .sort();
  }

  get #openRows(): PackedRows {
    if (this.#rows === null) throw new TypeError("The columns are read before they are open.");
    return this.#rows;
  }

  /** An entry of the rows, by bisection. */
  #valueOf(row: number, column: number): number {
    const { indptr, indices, shares, scales } = this.#openRows;
    let low = indptr[row] as number;
    let high = (indptr[row + 1] as number) - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((indices[middle] as number) < column) low = middle + 1;
      else high = middle;
    }
    return (shares[low] as number) * (scales[row] as number);
  }
}
