import { type Interval, percentileInterval, type Resampled } from "./bootstrap-interval.ts";

/**
 * Of fewer users the differences of all may have one sign by chance, and their resamples then never hold 0: with five users that are all
 * different, for one of 16 pairs of equal models.
 */
export const FEWEST_PAIRED_USERS = 30;

/** What one model has more than another, on average over the same users. */
export interface Difference extends Interval {
  readonly difference: number;
}

/**
 * The difference a − b of each metric that both have, with its 95 % interval by the paired bootstrap: both models are measured on the
 * same users of each resample, so what makes a user easy or hard for both cancels out. Percentile interval (Efron and Tibshirani 1993,
 * An Introduction to the Bootstrap, chapters 8 and 13). The models differ clearly where the interval does not hold 0.
 *
 * Null where the two have other users or another seed, as their resamples then do not pair up, and below `FEWEST_PAIRED_USERS`.
 *
 * A metric that one of them lacks is left out.
 */
export function pairedDifferences(a: Measured, b: Measured): Readonly<Record<string, Difference>> | null {
  const [of, than] = [a.resampled, b.resampled];
  if (of.users !== than.users || of.seed !== than.seed || of.users < FEWEST_PAIRED_USERS) return null;
  const found: Record<string, Difference> = {};
  for (const [metric, means] of Object.entries(of.means)) {
    const others = than.means[metric as keyof typeof than.means];
    const [value, other] = [a.metrics[metric], b.metrics[metric]];
    if (others === undefined || value === undefined || other === undefined) continue;
    if (others.length !== means.length) return null;
    const differences = Float64Array.from(means, (mean, at) => mean - (others[at] as number));
    found[metric] = { difference: value - other, ...percentileInterval(differences) };
  }
  return found;
}

interface Measured {
  readonly metrics: Readonly<Record<string, number>>;
  readonly resampled: Resampled;
}
