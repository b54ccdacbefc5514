/**
 * How large a stored model of what comes next is at most: an isolate holds several of them beside its data. Rows of neighbours grow with the
 * catalogue, so each item keeps fewer targets where all that are asked for do not fit.
 */

/** In bytes. What a model has beside its rows or factors is small. */
export const MOST_MODEL_BYTES = 24.5e6;

/** 16 bits of each share and the index, and by row its end and its scale; see `packed-rows.ts`. */
const SHARE_BYTES = 2;
const ROW_BYTES = 8;

/** Entries of packed rows that fit. */
export function fittingEntries(itemCount: number, indexBytes: number, mostBytes = MOST_MODEL_BYTES): number {
  return Math.max(itemCount, Math.floor((mostBytes - ROW_BYTES * itemCount) / (SHARE_BYTES + indexBytes)));
}

/**
 * The most targets a row may keep, at least 1 and at most `topK`, so that all rows together have no more than `entries`.
 * @param counts Targets of each row, or more. A binary search: a pass for each bit of `topK`.
 */
export function fittingTopK(counts: Uint32Array, topK: number, entries: number): number {
  const kept = (most: number) => {
    let sum = 0;
    for (let row = 0; row < counts.length; row++) sum += Math.min(most, counts[row] as number);
    return sum;
  };
  let largest = 0;
  for (let row = 0; row < counts.length; row++) largest = Math.max(largest, counts[row] as number);
  const wanted = Math.max(1, Math.min(topK, largest));
  if (kept(wanted) <= entries) return topK;
  let [fits, exceeds] = [1, wanted];
  while (exceeds - fits > 1) {
    const middle = (fits + exceeds) >> 1;
    if (kept(middle) <= entries) fits = middle;
    else exceeds = middle;
  }
  return fits;
}
