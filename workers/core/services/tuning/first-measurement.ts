/**
 * A model that was trained by hand has no figure. A job measures it and the live model before the decision, as in a retraining.
 */
import { and, eq } from "drizzle-orm";
import { DEPLOY_TOLERANCE } from "#contract/deployment.ts";
import { isOpenJob, tuningJobRequest } from "#contract/tuning-job.ts";
import { trainedModel, tuningJob } from "#db/schema.ts";
import type { KeyValueStore } from "#storage/routing-store.ts";
import { ownerViewer } from "../access/owner-viewer.ts";
import { AppError, FieldError } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import type { TablesDeps } from "../files/feature-sources.ts";
import { figuresOf } from "../measurements/model-figures.ts";
import type { TrainedModelRow } from "../resources/trained-model.ts";
import { deployAutomatically, measuredModel } from "../serving/automatic-deployment.ts";
import { findServingModel, recordNotDeployed } from "../serving/deployment.ts";
import { commonFigure } from "../serving/deployment-decision.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { comparisonParts } from "./comparison-parts.ts";
import { createTuningJob } from "./tuning-jobs.ts";

export interface DecisionDeps
  extends Pick<ServiceDeps, "jobs" | "clock" | "wakeAddress" | "isolateFileBytes">,
    TablesDeps {
  readonly routing: KeyValueStore;
}

/**
 * Decides about a ready model that no retraining requested; if it has to be measured first, starts that. Call it again when the
 * measurement has ended. Repeatable.
 */
export async function decideOnModel(deps: DecisionDeps, modelId: number): Promise<void> {
  const [model] = await deps.db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
  if (model?.status !== "READY" || model.deployment !== null) return;
  const { projectId } = model;
  const rival = await findRival(deps, model);
  if (rival === null || !(await awaitsMeasurement(deps, model, rival))) {
    await deployAutomatically(deps, { id: modelId, projectId }, { tolerance: DEPLOY_TOLERANCE });
  }
  await rebuildManifest(deps, projectId);
}

/** The live model to compare a hand-trained one with; null if no figure decides. */
async function findRival({ db }: DecisionDeps, model: TrainedModelRow): Promise<TrainedModelRow | null> {
  if (model.deploy !== "if_better" || model.tuningJobId !== null) return null;
  const serving = await findServingModel(db, model.projectId);
  return serving === null || serving.id === model.id ? null : serving;
}

/** Whether a job measures the two, or starts now. A job that ended without figures is not repeated. */
async function awaitsMeasurement(
  deps: DecisionDeps,
  model: TrainedModelRow,
  rival: TrainedModelRow,
): Promise<boolean> {
  const { db } = deps;
  const [candidate, live] = [await measuredModel(db, model), await measuredModel(db, rival)];
  if (commonFigure(candidate, live) !== null) return false;
  const jobs = await db
    .select({ status: tuningJob.status })
    .from(tuningJob)
    .where(and(eq(tuningJob.measuredModelId, model.id), eq(tuningJob.servingModelId, rival.id)));
  if (jobs.length > 0) return jobs.some(({ status }) => isOpenJob(status));
  try {
    await beginMeasurement(deps, model, rival);
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const reason = `Not deployed: version ${rival.version} is live, and the two cannot be measured: ${textOf(error)}`;
    await recordNotDeployed(deps, { projectId: model.projectId, modelId: model.id, reason });
    return false;
  }
}

/** On the split and evaluation of the live model's last measurement; if there is none, on those of a retraining by default. */
async function beginMeasurement(
  deps: DecisionDeps,
  model: TrainedModelRow,
  rival: TrainedModelRow,
): Promise<void> {
  const { projectId } = model;
  const figures = (await figuresOf(deps.db, [rival])).get(rival.id) ?? [];
  const known = figures.find(({ job }) => job !== null)?.job;
  const owner = await ownerViewer(deps, projectId);
  const { splitId = null, evaluationId = null } = known ?? {};
  const parts = await comparisonParts(deps, { projectId, splitId, evaluationId }, owner);
  const request = { data: model.dataId, ...parts, n_trials: 1, train_after_tuning: false };
  await createTuningJob(deps, owner, tuningJobRequest.parse({ ...request, deploy: "if_better" }), {
    fixedConfigurationId: model.configurationId,
    measuredModelId: model.id,
    servingModelId: rival.id,
  });
}

function textOf(error: AppError): string {
  return error instanceof FieldError ? Object.values(error.fields).flat().join(" ") : error.message;
}
