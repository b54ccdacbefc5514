/** What evaluations of some users each leave, and the metrics of all of them together. */
import { listMetrics } from "./list-metrics.ts";
import type { MetricKey, Metrics, RankingMetric } from "./metrics.ts";
import { VALUES_PER_CUTOFF } from "./ranking-metrics.ts";
import {
  createPerUserValues,
  createRankingTotals,
  type PerUser,
  type RankingTotals,
} from "./ranking-totals.ts";

export interface EvaluationParts {
  /** Of each measured user, cutoff by cutoff in the order of `RANKING_METRICS`. */
  readonly values: Float64Array;
  /** How often each item was ranked deeper than the cutoff before and not deeper than this one. */
  readonly bandCounts: readonly Uint32Array[];
}

/**
 * The metrics of users that were measured in several evaluations: those of one evaluation of all of them, to the last bit, when the parts
 * come in the order of users.
 *
 * The constructor takes cutoffs ascending and without repeats.
 */
export class JoinedEvaluations {
  readonly #cutoffs: readonly number[];
  readonly #totals: RankingTotals;
  readonly #bandCounts: readonly Uint32Array[];
  readonly #parts: Float64Array[] = [];

  constructor(cutoffs: readonly number[], itemCount: number) {
    this.#cutoffs = cutoffs;
    this.#totals = createRankingTotals(cutoffs);
    this.#bandCounts = cutoffs.map(() => new Uint32Array(itemCount));
  }

  get userCount(): number {
    return this.#totals.userCount;
  }

  add({ values, bandCounts }: EvaluationParts): void {
    const width = this.#cutoffs.length * VALUES_PER_CUTOFF;
    for (let at = 0; at < values.length; at += width) this.#totals.add(values.subarray(at, at + width));
    for (const [band, counts] of bandCounts.entries()) addInto(this.#bandCounts[band], counts);
    this.#parts.push(values);
  }

  /** @param novelties See `itemNovelties`. */
  metrics(novelties: Float64Array): Metrics {
    return summarize(this.#cutoffs, this.#totals, this.#bandCounts, novelties);
  }

  /** Each user's values of some metrics, for intervals. Throws `BAD_PARAMETER` for one that is not measured. */
  perUser(keys: readonly MetricKey<RankingMetric>[]): PerUser {
    const width = this.#cutoffs.length * VALUES_PER_CUTOFF;
    const kept = createPerUserValues(keys, this.#cutoffs, this.userCount);
    let user = 0;
    for (const values of this.#parts) {
      for (let at = 0; at < values.length; at += width) kept.keep(user++, values.subarray(at, at + width));
    }
    return kept.byMetric;
  }
}

/** @param bandCounts See `EvaluationParts`. */
export function summarize(
  cutoffs: readonly number[],
  totals: RankingTotals,
  bandCounts: readonly Uint32Array[],
  novelties: Float64Array,
): Metrics {
  const metrics: Record<MetricKey, number> = { ...totals.means() };
  const counts = new Uint32Array(novelties.length);
  for (const [band, cutoff] of cutoffs.entries()) {
    addInto(counts, bandCounts[band] as Uint32Array);
    for (const [metric, value] of Object.entries(listMetrics(counts, novelties))) {
      metrics[`${metric}@${cutoff}` as MetricKey] = value;
    }
  }
  return metrics;
}

function addInto(total: Uint32Array | undefined, part: Uint32Array): void {
  if (!total) throw new RangeError("The parts were measured at other cutoffs.");
  for (let at = 0; at < total.length; at++) total[at] = (total[at] as number) + (part[at] as number);
}
