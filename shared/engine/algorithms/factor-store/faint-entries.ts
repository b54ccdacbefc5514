import type { Factors } from "./factors.ts";

/** What is this much smaller than the whole is rounding, in f32. */
const FAINT_SHARE = 1e-6;

/**
 * Sets to zero what is rounding in right singular vectors: entries that are nothing beside their row, and rows that are nothing
 * beside the longest. Items that share no component then have a score of exactly 0, which is no opinion; otherwise rounding would
 * rank them, and cosines and deviations would blow it up.
 */
export function dropFaintEntries({ buffer, count, stride }: Factors): void {
  const values = buffer.view;
  const squares = new Float64Array(count);
  let largest = 0;
  for (let row = 0; row < count; row++) {
    let square = 0;
    for (let at = row * stride; at < (row + 1) * stride; at++) square += (values[at] as number) ** 2;
    squares[row] = square;
    largest = Math.max(largest, square);
  }
  const rowFloor = FAINT_SHARE ** 2 * largest;
  for (let row = 0; row < count; row++) {
    const square = squares[row] as number;
    const floor = square < rowFloor ? Number.POSITIVE_INFINITY : FAINT_SHARE * Math.sqrt(square);
    for (let at = row * stride; at < (row + 1) * stride; at++) {
      if (Math.abs(values[at] as number) < floor) values[at] = 0;
    }
  }
}
