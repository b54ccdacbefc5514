/**
 * Retraining runs. One begins when its schedule is due or on request. A project has at most one at a time; the database's unique
 * index enforces this. The cron checks every open run each minute, so a killed stack continues. What a run does is decided in
 * `jobs/retraining-job.ts`.
 */
import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, max } from "drizzle-orm";
import type { RunTrigger } from "#contract/retraining.ts";
import { takeLease } from "#db/lease.ts";
import { retrainingRun, retrainingSchedule } from "#db/retraining-schema.ts";
import { account, project } from "#db/schema.ts";
import { AppError } from "../app-error.ts";
import { attemptEach } from "../cron/attempt-each.ts";
import { nextPage } from "../cron/cron-cursors.ts";
import type { ServiceDeps } from "../deps.ts";
import type { TablesDeps } from "../files/feature-sources.ts";
import type { RetrainingRunRow } from "../resources/retraining-run.ts";
import type { RetrainingScheduleRow } from "../resources/retraining-schedule.ts";
import { beginningFacts, type RetrainingStyle } from "./beginning-facts.ts";
import { cronProblem, nextCronTime } from "./cron-times.ts";
import { settleRun } from "./retraining-outcome.ts";
import { advanceAndSave } from "./save-run.ts";
import { startWork } from "./start-work.ts";

type Deps = Pick<
  ServiceDeps,
  "store" | "routing" | "jobs" | "clock" | "randomBytes" | "isolateFileBytes" | "wakeAddress"
> &
  TablesDeps &
  RetrainingStyle;

/** If there are more schedules, they wait for the next minute. */
const SCHEDULES_PER_TICK = 100;
/** How often the events of a schedule's project are counted, and of how many projects in a minute: each has 16 shards to ask. */
const COUNT_EVENTS_EVERY_MS = 5 * 60_000;
const COUNTS_PER_TICK = 20;
/** Open runs that are checked in a minute. */
const RUNS_PER_TICK = 100;
/** The Worker that begins a run is replaced after this. */
const BEGINNING_MS = 60_000;

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

/** Begins runs for which enough events have arrived. Shards are asked seldom: a quiet one would wake for it. */
export async function beginRunsByEvents(deps: Deps): Promise<void> {
  const now = deps.clock();
  const due = await deps.db
    .select({ schedule: retrainingSchedule, id: retrainingSchedule.id })
    .from(retrainingSchedule)
    .innerJoin(project, eq(project.id, retrainingSchedule.projectId))
    .innerJoin(account, and(eq(account.id, project.ownerId), eq(account.isActive, true)))
    .where(
      and(
        eq(retrainingSchedule.isEnabled, true),
        eq(retrainingSchedule.usesEvents, true),
        isNotNull(retrainingSchedule.everyEvents),
        lte(retrainingSchedule.eventsCheckedAt, now - COUNT_EVENTS_EVERY_MS),
        isNull(project.deletedAt),
      ),
    )
    .orderBy(asc(retrainingSchedule.eventsCheckedAt))
    .limit(COUNTS_PER_TICK);
  await attemptEach(due, "schedules by events", ({ schedule }) => beginIfEnough(deps, schedule, now));
}

async function beginIfEnough(deps: Deps, schedule: RetrainingScheduleRow, now: number): Promise<void> {
  const isOfSchedule = eq(retrainingSchedule.id, schedule.id);
  await deps.db.update(retrainingSchedule).set({ eventsCheckedAt: now }).where(isOfSchedule);
  const count = await deps.events.countLearnable(schedule.projectId);
  const learnt = Math.max(schedule.eventsAtRun, await learntEvents(deps, schedule.id));
  if (count - learnt < (schedule.everyEvents ?? Number.POSITIVE_INFINITY)) return;
  const [run] = await insertRun(deps, schedule, "EVENTS", now);
  // Another run is open: its successor begins at a later look.
  if (run === undefined) return;
  await deps.db.update(retrainingSchedule).set({ eventsAtRun: count }).where(isOfSchedule);
}

/** The events that the completed runs of a schedule have learnt from, whatever began them. */
async function learntEvents({ db }: Pick<Deps, "db">, scheduleId: number): Promise<number> {
  const [row] = await db
    .select({ count: max(retrainingRun.eventsAtTrigger) })
    .from(retrainingRun)
    .where(and(eq(retrainingRun.scheduleId, scheduleId), eq(retrainingRun.status, "COMPLETED")));
  return row?.count ?? 0;
}

/** Schedules of closed accounts are skipped when they are due. */
function dueSchedules(deps: Deps) {
  const now = deps.clock();
  return deps.db
    .select({ schedule: retrainingSchedule, isActive: account.isActive })
    .from(retrainingSchedule)
    .innerJoin(project, eq(project.id, retrainingSchedule.projectId))
    .innerJoin(account, eq(account.id, project.ownerId))
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

function insertRun(deps: Deps, schedule: RetrainingScheduleRow, trigger: RunTrigger, dueAt: number) {
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
  const facts = await beginningFacts(deps, schedule, claimed);
  const begun = await advanceAndSave(deps, schedule, claimed, { type: "begin", facts });
  if (begun === null) return;
  try {
    for (const effect of begun.effects) await startWork(deps, schedule, begun.run, effect);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await advanceAndSave(deps, schedule, begun.run, { type: "refused", reason: error.message });
  }
}

/** Of all workers that see a waiting run, one begins it. */
async function claim({ db, clock }: Deps, run: RetrainingRunRow): Promise<RetrainingRunRow | null> {
  const now = clock();
  const condition = and(eq(retrainingRun.status, "PENDING"), lte(retrainingRun.notBefore, now));
  return takeLease(db, retrainingRun, run.id, { now, ttl: BEGINNING_MS, condition });
}
