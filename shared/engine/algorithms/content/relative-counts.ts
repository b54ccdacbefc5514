import type { FeatureVector } from "../../data/side-features.ts";

/**
 * Counts of words from the values of a feature space, (1 + ln count) · idf / length. The length is lost: the rarest word of a text
 * counts once. So a text whose words all occur twice has the counts of one where each occurs once.
 *
 * @param wordIdf By feature, the idf in its values; 0 for features that are no words, whose values are their amounts.
 * @param vector Features of one column.
 * @param out As long as the vector; overwritten.
 * @returns The sum of the counts.
 */
export function relativeCountsInto(
  wordIdf: Float32Array,
  { indices, values }: FeatureVector,
  out: Float32Array,
): number {
  const least = leastShare(wordIdf, { indices, values });
  let sum = 0;
  for (let at = 0; at < indices.length; at++) {
    const idf = wordIdf[indices[at] as number] as number;
    const value = Math.max(0, values[at] as number);
    out[at] = idf > 0 ? countOf(value / idf, least) : value;
    sum += out[at] as number;
  }
  return sum;
}

function leastShare(wordIdf: Float32Array, { indices, values }: FeatureVector): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < indices.length; at++) {
    const idf = wordIdf[indices[at] as number] as number;
    const value = values[at] as number;
    if (idf > 0 && value > 0) least = Math.min(least, value / idf);
  }
  return least;
}

/** How far from a whole number a count may be by rounding, as a share of it. */
const ROUNDING = 1e-4;

function countOf(share: number, least: number): number {
  if (share <= 0) return 0;
  const count = Math.exp(share / least - 1);
  const whole = Math.round(count);
  return Math.abs(count - whole) <= ROUNDING * whole ? whole : count;
}
