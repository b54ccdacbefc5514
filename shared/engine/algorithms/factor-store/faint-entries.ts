import type { Factors } from "./factors.ts";

/** Anything this much smaller than the whole is rounding, in f32. */
const FAINT_SHARE = 1e-6;

/**
 * Sets rounding in right singular vectors to zero: entries that are negligible in their row, and rows that are negligible beside
 * the longest. Items that share no component then have a score of exactly 0, which is no opinion. Otherwise rounding would rank
 * them, and cosines and deviations would amplify it.
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
