/**
 * How a retraining run begins: when its schedule is due or on request, at most one at a time in a project (the database's unique
 * index enforces this). The cron checks every open run each minute, so a killed stack continues.
 */
import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lte } from "drizzle-orm";
import type { DeployMode } from "#contract/deployment.ts";
import { tuningJobRequest } from "#contract/tuning-job.ts";
import { takeLease } from "#db/lease.ts";
import { retrainingRun, retrainingSchedule } from "#db/retraining-schema.ts";
import { modelConfiguration, project, trainingData, user } from "#db/schema.ts";
import { AppError } from "../app-error.ts";
import { attemptEach } from "../cron/attempt-each.ts";
import { nextPage } from "../cron/cron-cursors.ts";
import type { ServiceDeps } from "../deps.ts";
import { dataProblem } from "../files/data-problem.ts";
import { comparisonParts } from "../models/comparison-parts.ts";
import { insertModel } from "../models/insert-model.ts";
import { parameterProblems } from "../models/model-configurations.ts";
import type { ModelConfigurationRow } from "../resources/model-configuration.ts";
import type { RetrainingRunRow } from "../resources/retraining-run.ts";
import type { RetrainingScheduleRow } from "../resources/retraining-schedule.ts";
import type { TrainedModelRow } from "../resources/trained-model.ts";
import type { TrainingDataRow } from "../resources/training-data.ts";
import { findServingModel } from "../serving/deployment.ts";
import { createTuningJob } from "../tuning/tuning-jobs.ts";
import { cronProblem, nextCronTime } from "./cron-times.ts";
import { endRun, failRun, settleRun } from "./retraining-outcome.ts";
import { ownerViewer } from "./retraining-schedules.ts";

/** The differences in retraining between deployments. */
export interface RetrainingStyle {
  /** How a run gives the size of its data: in rows by default. */
  readonly dataSize?: (data: TrainingDataRow) => number | null;
  /** Whether a new model replaces the live one without a measurement of both. */
  readonly deploysUnmeasured?: boolean;
}

type Deps = Pick<ServiceDeps, "db" | "store" | "routing" | "jobs" | "clock"> & RetrainingStyle;

/** If there are more schedules, they wait for the next minute. */
const SCHEDULES_PER_TICK = 100;
/** Open runs that are checked in a minute. */
const RUNS_PER_TICK = 100;
/** The Worker that begins a run is replaced after this. */
const BEGINNING_MS = 60_000;

const NOTHING_TO_DO = "No model configuration or retune settings";

/** Begins runs that are due. */
export async function beginDueRuns(deps: Deps): Promise<void> {
  const due = await dueSchedules(deps);
  await attemptEach(due, "schedules", ({ schedule, isActive }) => beginDueRun(deps, schedule, isActive));
}

/** Checks the open runs, a page of them in a minute. */
export async function advanceOpenRuns(deps: Deps): Promise<void> {
  const isOpen = inArray(retrainingRun.status, ["PENDING", "RUNNING"]);
  const open = await nextPage(deps, "retraining_run", RUNS_PER_TICK, (after, limit) =>
    deps.db
      .select()
      .from(retrainingRun)
      .where(and(isOpen, gt(retrainingRun.id, after)))
      .orderBy(asc(retrainingRun.id))
      .limit(limit),
  );
  await attemptEach(open, "retraining runs", (run) => advanceRun(deps, run));
}

/** Schedules of closed accounts are skipped when they are due. */
function dueSchedules(deps: Deps) {
  const now = deps.clock();
  return deps.db
    .select({ schedule: retrainingSchedule, isActive: user.isActive })
    .from(retrainingSchedule)
    .innerJoin(project, eq(project.id, retrainingSchedule.projectId))
    .innerJoin(user, eq(user.id, project.ownerId))
    .where(
      and(
        eq(retrainingSchedule.isEnabled, true),
        lte(retrainingSchedule.nextRunAt, now),
        isNull(project.deletedAt),
      ),
    )
    .orderBy(asc(retrainingSchedule.nextRunAt))
    .limit(SCHEDULES_PER_TICK);
}

async function beginDueRun(deps: Deps, schedule: RetrainingScheduleRow, isActive: boolean): Promise<void> {
  const now = deps.clock();
  // Null for an invalid expression: its schedule is never due again, and does not stop the others.
  const problem = cronProblem(schedule.cronExpression, now);
  const nextRunAt = problem === null ? nextCronTime(schedule.cronExpression, now) : null;
  const moveOn = deps.db
    .update(retrainingSchedule)
    .set({ nextRunAt })
    .where(and(eq(retrainingSchedule.id, schedule.id), lte(retrainingSchedule.nextRunAt, now)));
  if (isActive) await deps.db.batch([insertRun(deps, schedule, "CRON", schedule.nextRunAt ?? now), moveOn]);
  else await moveOn;
}

function insertRun(deps: Deps, schedule: RetrainingScheduleRow, trigger: "CRON" | "MANUAL", dueAt: number) {
  const now = deps.clock();
  const { id: scheduleId, projectId } = schedule;
  return deps.db
    .insert(retrainingRun)
    .values({ scheduleId, projectId, trigger, dueAt, createdAt: now, updatedAt: now })
    .onConflictDoNothing()
    .returning();
}

/** Begins a run now. Null when the schedule is disabled, or a run of the project is in progress. */
export async function triggerRun(
  deps: Deps,
  schedule: RetrainingScheduleRow,
): Promise<RetrainingRunRow | null> {
  if (!schedule.isEnabled) return null;
  const [run] = await insertRun(deps, schedule, "MANUAL", deps.clock());
  if (run === undefined) return null;
  await advanceRun(deps, run);
  return run;
}

async function advanceRun(deps: Deps, run: RetrainingRunRow): Promise<void> {
  if (run.status === "RUNNING") return settleRun(deps, run);
  const claimed = await claim(deps, run);
  if (claimed === null) return;
  const [schedule] = await deps.db
    .select()
    .from(retrainingSchedule)
    .where(eq(retrainingSchedule.id, run.scheduleId));
  if (schedule === undefined) return;
  try {
    await begin(deps, schedule, claimed);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await failRun(deps, schedule, claimed, error.message, false);
  }
}

/** Of all workers that see a waiting run, one begins it. */
async function claim({ db, clock }: Deps, run: RetrainingRunRow): Promise<RetrainingRunRow | null> {
  const now = clock();
  const condition = and(eq(retrainingRun.status, "PENDING"), lte(retrainingRun.notBefore, now));
  return takeLease(db, retrainingRun, run.id, { now, ttl: BEGINNING_MS, condition });
}

async function begin(deps: Deps, schedule: RetrainingScheduleRow, run: RetrainingRunRow): Promise<void> {
  const skip = (reason: string) => endRun(deps, run, { status: "SKIPPED", errorMessage: reason });
  const data = await chooseData(deps, schedule);
  if (data === null) return skip("No training data");
  const { splitId, evaluationId } = schedule;
  const study =
    schedule.retune && splitId !== null && evaluationId !== null ? { splitId, evaluationId } : null;
  const configurationId = study ? null : schedule.configurationId;
  const plan = { dataId: data.id, configurationId, rowsAtTrigger: (deps.dataSize ?? acceptedRows)(data) };
  await deps.db.update(retrainingRun).set(plan).where(eq(retrainingRun.id, run.id));
  if (study === null && configurationId === null) return skip(NOTHING_TO_DO);
  if (run.trigger === "CRON" && run.attempts === 0) {
    const same = await findSameRun(deps, schedule, plan);
    if (same !== null) return skip(`Nothing new since run ${same}.`);
  }
  const problem = dataProblem(data);
  if (problem !== null) return failRun(deps, schedule, run, problem, false);
  const isCompared = schedule.autoDeploy && !deps.deploysUnmeasured;
  const serving = isCompared ? await findServingModel(deps.db, schedule.projectId) : null;
  if (study === null) return beginTraining(deps, schedule, run, data, serving);
  const deploy = deployOf(deps, schedule);
  const request = { data: data.id, split: study.splitId, evaluation: study.evaluationId, deploy };
  const owner = await ownerViewer(deps, schedule.projectId);
  const studyPlan = { run, servingModelId: serving?.id ?? null };
  await createTuningJob(deps, owner, tuningJobRequest.parse(request), studyPlan);
}

function deployOf({ deploysUnmeasured }: RetrainingStyle, { autoDeploy }: RetrainingScheduleRow): DeployMode {
  if (!autoDeploy) return "never";
  return deploysUnmeasured ? "always" : "if_better";
}

/** The schedule's own data, else the newest usable data. */
async function chooseData({ db }: Deps, schedule: RetrainingScheduleRow): Promise<TrainingDataRow | null> {
  const { projectId, dataId } = schedule;
  const usable = and(eq(trainingData.status, "READY"), isNotNull(trainingData.fileKey));
  const [row] = await db
    .select()
    .from(trainingData)
    .where(and(eq(trainingData.projectId, projectId), dataId === null ? usable : eq(trainingData.id, dataId)))
    .orderBy(desc(trainingData.id))
    .limit(1);
  return row ?? null;
}

/** The schedule's last completed run, if it used the same data in the same way; its id. */
async function findSameRun(
  { db }: Deps,
  schedule: RetrainingScheduleRow,
  plan: { readonly dataId: number; readonly configurationId: number | null },
): Promise<number | null> {
  const [last] = await db
    .select()
    .from(retrainingRun)
    .where(and(eq(retrainingRun.scheduleId, schedule.id), eq(retrainingRun.status, "COMPLETED")))
    .orderBy(desc(retrainingRun.id))
    .limit(1);
  const isSame = last?.dataId === plan.dataId && last.configurationId === plan.configurationId;
  return last !== undefined && isSame ? last.id : null;
}

async function beginTraining(
  deps: Deps,
  schedule: RetrainingScheduleRow,
  run: RetrainingRunRow,
  data: TrainingDataRow,
  serving: TrainedModelRow | null,
): Promise<void> {
  const [configuration] = await deps.db
    .select()
    .from(modelConfiguration)
    .where(
      and(
        eq(modelConfiguration.id, schedule.configurationId ?? 0),
        eq(modelConfiguration.projectId, schedule.projectId),
      ),
    );
  const problem = configuration ? parameterProblems(configuration)[0] : "The model configuration is gone.";
  if (configuration === undefined || problem !== undefined) {
    return failRun(deps, schedule, run, problem ?? "", false);
  }
  if (serving !== null) return beginMeasured(deps, schedule, run, { data, configuration, serving });
  const model = await insertModel(deps, { configuration, data, run, deploy: deployOf(deps, schedule) });
  await deps.jobs.train(model.id);
}

/** If the new model may replace another, both configurations are measured before it is trained. */
async function beginMeasured(
  deps: Deps,
  schedule: RetrainingScheduleRow,
  run: RetrainingRunRow,
  {
    data,
    configuration,
    serving,
  }: {
    readonly data: TrainingDataRow;
    readonly configuration: ModelConfigurationRow;
    readonly serving: TrainedModelRow;
  },
): Promise<void> {
  const owner = await ownerViewer(deps, schedule.projectId);
  const { split, evaluation } = await comparisonParts(deps, schedule, owner);
  const request = tuningJobRequest.parse({ data: data.id, split, evaluation, n_trials: 1 });
  const plan = { run, fixedConfigurationId: configuration.id, servingModelId: serving.id };
  await createTuningJob(deps, owner, request, plan);
}

function acceptedRows({ report }: TrainingDataRow): number | null {
  const rows = (report as { accepted_rows?: unknown } | null)?.accepted_rows;
  return typeof rows === "number" ? rows : null;
}
