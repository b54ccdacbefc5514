/** Training jobs and the database: what a fit starts from, its progress, and how a finished model goes live. */
import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import { findAlgorithm } from "#contract/algorithm-names.ts";
import { DEPLOY_TOLERANCE } from "#contract/deployment.ts";
import { parseParams } from "#contract/parse-params.ts";
import type { Database } from "#db/database.ts";
import { modelConfiguration, project, trainedModel, trainingData } from "#db/schema.ts";
import type { TrainingJob, TrainingSpec } from "#jobs/training-job.ts";
import type { Clock } from "#platform/clock.ts";
import { checkpointKey, modelKey } from "#storage/keys.ts";
import type { KeyValueStore } from "#storage/routing-store.ts";
import { deployAutomatically } from "./automatic-deployment.ts";
import { ENGINE_VERSION } from "./engine-version.ts";
import { findRunOfModel, settleRun } from "./retraining-outcome.ts";
import { rebuildManifest } from "./routing.ts";

export interface TrainingDeps {
  readonly db: Database;
  readonly store: Pick<R2Bucket, "delete">;
  readonly routing: KeyValueStore;
  readonly clock: Clock;
}

/** Reads what a model's training needs; null when the row or its dataset is gone, or the configuration is not ours. */
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
    // Any number does; the model's own makes a repeated training give the same bytes.
    seed: modelId,
    version: model.version,
  };
}

export async function recordTrainingProgress({ db, clock }: TrainingDeps, job: TrainingJob): Promise<void> {
  await db
    .update(trainedModel)
    .set({ status: "TRAINING", progress: job.progress, updatedAt: clock() })
    .where(and(eq(trainedModel.id, job.spec.modelId), inArray(trainedModel.status, ["PENDING", "TRAINING"])));
}

/**
 * Writes the outcome: a finished model becomes READY, and goes live if whoever asked for it wants that (`deploy`) and it does not
 * measure worse; where it was retrained, the schedule decides. A failed one says why.
 */
export async function settleTraining(deps: TrainingDeps, job: TrainingJob): Promise<void> {
  const { db, store, routing, clock } = deps;
  const { modelId, projectId, artifactKey } = job.spec;
  const run = await findRunOfModel(db, modelId);
  if (job.result) {
    await db
      .update(trainedModel)
      .set({
        status: "READY",
        progress: 1,
        artifactKey,
        filesize: job.result.bytes,
        trainingSeconds: sql`(${clock()} - ${trainedModel.createdAt}) / 1000.0`,
        engineVersion: ENGINE_VERSION,
        updatedAt: clock(),
      })
      .where(eq(trainedModel.id, modelId));
    if (run === null)
      await deployAutomatically(deps, { id: modelId, projectId }, { tolerance: DEPLOY_TOLERANCE });
    await rebuildManifest({ db, routing }, projectId);
  } else {
    await db
      .update(trainedModel)
      .set({ status: "FAILED", error: job.task.lastError, updatedAt: clock() })
      .where(eq(trainedModel.id, modelId));
  }
  await store.delete([checkpointKey(projectId, modelId, 0), checkpointKey(projectId, modelId, 1)]);
  if (run !== null) await settleRun(deps, run);
}
