/** Training jobs and the database: the input of a fit and its progress. How a training ends: `retraining/training-outcome.ts`. */
import { and, eq, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { findAlgorithm } from "#contract/algorithm-names.ts";
import { parseParams } from "#contract/parse-params.ts";
import type { JobWork } from "#contract/work.ts";
import type { Database } from "#db/database.ts";
import { modelConfiguration, project, trainedModel, trainingData } from "#db/schema.ts";
import { isSharded } from "#jobs/cuttable-job.ts";
import type { TrainingJob, TrainingSpec } from "#jobs/training-job.ts";
import type { Clock } from "#platform/clock.ts";
import { modelFeaturesKey, modelKey, modelWrittenKey } from "#storage/keys.ts";
import { unusableDataText } from "../files/data-problem.ts";
import { jobFeatures } from "../files/feature-sources.ts";
import type { CopyDeps } from "../files/written-copies.ts";
import { announcingOfProject, batchAndTell, type TellDeps } from "../webhooks/announce.ts";
import { parameterProblems } from "./model-configurations.ts";

export interface TrainingDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/** Reads the input of a model's training, and copies what was written of items and users; null when the row or its dataset is gone, or the configuration is not ours. */
export async function trainingSpecOf(
  deps: Pick<TrainingDeps, "db"> & CopyDeps,
  modelId: number,
): Promise<TrainingSpec | null> {
  const { db } = deps;
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
    ...(await jobFeatures(deps, model.projectId, {
      features: modelFeaturesKey(model.projectId, modelId),
      written: (side) => modelWrittenKey(model.projectId, modelId, side),
    })),
    artifactKey: modelKey(model.projectId, modelId),
    algorithm,
    params: parsed.params,
    // Any number works; with the model's own a repeated training gives the same bytes.
    seed: modelId,
    version: model.version,
  };
}

/** Why a model can never be trained; it fails, so that no caller waits for it. */
export async function giveUpTraining(deps: TellDeps, modelId: number): Promise<void> {
  const [row] = await deps.db
    .select({ data: trainingData, configuration: modelConfiguration, projectId: trainedModel.projectId })
    .from(trainedModel)
    .innerJoin(modelConfiguration, eq(modelConfiguration.id, trainedModel.configurationId))
    .innerJoin(trainingData, eq(trainingData.id, trainedModel.dataId))
    .where(eq(trainedModel.id, modelId));
  const reason = row && (unusableDataText(row.data) ?? parameterProblems(row.configuration)[0]);
  if (!reason) return;
  await failTraining(deps, { modelId, projectId: row.projectId }, `Training failed: ${reason}`);
}

/** Writes why a training under way has failed for good. Endpoints are told once. */
export async function failTraining(
  deps: TellDeps,
  { modelId, projectId }: Pick<TrainingSpec, "modelId" | "projectId">,
  error: string,
): Promise<void> {
  const { db, clock } = deps;
  const now = clock();
  const marking = db
    .update(trainedModel)
    .set({ status: "FAILED", error, updatedAt: now })
    .where(and(eq(trainedModel.id, modelId), isUnderWay()));
  const failed = announcingOfProject(db, {
    event: "training_failed",
    key: `training_failed:${modelId}`,
    data: { project: projectId, model: modelId, version: await versionOf(db, modelId), error },
    ...{ now, condition: hasEnded(modelId, "FAILED") },
  });
  await batchAndTell(deps, [marking], { announcements: [failed] });
}

/** 0 for a model that is gone. */
export async function versionOf(db: Database, modelId: number): Promise<number> {
  const [row] = await db
    .select({ version: trainedModel.version })
    .from(trainedModel)
    .where(eq(trainedModel.id, modelId));
  return row?.version ?? 0;
}

export function hasEnded(modelId: number, status: "READY" | "FAILED"): SQL {
  return sql`exists (select 1 from trained_model where id = ${modelId} and status = ${status})`;
}

/** Models whose training has not ended. */
export function isUnderWay(): SQL {
  return inArray(trainedModel.status, ["PENDING", "TRAINING"]);
}

export async function recordTrainingProgress({ db, clock }: TrainingDeps, job: TrainingJob): Promise<void> {
  await db
    .update(trainedModel)
    .set({ status: "TRAINING", progress: job.progress, ...workOf(job), updatedAt: clock() })
    .where(and(eq(trainedModel.id, job.spec.modelId), isUnderWay()));
}

/** What a training took that many workers do, as columns; empty for others. */
export function workOf(job: TrainingJob): { readonly work?: JobWork } {
  const work = isSharded(job) ? job.staged.work : undefined;
  return work ? { work } : {};
}
