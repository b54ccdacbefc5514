import {
  LIST_METRICS,
  type MetricKey,
  RANKING_METRICS,
  type RankingMetric,
} from "#engine/evaluate/metrics.ts";
import { listOf, oneOf, wholeNumber } from "./command-line.ts";

const METRICS = [...RANKING_METRICS, ...LIST_METRICS] as const;

export interface WantedMetrics {
  readonly cutoffs: readonly number[];
  /** All metrics at all cutoffs, in the order of the request. */
  readonly keys: readonly MetricKey[];
  /** The keys with a value for each user, and so an interval. */
  readonly rankingKeys: readonly MetricKey<RankingMetric>[];
}

/** @param metrics A list, or `all`. Throws `UsageError` for an unknown metric or a cutoff that is no whole number ≥ 1. */
export function wantedMetrics(metrics: string, cutoff: string): WantedMetrics {
  const cutoffs = [...new Set(listOf("cutoff", cutoff).map((text) => wholeNumber("cutoff", text, 1)))];
  const names =
    metrics === "all"
      ? [...METRICS]
      : [...new Set(listOf("metrics", metrics).map((name) => oneOf("metrics", name, METRICS)))];
  const ranking = RANKING_METRICS.filter((name) => (names as readonly string[]).includes(name));
  return {
    cutoffs,
    keys: cutoffs.flatMap((depth) => names.map((name): MetricKey => `${name}@${depth}`)),
    rankingKeys: cutoffs.flatMap((depth) =>
      ranking.map((name): MetricKey<RankingMetric> => `${name}@${depth}`),
    ),
  };
}

/** Some of the metrics, in the order of the keys. */
export function pickMetrics(
  metrics: Readonly<Record<string, number>>,
  keys: readonly string[],
): Record<string, number> {
  return Object.fromEntries(keys.map((key) => [key, metrics[key] ?? 0]));
}
