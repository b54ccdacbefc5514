/**
 * The moment from which ages count. The newest time alone is a bad choice: a single row in 2099 makes everything else endlessly
 * old. A quantile shows where the bulk of the rows ends; the newest time counts only up to a plausible distance from it.
 */
import { nthSmallest } from "./nth-smallest.ts";

export interface TimeLandmarks {
  /** Ages count from here. Epoch milliseconds, like all of them. */
  readonly reference: number;
  readonly latest: number;
  /** How many times are so much later than the rest that they are probably wrong. */
  readonly lateCount: number;
}

/** With fewer times than this no outlier can be recognised, and the newest one is the reference. */
const FEWEST_TIMES = 5;
/** With fewer times than this, the allowed distance after the bulk is as long as the bulk. */
const FEW_TIMES = 20;
/** The share of the bulk's span that is always allowed after it. */
const MARGIN_SHARE = 0.1;
const DAY_MS = 86_400_000;

/**
 * Finds the reference: the newest time, but no later than q95 + max(q95 − q85, (q95 − q05) / 10), where 95 % of the times are not
 * later than q95. In steady data the last 5 % span half as long as the 10 % before them, so steady data keep their newest time.
 * Depends on the values only, not on their order. Null when no time is known.
 *
 * @param times Epoch milliseconds, NaN where unknown; not changed. Linear in their number, with a copy.
 */
export function timeLandmarks(times: Float64Array): TimeLandmarks | null {
  const known = times.filter((time) => !Number.isNaN(time));
  if (known.length === 0) return null;
  let latest = Number.NEGATIVE_INFINITY;
  for (const time of known) if (time > latest) latest = time;
  const quantiles = landmarkRanks(known.length).map((rank) => nthSmallest(known, rank));
  const { reference, plausible } = landmarksOf(known.length, latest, quantiles);
  let lateCount = 0;
  for (const time of known) if (time > plausible) lateCount++;
  return { reference, latest, lateCount };
}

/** Positions, from 0, of the sorted times that `landmarksOf` needs; none where times are too few. */
export function landmarkRanks(count: number): number[] {
  return count < FEWEST_TIMES ? [] : [0.05, 0.85, 0.95].map((share) => Math.floor(share * (count - 1)));
}

/**
 * The reference of `timeLandmarks`, and the time after which times are late.
 *
 * @param quantiles The times at `landmarkRanks(count)`.
 */
export function landmarksOf(
  count: number,
  latest: number,
  quantiles: readonly number[],
): { readonly reference: number; readonly plausible: number } {
  const [q05, q85, q95] = quantiles;
  if (q05 === undefined || q85 === undefined || q95 === undefined) {
    return { reference: latest, plausible: latest };
  }
  const span = q95 - q05;
  const margin = count < FEW_TIMES ? span : Math.max(q95 - q85, MARGIN_SHARE * span);
  const reference = Math.min(latest, q95 + margin);
  return { reference, plausible: reference + Math.max(margin, DAY_MS) };
}
