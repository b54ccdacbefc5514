/** Intervals of the metrics that users choose models by. */
export const INTERVAL_METRICS = ["ndcg", "recall", "map", "hit", "mrr"] as const;
