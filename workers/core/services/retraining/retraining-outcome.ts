/** How a retraining run ends. Every step is repeatable: an interrupted run is settled again by the next check. */
import { and, desc, eq, inArray, isNotNull, or } from "drizzle-orm";
import type { DeployMode } from "#contract/deployment.ts";
import { isOpenJob } from "#contract/tuning-job.ts";
import { RETRAINING_FAILED, type RetrainingFailedEvent } from "#contract/webhook.ts";
import type { Database } from "#db/database.ts";
import { RELEASED } from "#db/lease.ts";
import { retrainingRun, retrainingSchedule, webhookDelivery } from "#db/retraining-schema.ts";
import { deploymentSlot, project, trainedModel, tuningJob } from "#db/schema.ts";
import type { Clock } from "#platform/clock.ts";
import type { KeyValueStore } from "#storage/routing-store.ts";
import { unlinkTrainedModel } from "../models/trained-models.ts";
import type { RetrainingRunRow } from "../resources/retraining-run.ts";
import type { RetrainingScheduleRow } from "../resources/retraining-schedule.ts";
import type { TrainedModelRow } from "../resources/trained-model.ts";
import { deployAutomatically } from "../serving/automatic-deployment.ts";
import { rebuildManifest } from "../serving/routing.ts";

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

/** Checks the work of a RUNNING run, and ends the run if the work has ended. */
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
      ...RELEASED,
    })
    .where(and(eq(retrainingRun.id, run.id), inArray(retrainingRun.status, ["PENDING", "RUNNING"])));
}

type Ending = Partial<RetrainingRunRow> & { readonly status: "COMPLETED" | "FAILED" | "SKIPPED" };

/** Writes the end of a run to its row and to its schedule's. */
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
      .set({ ...ending, completedAt: now, updatedAt: now, ...RELEASED })
      .where(and(eq(retrainingRun.id, run.id), inArray(retrainingRun.status, ["PENDING", "RUNNING"]))),
    db
      .update(retrainingSchedule)
      .set({ lastRunAt: run.createdAt, lastRunStatus: ending.status })
      .where(eq(retrainingSchedule.id, run.scheduleId)),
    ...(report ? [db.insert(webhookDelivery).values(report).onConflictDoNothing()] : []),
  ]);
}

/** The report of a failure for the schedule's address; null without an address. */
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
  const { projectId } = model;
  const [owner] = await deps.db.select({ name: project.name }).from(project).where(eq(project.id, projectId));
  const reason = await deployAutomatically(deps, model, {
    mode: deployModeOf(schedule, model),
    tolerance: schedule.deployTolerance,
    slotName: `auto-deploy-${owner?.name ?? ""}`.slice(0, 256),
    neverReason: "Not deployed: the schedule does not deploy.",
  });
  await rebuildManifest(deps, projectId);
  return reason;
}

/** The schedule may have been changed since the run began. */
function deployModeOf({ autoDeploy }: RetrainingScheduleRow, { deploy }: TrainedModelRow): DeployMode {
  if (!autoDeploy) return "never";
  return deploy === "always" ? "always" : "if_better";
}

/** Deletes the artifacts of this schedule's older models, except models that a slot serves or falls back to. Their rows stay. */
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
  for (const { model } of rows.slice(schedule.keepVersions)) {
    if (!(await isInUse(db, model))) await unlinkTrainedModel(deps, model, { stopServing: true });
  }
}

/**
 * Whether a slot serves a model or falls back to it. One that goes live after this is safe, too: its slot moves with the
 * unlinking.
 */
async function isInUse(db: Database, { id }: TrainedModelRow): Promise<boolean> {
  const slots = await db
    .select({ id: deploymentSlot.id })
    .from(deploymentSlot)
    .where(or(eq(deploymentSlot.modelId, id), eq(deploymentSlot.previousModelId, id)))
    .limit(1);
  return slots.length > 0;
}
