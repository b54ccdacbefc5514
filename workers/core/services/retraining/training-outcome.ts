/** How a training ends, whether a retraining run or a caller requested it. Repeatable. */
import { and, eq, or, sql } from "drizzle-orm";
import { trainedModel } from "#db/schema.ts";
import type { TrainingJob, TrainingResult } from "#jobs/training-job.ts";
import { modelKeys } from "#storage/keys.ts";
import { ENGINE_VERSION } from "../models/engine-version.ts";
import { isUnderWay, type TrainingDeps } from "../models/trainings.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { type DecisionDeps, decideOnModel } from "../tuning/first-measurement.ts";
import { findRunOfModel, settleRun } from "./retraining-outcome.ts";

export interface TrainingOutcomeDeps extends DecisionDeps {
  readonly store: Pick<R2Bucket, "delete">;
}

/**
 * Writes the outcome. A finished model becomes READY. It goes live if its request asks for that (`deploy`) and it does not
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
