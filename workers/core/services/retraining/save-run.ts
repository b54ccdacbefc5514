/** Writes what an event has made of a retraining run. */
import { and, eq } from "drizzle-orm";
import { RETRAINING_FAILED, type RetrainingFailedEvent } from "#contract/webhook.ts";
import { isHeld, RELEASED } from "#db/lease.ts";
import { retrainingRun, retrainingSchedule, webhookDelivery } from "#db/retraining-schema.ts";
import { advanceRetraining, type RetrainingEffect, type RetrainingEvent } from "#jobs/retraining-job.ts";
import type { ServiceDeps } from "../deps.ts";
import type { RetrainingRunRow } from "../resources/retraining-run.ts";
import type { RetrainingScheduleRow } from "../resources/retraining-schedule.ts";

export type SaveDeps = Pick<ServiceDeps, "db" | "clock" | "wakeAddress">;

export interface SavedStep {
  readonly run: RetrainingRunRow;
  /** What is left to do; the report of a failure is written already. */
  readonly effects: readonly RetrainingEffect[];
}

/**
 * Advances a run by an event and writes its new state. The same transaction writes the schedule's last outcome and the report of a
 * failure. Null when the event changes nothing, or the run has changed since `row` was read: the other worker continues with it.
 */
export async function advanceAndSave(
  { db, clock, wakeAddress }: SaveDeps,
  schedule: RetrainingScheduleRow,
  row: RetrainingRunRow,
  event: RetrainingEvent,
): Promise<SavedStep | null> {
  const now = clock();
  const step = advanceRetraining(row, event, now);
  if (step === null) return null;
  if (step.state === row) return { run: row, effects: step.effects };
  const isBeginning = step.state.status === "PENDING" && event.type === "begin";
  const lease = isBeginning ? { leaseUntil: row.leaseUntil } : RELEASED;
  const run = { ...row, ...step.state, ...lease, updatedAt: now };
  const isOver = run.completedAt !== null;
  const report = step.effects.some(({ type }) => type === "report") ? reportOf(schedule, run, now) : null;
  const [written] = await db.batch([
    db.update(retrainingRun).set(run).where(isAsRead(row)).returning({ id: retrainingRun.id }),
    ...(isOver
      ? [
          db
            .update(retrainingSchedule)
            .set({ lastRunAt: run.createdAt, lastRunStatus: lastStatusOf(run) })
            .where(eq(retrainingSchedule.id, run.scheduleId)),
        ]
      : []),
    ...(report ? [db.insert(webhookDelivery).values(report).onConflictDoNothing()] : []),
  ]);
  if (written.length === 0) return null;
  if (report) await wakeAddress({ kind: "schedule", id: schedule.id }, now);
  return { run, effects: step.effects.filter(({ type }) => type !== "report") };
}

/** The run as it was read: in the same attempt at the same stage, and in the same worker's hands. */
function isAsRead(row: RetrainingRunRow) {
  return and(
    isHeld(retrainingRun, row),
    eq(retrainingRun.status, row.status),
    eq(retrainingRun.attempts, row.attempts),
  );
}

function lastStatusOf({ status }: RetrainingRunRow): RetrainingScheduleRow["lastRunStatus"] {
  return status === "PENDING" || status === "RUNNING" ? null : status;
}

/** What the schedule's address is told about a failure; null where no address is set. */
function reportOf(
  { id: scheduleId, projectId, notifyOnFailure, webhookUrl: url }: RetrainingScheduleRow,
  { id: runId, errorMessage, attempts }: RetrainingRunRow,
  now: number,
): typeof webhookDelivery.$inferInsert | null {
  if (!notifyOnFailure || url === null) return null;
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
