/** Readable names of metrics; a metric without an entry is shown unchanged. Pure. */
const TITLES: Readonly<Record<string, string>> = {
  ndcg: "NDCG",
  recall: "Recall",
  precision: "Precision",
  map: "MAP",
  hit: "Hit rate",
  mrr: "MRR",
  catalogCoverage: "Catalogue coverage",
  gini: "Gini index",
  entropy: "Entropy",
  novelty: "Novelty",
};

/** `catalogCoverage@10` → `Catalogue coverage@10`. */
export function metricTitle(key: string): string {
  const [name = "", ...cutoff] = key.split("@");
  return [TITLES[name] ?? name, ...cutoff].join("@");
}
