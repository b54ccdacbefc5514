/** How a training ends, whether a retraining run or a caller requested it. Repeatable. */
import { and, eq, or, sql } from "drizzle-orm";
import { trainedModel } from "#db/schema.ts";
import type { TrainingJob, TrainingResult } from "#jobs/training-job.ts";
import { modelKeys } from "#storage/keys.ts";
import { ENGINE_VERSION } from "../models/engine-version.ts";
import { failTraining, hasEnded, isUnderWay, versionOf, workOf } from "../models/trainings.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { type DecisionDeps, decideOnModel } from "../tuning/first-measurement.ts";
import { announcingOfProject, batchAndTell, type TellDeps } from "../webhooks/announce.ts";
import { findRunOfModel, settleRun } from "./retraining-outcome.ts";

export interface TrainingOutcomeDeps extends DecisionDeps, TellDeps {
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
  const isKept = job.result ? await recordModel(deps, job, job.result) : false;
  // Nothing of a failed model is kept.
  if (!job.result) await failTraining(deps, job.spec, job.task.lastError ?? "");
  if (isKept && run === null) await decideOnModel(deps, modelId);
  if (isKept) await rebuildManifest({ db, routing }, projectId);
  const written = modelKeys(projectId, modelId);
  await store.delete(isKept ? written.filter((key) => key !== artifactKey) : written);
  if (run !== null) await settleRun(deps, run);
}

/** Whether the model can become READY; a READY one is written again. Endpoints are told once. */
async function recordModel(
  deps: TrainingOutcomeDeps,
  job: TrainingJob,
  { bytes }: TrainingResult,
): Promise<boolean> {
  const { db, clock } = deps;
  const { modelId, projectId, artifactKey } = job.spec;
  const now = clock();
  const version = await versionOf(db, modelId);
  const ready = announcingOfProject(db, {
    event: "model_ready",
    key: `model_ready:${modelId}`,
    data: { project: projectId, model: modelId, version },
    ...{ now, condition: hasEnded(modelId, "READY") },
  });
  const marking = db
    .update(trainedModel)
    .set({
      status: "READY",
      progress: 1,
      artifactKey,
      filesize: bytes,
      trainingSeconds: sql`(${now} - ${trainedModel.createdAt}) / 1000.0`,
      engineVersion: ENGINE_VERSION,
      ...workOf(job),
      updatedAt: now,
    })
    .where(and(eq(trainedModel.id, modelId), or(isUnderWay(), eq(trainedModel.artifactKey, artifactKey))))
    .returning({ id: trainedModel.id });
  const [rows] = await batchAndTell(deps, [marking], { announcements: [ready] });
  return rows.length > 0;
}
