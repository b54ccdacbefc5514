import { eq } from "drizzle-orm";
import type { ModelEvaluationRequest } from "#contract/model-comparison.ts";
import { tuningJobRequest } from "#contract/tuning-job.ts";
import { modelConfiguration } from "#db/schema.ts";
import type { QuotaRoom } from "../access/quotas.ts";
import { AppError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { TablesDeps } from "../files/feature-sources.ts";
import { parameterProblems } from "../models/model-configurations.ts";
import type { TrainedModelRow } from "../resources/trained-model.ts";
import type { TuningJobRow } from "../resources/tuning-job.ts";
import type { Viewer } from "../viewer.ts";
import { createTuningJob } from "./tuning-jobs.ts";

/**
 * Starts the measurement of a model: its configuration is fitted to the training part of its data and measured on the test part.
 * Popularity is measured there, too. The model itself has seen all of its data, so it cannot be measured on any of it.
 */
export async function evaluateModel(
  deps: Pick<ServiceDeps, "jobs" | "clock" | "isolateFileBytes"> & TablesDeps,
  viewer: Viewer,
  row: TrainedModelRow,
  request: ModelEvaluationRequest & { readonly room?: QuotaRoom },
): Promise<TuningJobRow> {
  const [configuration] = await deps.db
    .select()
    .from(modelConfiguration)
    .where(eq(modelConfiguration.id, row.configurationId));
  const [problem] = configuration ? parameterProblems(configuration) : ["The model configuration is gone."];
  if (problem !== undefined) throw new AppError("conflict", problem);
  const { split, evaluation } = request;
  const body = {
    data: row.dataId,
    split,
    evaluation,
    n_trials: 1,
    train_after_tuning: false,
    deploy: "never",
  };
  const room = request.room ? { room: request.room } : {};
  const plan = { fixedConfigurationId: row.configurationId, measuredModelId: row.id, ...room };
  return createTuningJob(deps, viewer, tuningJobRequest.parse(body), plan);
}
