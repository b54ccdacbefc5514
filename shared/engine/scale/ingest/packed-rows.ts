/**
 * Rows of a matrix one after another: of each its columns (u32), its values (f32) and, with times, its times (f64). So consecutive rows are one
 * range of bytes.
 */
import { bytesOf } from "../../artifact/format.ts";
import type { SectionData } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { entryBytes } from "../../data/matrix-blocks.ts";

export function packRows(
  { indptr, indices, values, rowCount }: CsrMatrix,
  times: Float64Array | null,
): Uint8Array {
  const packed = new Uint8Array(indices.length * entryBytes(times !== null));
  const columns: SectionData[] = times ? [indices, values, times] : [indices, values];
  const parts = columns.map((data) => ({ bytes: bytesOf(data), width: data.BYTES_PER_ELEMENT }));
  let at = 0;
  for (let row = 0; row < rowCount; row++) {
    const [from, to] = [indptr[row] as number, indptr[row + 1] as number];
    for (const { bytes, width } of parts) {
      packed.set(bytes.subarray(from * width, to * width), at);
      at += (to - from) * width;
    }
  }
  return packed;
}

/** Takes packed rows apart, each into the place of the entries that it has in a matrix. */
export class RowUnpacker {
  readonly #parts: { readonly bytes: Uint8Array; readonly width: number }[];

  /** @param columns Those of the matrix: indices, values and, with times, times. */
  constructor(columns: readonly SectionData[]) {
    this.#parts = columns.map((data) => ({ bytes: bytesOf(data), width: data.BYTES_PER_ELEMENT }));
  }

  /** Unpacks a row of some entries that begins at a byte into the entries from `entry` on. Returns where the next row begins. */
  take(packed: Uint8Array, at: number, entryCount: number, entry: number): number {
    let from = at;
    for (const { bytes, width } of this.#parts) {
      const length = entryCount * width;
      bytes.set(packed.subarray(from, from + length), entry * width);
      from += length;
    }
    return from;
  }
}
