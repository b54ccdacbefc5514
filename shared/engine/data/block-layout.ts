/** Where the rows of a large matrix are cut, and how a block of rows lies in memory. */

/** The numbers before a block's arrays. */
export const HEADER_NUMBERS = 8;
/** An entry of a row: its column and its value. */
export const ENTRY_BYTES = 8;
const TIME_BYTES = 8;

/** First byte of each array of a block: row offsets, column indices and values of 4 bytes, times of 8; and its end. */
export function layoutOfBlock(rowCount: number, entryCount: number, hasTimes: boolean) {
  const indptr = 4 * HEADER_NUMBERS;
  const indices = alignUp(indptr + 4 * (rowCount + 1));
  const values = indices + 4 * entryCount;
  const times = alignUp(indices + ENTRY_BYTES * entryCount);
  return { indptr, indices, values, times, end: hasTimes ? times + TIME_BYTES * entryCount : times };
}

/** Bytes of a block. */
export function blockBytes(rowCount: number, entryCount: number, hasTimes: boolean): number {
  return layoutOfBlock(rowCount, entryCount, hasTimes).end;
}

/**
 * The first row of each block, and the number of rows. A block has at most this many bytes; one larger row is a block of its own.
 * @param indptr Row offsets of the whole matrix.
 */
export function blockStarts(indptr: Uint32Array, mostBytes: number, hasTimes: boolean): number[] {
  const rowCount = indptr.length - 1;
  const starts = [0];
  for (let row = 0, first = 0; row < rowCount; row++) {
    const entries = (indptr[row + 1] as number) - (indptr[first] as number);
    if (row === first || blockBytes(row + 1 - first, entries, hasTimes) <= mostBytes) continue;
    starts.push(row);
    first = row;
  }
  if (rowCount > 0) starts.push(rowCount);
  return starts;
}

const alignUp = (bytes: number) => Math.ceil(bytes / 8) * 8;
