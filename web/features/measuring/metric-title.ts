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

/** `catalogCoverage@10` → `Catalogue coverage@10`. */
export function metricTitle(key: string): string {
  const [name = "", ...cutoff] = key.split("@");
  const known = METRICS.find((metric) => metric === name);
  return [known ? t(`measuring.metrics.${known}`) : name, ...cutoff].join("@");
}
