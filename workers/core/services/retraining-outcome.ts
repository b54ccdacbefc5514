/**
 * How a retraining run ends. Every step may be repeated: a run that was interrupted here is settled again by the next look at it.
 */
import { and, desc, eq, inArray, isNotNull, or } from "drizzle-orm";
import { isOpenJob } from "#contract/tuning-job.ts";
import { RETRAINING_FAILED, type RetrainingFailedEvent } from "#contract/webhook.ts";
import type { Database } from "#db/database.ts";
import { retrainingRun, retrainingSchedule, webhookDelivery } from "#db/retraining-schema.ts";
import { deploymentSlot, project, trainedModel, tuningJob } from "#db/schema.ts";
import type { Clock } from "#platform/clock.ts";
import type { KeyValueStore } from "#storage/routing-store.ts";
import { findServingModel, pointDefaultSlot } from "./deployment.ts";
import { decideDeployment, type MeasuredModel } from "./deployment-decision.ts";
import type { RetrainingRunRow, RetrainingScheduleRow, TrainedModelRow } from "./resources.ts";
import { rebuildManifest } from "./routing.ts";
import { unlinkTrainedModel } from "./trained-models.ts";

export interface RunDeps {
  readonly db: Database;
  readonly store: Pick<R2Bucket, "delete">;
  readonly routing: KeyValueStore;
  readonly clock: Clock;
}

const MINUTE_MS = 60_000;
const LONGEST_WAIT_MS = 60 * MINUTE_MS;

/** The run under way that a model is trained for, or null. */
export async function findRunOfModel(db: Database, modelId: number): Promise<RetrainingRunRow | null> {
  const [row] = await db
    .select({ run: retrainingRun })
    .from(trainedModel)
    .innerJoin(
      retrainingRun,
      or(eq(retrainingRun.modelId, trainedModel.id), eq(retrainingRun.tuningJobId, trainedModel.tuningJobId)),
    )
    .where(and(eq(trainedModel.id, modelId), eq(retrainingRun.status, "RUNNING")));
  return row?.run ?? null;
}

/** Looks how far the work of a RUNNING run is, and ends the run if it has ended. */
export async function settleRun(deps: RunDeps, run: RetrainingRunRow): Promise<void> {
  const { db } = deps;
  const [schedule] = await db
    .select()
    .from(retrainingSchedule)
    .where(eq(retrainingSchedule.id, run.scheduleId));
  if (schedule === undefined) return;
  let modelId = run.modelId;
  if (run.tuningJobId !== null) {
    const [job] = await db.select().from(tuningJob).where(eq(tuningJob.id, run.tuningJobId));
    if (job !== undefined && isOpenJob(job.status)) return;
    if (job?.status !== "COMPLETED") return failRun(deps, schedule, run, taskFailed(job?.error));
    modelId = job.tunedModelId;
  }
  if (modelId === null) return failRun(deps, schedule, run, taskFailed("the work was deleted"));
  const [model] = await db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
  if (model?.status === "PENDING" || model?.status === "TRAINING") return;
  if (model?.status !== "READY") return failRun(deps, schedule, run, taskFailed(model?.error));
  await completeRun(deps, schedule, run, model);
}

function taskFailed(reason: string | null | undefined): string {
  return `Tuning or training task failed${reason ? `: ${reason}` : "."}`;
}

/** Waits twice as long before each attempt; when none is left, the run has failed. */
export async function failRun(
  deps: RunDeps,
  schedule: RetrainingScheduleRow,
  run: RetrainingRunRow,
  errorMessage: string,
  mayRetry = true,
): Promise<void> {
  const attempts = run.attempts + 1;
  if (!mayRetry || run.attempts >= schedule.maxRetries) {
    const ending = { status: "FAILED", errorMessage, attempts, modelId: null } as const;
    const report = reportOf(deps, schedule, run, { errorMessage, attempts });
    await endRun(deps, run, ending, report);
    return;
  }
  const now = deps.clock();
  const notBefore = now + Math.min(LONGEST_WAIT_MS, MINUTE_MS * 2 ** run.attempts);
  await deps.db
    .update(retrainingRun)
    .set({
      status: "PENDING",
      attempts,
      notBefore,
      errorMessage,
      modelId: null,
      tuningJobId: null,
      updatedAt: now,
    })
    .where(and(eq(retrainingRun.id, run.id), inArray(retrainingRun.status, ["PENDING", "RUNNING"])));
}

type Ending = Partial<RetrainingRunRow> & { readonly status: "COMPLETED" | "FAILED" | "SKIPPED" };

/** Writes how a run ended, on its row and on its schedule's. */
export async function endRun(
  { db, clock }: RunDeps,
  run: RetrainingRunRow,
  ending: Ending,
  report: typeof webhookDelivery.$inferInsert | null = null,
): Promise<void> {
  const now = clock();
  await db.batch([
    db
      .update(retrainingRun)
      .set({ ...ending, completedAt: now, updatedAt: now })
      .where(and(eq(retrainingRun.id, run.id), inArray(retrainingRun.status, ["PENDING", "RUNNING"]))),
    db
      .update(retrainingSchedule)
      .set({ lastRunAt: run.createdAt, lastRunStatus: ending.status })
      .where(eq(retrainingSchedule.id, run.scheduleId)),
    ...(report ? [db.insert(webhookDelivery).values(report).onConflictDoNothing()] : []),
  ]);
}

/** What the schedule's address is to be told of a failure; null where nobody wants to know. */
function reportOf(
  { clock }: RunDeps,
  { id: scheduleId, projectId, notifyOnFailure, webhookUrl: url }: RetrainingScheduleRow,
  { id: runId }: RetrainingRunRow,
  { errorMessage, attempts }: Pick<RetrainingRunRow, "errorMessage" | "attempts">,
): typeof webhookDelivery.$inferInsert | null {
  if (!notifyOnFailure || url === null) return null;
  const now = clock();
  const event: RetrainingFailedEvent = {
    event: RETRAINING_FAILED,
    project: projectId,
    schedule: scheduleId,
    run: runId,
    error: errorMessage,
    attempts,
    failed_at: new Date(now).toISOString(),
  };
  const dated = { createdAt: now, updatedAt: now, nextAttemptAt: now };
  const body = JSON.stringify(event);
  return { projectId, scheduleId, runId, event: RETRAINING_FAILED, url, body, ...dated };
}

async function completeRun(
  deps: RunDeps,
  schedule: RetrainingScheduleRow,
  run: RetrainingRunRow,
  model: TrainedModelRow,
): Promise<void> {
  const deployment = await deploy(deps, schedule, model);
  await endRun(deps, run, { status: "COMPLETED", modelId: model.id, errorMessage: "", deployment });
  await prune(deps, schedule);
}

async function deploy(
  deps: RunDeps,
  schedule: RetrainingScheduleRow,
  model: TrainedModelRow,
): Promise<string> {
  if (!schedule.autoDeploy) return "Not deployed: the schedule does not deploy.";
  const { db } = deps;
  const [[owner], serving] = await Promise.all([
    db.select({ name: project.name }).from(project).where(eq(project.id, model.projectId)),
    findServingModel(db, model.projectId),
  ]);
  if (serving?.id === model.id) return "Deployed.";
  const before = serving && (await measured(db, serving));
  const decision = decideDeployment(await measured(db, model), before, schedule.deployTolerance);
  if (decision.deploys) {
    await pointDefaultSlot(deps, model.projectId, model.id, `auto-deploy-${owner?.name ?? ""}`.slice(0, 256));
    await rebuildManifest(deps, model.projectId);
  }
  return decision.reason;
}

/** What is known of a model's quality: the metrics of the study that found it, and how that study measured. */
async function measured(db: Database, model: TrainedModelRow): Promise<MeasuredModel> {
  const jobId = model.measuringJobId ?? model.tuningJobId;
  const [job] = jobId === null ? [] : await db.select().from(tuningJob).where(eq(tuningJob.id, jobId));
  const { id, version, metrics } = model;
  const serving = job?.finalMetrics?.serving;
  const rival = job?.servingModelId && serving ? { id: job.servingModelId, metrics: serving } : null;
  const study = job ? { splitId: job.splitId, evaluationId: job.evaluationId, dataId: job.dataId } : null;
  return { id, version, metrics, rival, study };
}

/** Deletes the artifacts of this schedule's older models, but of none that a slot serves or falls back to. Their rows stay. */
async function prune(deps: RunDeps, schedule: RetrainingScheduleRow): Promise<void> {
  const { db } = deps;
  const rows = await db
    .select({ model: trainedModel })
    .from(retrainingRun)
    .innerJoin(trainedModel, eq(trainedModel.id, retrainingRun.modelId))
    .where(
      and(
        eq(retrainingRun.scheduleId, schedule.id),
        eq(retrainingRun.status, "COMPLETED"),
        isNotNull(trainedModel.artifactKey),
      ),
    )
    .orderBy(desc(trainedModel.id));
  const slots = await db
    .select()
    .from(deploymentSlot)
    .where(eq(deploymentSlot.projectId, schedule.projectId));
  const inUse = new Set(slots.flatMap((slot) => [slot.modelId, slot.previousModelId]));
  for (const { model } of rows.slice(schedule.keepVersions)) {
    if (!inUse.has(model.id)) await unlinkTrainedModel(deps, model);
  }
}
