/** Readable names of metrics; a metric without an entry is shown unchanged. */
import { t } from "../../words/words.ts";

const METRICS = [
  "ndcg",
  "recall",
  "precision",
  "map",
  "hit",
  "mrr",
  "catalogCoverage",
  "gini",
  "entropy",
  "novelty",
] as const;

type Metric = (typeof METRICS)[number];

/** The metric of a key such as `ndcg@10`; null for one without a name of ours. */
export function metricOf(key: string): Metric | null {
  const [name] = key.split("@");
  return METRICS.find((metric) => metric === name) ?? null;
}

/** `catalogCoverage@10` → `Catalogue coverage@10`. */
export function metricTitle(key: string): string {
  const [name = "", ...cutoff] = key.split("@");
  const known = metricOf(key);
  return [known ? t(`measuring.metrics.${known}`) : name, ...cutoff].join("@");
}
