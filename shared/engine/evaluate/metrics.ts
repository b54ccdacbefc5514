import { EngineError } from "../engine-error.ts";

/** Measured per user and averaged; definitions in `ranking-metrics.ts`. */
export const RANKING_METRICS = ["ndcg", "recall", "precision", "map", "hit", "mrr"] as const;

/** Measured over all recommendations together; definitions in `list-metrics.ts`. */
export const LIST_METRICS = ["catalogCoverage", "gini", "entropy", "novelty"] as const;

export type RankingMetric = (typeof RANKING_METRICS)[number];
export type ListMetric = (typeof LIST_METRICS)[number];

/** A metric at a cutoff, e.g. `ndcg@20`. */
export type MetricKey<Metric extends string = RankingMetric | ListMetric> = `${Metric}@${number}`;

/** Metric values by key. */
export type Metrics = Readonly<Record<MetricKey, number>>;

/** Splits `ndcg@20` into its parts. Throws `BAD_PARAMETER` unless it is a ranking metric at a whole cutoff ≥ 1. */
export function parseRankingKey(key: string): { readonly metric: RankingMetric; readonly cutoff: number } {
  const [name, depth] = key.split("@");
  const metric = RANKING_METRICS.find((known) => known === name);
  const cutoff = Number(depth);
  if (!metric || !isCutoff(cutoff) || key !== `${metric}@${cutoff}`) {
    throw new EngineError(
      "BAD_PARAMETER",
      `A metric is one of ${RANKING_METRICS.join(", ")} at a cutoff, like "ndcg@10", not "${key}".`,
    );
  }
  return { metric, cutoff };
}

/** Cutoffs ascending and without repeats. Throws `BAD_PARAMETER` when there is none, or one is not a whole number ≥ 1. */
export function normalizeCutoffs(cutoffs: readonly number[]): number[] {
  const wrong = cutoffs.find((cutoff) => !isCutoff(cutoff));
  if (wrong !== undefined || cutoffs.length === 0) {
    throw new EngineError(
      "BAD_PARAMETER",
      `Cutoffs must be whole numbers of at least 1, not ${wrong ?? "none"}.`,
    );
  }
  return [...new Set(cutoffs)].sort((a, b) => a - b);
}

function isCutoff(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}
