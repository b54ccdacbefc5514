/** Sums over users while an evaluation runs: of all users, of segments, and the values kept of each user. */

import { EngineError } from "../engine-error.ts";
import {
  type MetricKey,
  type Metrics,
  parseRankingKey,
  RANKING_METRICS,
  type RankingMetric,
} from "./metrics.ts";
import { VALUES_PER_CUTOFF } from "./ranking-metrics.ts";

/** Means of the ranking metrics over some users. */
export interface RankingTotals {
  readonly userCount: number;
  /** @param values One user's, cutoff by cutoff in the order of `RANKING_METRICS`. */
  add(values: Float64Array): void;
  /** All 0 without users. */
  means(): Metrics;
}

/** @param cutoffs Ascending, without repeats. */
export function createRankingTotals(cutoffs: readonly number[]): RankingTotals {
  const sums = new Float64Array(cutoffs.length * VALUES_PER_CUTOFF);
  let userCount = 0;
  return {
    get userCount() {
      return userCount;
    },
    add(values) {
      userCount++;
      for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] as number) + (values[at] as number);
    },
    means() {
      const metrics: Record<MetricKey, number> = {};
      for (const [band, cutoff] of cutoffs.entries()) {
        for (const [at, metric] of RANKING_METRICS.entries()) {
          const sum = sums[band * VALUES_PER_CUTOFF + at] as number;
          metrics[`${metric}@${cutoff}`] = sum / Math.max(1, userCount);
        }
      }
      return metrics;
    },
  };
}

/** Values of some metrics user by user, in the order in which users are measured. */
export type PerUser = Readonly<Record<MetricKey<RankingMetric>, Float32Array>>;

export interface PerUserValues {
  readonly byMetric: PerUser;
  /** @param at Position of the user among those measured. */
  keep(at: number, values: Float64Array): void;
}

/** Throws `BAD_PARAMETER` for a key that is not a ranking metric, or at a cutoff that is not measured. */
export function createPerUserValues(
  keys: readonly MetricKey<RankingMetric>[],
  cutoffs: readonly number[],
  userCount: number,
): PerUserValues {
  const kept = keys.map((key) => {
    const { metric, cutoff } = parseRankingKey(key);
    const band = cutoffs.indexOf(cutoff);
    if (band < 0) {
      throw new EngineError("BAD_PARAMETER", `${key} is not measured: cutoffs are ${cutoffs.join(", ")}.`);
    }
    const place = band * VALUES_PER_CUTOFF + RANKING_METRICS.indexOf(metric);
    return { key, place, values: new Float32Array(userCount) };
  });
  return {
    byMetric: Object.fromEntries(kept.map(({ key, values }) => [key, values])),
    keep(at, values) {
      for (const { place, values: own } of kept) own[at] = values[place] as number;
    },
  };
}
