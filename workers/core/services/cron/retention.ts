/** How long history is kept. Older rows are deleted, a bounded number a minute, the oldest first. */
import { sql } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import type { Clock } from "#platform/clock.ts";

/** Days; null keeps everything. */
export interface Retention {
  readonly taskLogDays: number | null;
  readonly auditDays: number | null;
  readonly eventDays: number | null;
}

export const DEFAULT_RETENTION: Retention = { taskLogDays: 90, auditDays: 730, eventDays: 365 };

const DAY_MS = 86_400_000;
/** Rows of one table that a run may delete. */
const ROWS_PER_RUN = 1000;
/** An ended session is kept for a while: it detects a spent token that is used again. */
const SESSION_GRACE_DAYS = 7;
/** Calls to endpoints, those that can be sent again included. */
const WEBHOOK_CALL_DAYS = 7;

/**
 * Deletes rows past their time. Rows of logs are written in order, so the oldest have the lowest ids and no index by time is
 * needed.
 */
export async function pruneHistory(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  { taskLogDays, auditDays }: Pick<Retention, "taskLogDays" | "auditDays">,
): Promise<void> {
  const before = (days: number) => clock() - days * DAY_MS;
  if (taskLogDays !== null) await db.run(oldestOf("task_log", before(taskLogDays)));
  await db.run(oldestOf("webhook_call", before(WEBHOOK_CALL_DAYS)));
  if (auditDays !== null) await db.run(oldestOf("audit_entry", before(auditDays)));
  await db.run(sql`delete from refresh_token where id in
    (select id from refresh_token where expires_at < ${before(SESSION_GRACE_DAYS)} limit ${ROWS_PER_RUN})`);
}

function oldestOf(table: "task_log" | "audit_entry" | "webhook_call", before: number) {
  const name = sql.raw(table);
  return sql`delete from ${name} where id in
    (select id from (select id, created_at from ${name} order by id limit ${ROWS_PER_RUN}) where created_at < ${before})`;
}
