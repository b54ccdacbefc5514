/** How a retraining run ends. Every step is repeatable: an interrupted run is settled again by the next check. */
import { and, desc, eq, isNotNull, or } from "drizzle-orm";
import type { DeployMode } from "#contract/deployment.ts";
import type { Database } from "#db/database.ts";
import { retrainingRun, retrainingSchedule } from "#db/retraining-schema.ts";
import { deploymentSlot, project, trainedModel, tuningJob } from "#db/schema.ts";
import type { Clock } from "#platform/clock.ts";
import type { KeyValueStore } from "#storage/routing-store.ts";
import type { ServiceDeps } from "../deps.ts";
import { unlinkTrainedModel } from "../models/trained-models.ts";
import type { RetrainingRunRow } from "../resources/retraining-run.ts";
import type { RetrainingScheduleRow } from "../resources/retraining-schedule.ts";
import type { TrainedModelRow } from "../resources/trained-model.ts";
import { deployAutomatically } from "../serving/automatic-deployment.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { advanceAndSave } from "./save-run.ts";

export interface RunDeps {
  readonly db: Database;
  readonly store: Pick<R2Bucket, "delete">;
  readonly routing: KeyValueStore;
  readonly clock: Clock;
  readonly wakeAddress: ServiceDeps["wakeAddress"];
}

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
  const [schedule] = await deps.db
    .select()
    .from(retrainingSchedule)
    .where(eq(retrainingSchedule.id, run.scheduleId));
  if (schedule === undefined) return;
  const work = await workOf(deps.db, run);
  const looked = await advanceAndSave(deps, schedule, run, { type: "look", work, settings: schedule });
  for (const effect of looked?.effects ?? []) {
    if (effect.type === "deploy" && work.model) await deployAndEnd(deps, schedule, run, work.model);
  }
}

async function workOf(db: Database, run: RetrainingRunRow) {
  const [job = null] =
    run.tuningJobId === null
      ? []
      : await db.select().from(tuningJob).where(eq(tuningJob.id, run.tuningJobId));
  const modelId = run.tuningJobId === null ? run.modelId : job?.tunedModelId;
  if (!modelId) return { job, model: null };
  const [model = null] = await db.select().from(trainedModel).where(eq(trainedModel.id, modelId));
  return { job, model };
}

async function deployAndEnd(
  deps: RunDeps,
  schedule: RetrainingScheduleRow,
  run: RetrainingRunRow,
  model: TrainedModelRow,
): Promise<void> {
  const deployment = await deploy(deps, schedule, model);
  const event = { type: "deployed", modelId: model.id, deployment } as const;
  const ended = await advanceAndSave(deps, schedule, run, event);
  if (ended?.effects.some(({ type }) => type === "prune")) await prune(deps, schedule);
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
