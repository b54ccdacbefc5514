/** What iALS takes from the data where its parameters do not say it. */
import type { CsrMatrix } from "../../data/csr-matrix.ts";

/**
 * The unobserved weight of iALS, in proportion to the density of the data. The best one was 8 to 45 times the density on five
 * data sets between .0007 and .06. So all unobserved items together weigh several times as much as a user's own.
 */
const ALPHA_PER_DENSITY = 15;
/** Weights are wide if the largest is more than this many times the median. */
const WIDE_WEIGHTS = 10;
/** Evenly spaced weights that the median is taken from: sorting all of a large data set would take seconds. */
const MOST_SORTED = 50_000;

/** The unobserved weight that suits the share of all pairs of a user and an item that interacted. */
export function usualAlpha({ rowCount, columnCount, indices }: CsrMatrix): number {
  return (ALPHA_PER_DENSITY * indices.length) / (rowCount * columnCount);
}

/**
 * The median of wide weights, null of others: play counts from one to a hundred thousand are not usable as confidences, but their
 * logarithms are. Ratings and hours of a few days are not wide.
 */
export function medianOfWide(weights: Float32Array): number | null {
  const count = Math.min(weights.length, MOST_SORTED);
  const some = Float32Array.from({ length: count }, (_, at) => {
    return weights[Math.floor((at * weights.length) / count)] as number;
  }).sort();
  const median = some[count >> 1] ?? 1;
  const limit = WIDE_WEIGHTS * median;
  for (let at = 0; at < weights.length; at++) if ((weights[at] as number) > limit) return median;
  return null;
}
