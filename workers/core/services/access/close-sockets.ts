import { and, eq, gt, inArray, or } from "drizzle-orm";
import { OPEN_JOB_STATUSES } from "#contract/tuning-job.ts";
import type { Database } from "#db/database.ts";
import { project, tuningJob } from "#db/schema.ts";
import type { Jobs, SocketSessions } from "#jobs/jobs.ts";
import type { Clock } from "#platform/clock.ts";

export interface SocketDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly jobs: Pick<Jobs, "closeSockets">;
}

/** Jobs that ended longer ago send nothing more to an open socket. */
const WATCHED_AFTER_END_MS = 24 * 60 * 60 * 1000;

/**
 * Closes the sockets of an account: all, or those of some sessions. Only owners may watch a job, so only their jobs can have any.
 */
export async function closeSocketsOf(
  { db, jobs, clock }: SocketDeps,
  accountId: number,
  sessions?: SocketSessions,
): Promise<void> {
  const mayTell = or(
    inArray(tuningJob.status, [...OPEN_JOB_STATUSES]),
    gt(tuningJob.updatedAt, clock() - WATCHED_AFTER_END_MS),
  );
  const rows = await db
    .select({ id: tuningJob.id })
    .from(tuningJob)
    .innerJoin(project, eq(project.id, tuningJob.projectId))
    .where(and(eq(project.ownerId, accountId), mayTell));
  await Promise.all(
    rows.map((row) => (sessions ? jobs.closeSockets(row.id, sessions) : jobs.closeSockets(row.id))),
  );
}
