type Metrics = Readonly<Record<string, number>>;

/** The figure that a model or a job is known by, the same on every page: ndcg where it was measured. */
export function headlineMetric(metrics: Metrics | null): string | null {
  const names = Object.keys(metrics ?? {});
  return names.find((name) => name.startsWith("ndcg@")) ?? names[0] ?? null;
}
