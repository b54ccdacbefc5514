/** Which figures of a study for new items and new people belong to a model. Pure. */
import type { TrainedModelResponse } from "#contract/model.ts";
import type { ColdMetrics, TuningJobResponse } from "#contract/tuning-job.ts";
import { headlineMetric } from "./headline-metric.ts";

export interface ModelColdFigures {
  readonly cold: ColdMetrics;
  readonly metric: string;
  /** For known people and items. */
  readonly warm: { readonly winner: number; readonly popularity: number | null };
}

/** Null unless the model has the study's winning settings, and its metrics are from the study's own test part. */
export function coldOfModel(
  model: Pick<TrainedModelResponse, "configuration" | "test_part" | "metrics">,
  job: Pick<TuningJobResponse, "best_config" | "test_part" | "final_metrics">,
): ModelColdFigures | null {
  const metric = headlineMetric(model.metrics);
  const winner = metric === null ? undefined : model.metrics?.[metric];
  const cold = job.final_metrics?.cold;
  const isOwn = job.best_config === model.configuration && job.test_part === model.test_part;
  if (!isOwn || cold === undefined || metric === null || winner === undefined) return null;
  return { cold, metric, warm: { winner, popularity: job.final_metrics?.popularity[metric] ?? null } };
}
