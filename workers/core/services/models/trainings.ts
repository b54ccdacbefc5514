/** Training jobs and the database: the input of a fit, its progress, and how a finished model goes live. */
import { and, eq, inArray, isNull, or, type SQL, sql } from "drizzle-orm";
import { findAlgorithm } from "#contract/algorithm-names.ts";
import { parseParams } from "#contract/parse-params.ts";
import type { Database } from "#db/database.ts";
import { modelConfiguration, project, trainedModel, trainingData } from "#db/schema.ts";
import type { TrainingJob, TrainingResult, TrainingSpec } from "#jobs/training-job.ts";
import type { Clock } from "#platform/clock.ts";
import { modelKey, modelKeys } from "#storage/keys.ts";
import { unusableDataText } from "../files/data-problem.ts";
import { findRunOfModel, settleRun } from "../retraining/retraining-outcome.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { ENGINE_VERSION } from "./engine-version.ts";
import { type DecisionDeps, decideOnModel } from "./first-measurement.ts";
import { parameterProblems } from "./model-configurations.ts";

export interface TrainingDeps {
  readonly db: Database;
  readonly clock: Clock;
}

export interface TrainingOutcomeDeps extends DecisionDeps {
  readonly store: Pick<R2Bucket, "delete">;
}

/** Reads the input of a model's training; null when the row or its dataset is gone, or the configuration is not ours. */
export async function trainingSpecOf(
  { db }: Pick<TrainingDeps, "db">,
  modelId: number,
): Promise<TrainingSpec | null> {
  const [row] = await db
    .select({ model: trainedModel, configuration: modelConfiguration, datasetKey: trainingData.artifactKey })
    .from(trainedModel)
    .innerJoin(modelConfiguration, eq(modelConfiguration.id, trainedModel.configurationId))
    .innerJoin(trainingData, eq(trainingData.id, trainedModel.dataId))
    .innerJoin(project, and(eq(project.id, trainedModel.projectId), isNull(project.deletedAt)))
    .where(eq(trainedModel.id, modelId));
  if (!row?.datasetKey) return null;
  const { model, configuration, datasetKey } = row;
  const algorithm = findAlgorithm(configuration.recommenderClassName);
  if (!algorithm) return null;
  const parsed = parseParams(algorithm, configuration.parameters);
  if (!parsed.ok) return null;
  return {
    modelId,
    projectId: model.projectId,
    dataId: model.dataId,
    datasetKey,
    artifactKey: modelKey(model.projectId, modelId),
    algorithm,
    params: parsed.params,
    // Any number works; with the model's own a repeated training gives the same bytes.
    seed: modelId,
    version: model.version,
  };
}

/** Why a model can never be trained; it fails, so that no caller waits for it. */
export async function giveUpTraining({ db, clock }: TrainingDeps, modelId: number): Promise<void> {
  const [row] = await db
    .select({ data: trainingData, configuration: modelConfiguration })
    .from(trainedModel)
    .innerJoin(modelConfiguration, eq(modelConfiguration.id, trainedModel.configurationId))
    .innerJoin(trainingData, eq(trainingData.id, trainedModel.dataId))
    .where(eq(trainedModel.id, modelId));
  const reason = row && (unusableDataText(row.data) ?? parameterProblems(row.configuration)[0]);
  if (!reason) return;
  await db
    .update(trainedModel)
    .set({ status: "FAILED", error: `Training failed: ${reason}`, updatedAt: clock() })
    .where(and(eq(trainedModel.id, modelId), isUnderWay()));
}

function isUnderWay(): SQL {
  return inArray(trainedModel.status, ["PENDING", "TRAINING"]);
}

export async function recordTrainingProgress({ db, clock }: TrainingDeps, job: TrainingJob): Promise<void> {
  await db
    .update(trainedModel)
    .set({ status: "TRAINING", progress: job.progress, updatedAt: clock() })
    .where(and(eq(trainedModel.id, job.spec.modelId), isUnderWay()));
}

/**
 * Writes the outcome: a finished model becomes READY, and goes live if its request asks for that (`deploy`) and it does not
 * measure worse (see `first-measurement.ts`). For a retraining, the schedule decides. A failed model gets the reason. Objects of
 * a model that is gone, or that has ended in another way, are deleted.
 */
export async function settleTraining(deps: TrainingOutcomeDeps, job: TrainingJob): Promise<void> {
  const { db, store, routing } = deps;
  const { modelId, projectId, artifactKey } = job.spec;
  const run = await findRunOfModel(db, modelId);
  const isKept = job.result ? await recordModel(deps, job, job.result) : await recordFailure(deps, job);
  if (isKept && run === null) await decideOnModel(deps, modelId);
  if (isKept) await rebuildManifest({ db, routing }, projectId);
  const written = modelKeys(projectId, modelId);
  await store.delete(isKept ? written.filter((key) => key !== artifactKey) : written);
  if (run !== null) await settleRun(deps, run);
}

/** Whether the model can become READY; a READY one is written again. */
async function recordModel(
  { db, clock }: TrainingDeps,
  { spec: { modelId, artifactKey } }: TrainingJob,
  { bytes }: TrainingResult,
): Promise<boolean> {
  const rows = await db
    .update(trainedModel)
    .set({
      status: "READY",
      progress: 1,
      artifactKey,
      filesize: bytes,
      trainingSeconds: sql`(${clock()} - ${trainedModel.createdAt}) / 1000.0`,
      engineVersion: ENGINE_VERSION,
      updatedAt: clock(),
    })
    .where(and(eq(trainedModel.id, modelId), or(isUnderWay(), eq(trainedModel.artifactKey, artifactKey))))
    .returning({ id: trainedModel.id });
  return rows.length > 0;
}

/** False: nothing of a failed model is kept. */
async function recordFailure({ db, clock }: TrainingDeps, { spec, task }: TrainingJob): Promise<false> {
  await db
    .update(trainedModel)
    .set({ status: "FAILED", error: task.lastError, updatedAt: clock() })
    .where(and(eq(trainedModel.id, spec.modelId), isUnderWay()));
  return false;
}
