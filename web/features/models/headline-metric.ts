type Metrics = Readonly<Record<string, number>>;

/** The main figure of a model or a job, the same on every page: ndcg if it was measured. */
export function headlineMetric(metrics: Metrics | null): string | null {
  const names = Object.keys(metrics ?? {});
  return names.find((name) => name.startsWith("ndcg@")) ?? names[0] ?? null;
}
