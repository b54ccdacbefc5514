import { and, eq, gt, inArray, or, type SQL } from "drizzle-orm";
import { OPEN_JOB_STATUSES } from "#contract/tuning-job.ts";
import type { Database } from "#db/database.ts";
import { inOwnProject } from "#db/ownership.ts";
import { tuningJob } from "#db/schema.ts";
import type { Jobs, SocketSessions } from "#jobs/jobs.ts";
import type { Clock } from "#platform/clock.ts";
import { ownerOf } from "../viewer.ts";

export interface SocketDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly jobs: Pick<Jobs, "closeSockets">;
}

/** Jobs that ended longer ago send nothing more to an open socket. */
const WATCHED_AFTER_END_MS = 24 * 60 * 60 * 1000;

/**
 * Closes the sockets of an account: all, or those of some sessions. Only members of a project may watch its jobs, so only those
 * can have any. Without sessions other members' sockets close, too; their pages open them again.
 */
export async function closeSocketsOf(
  { db, jobs, clock }: SocketDeps,
  accountId: number,
  sessions?: SocketSessions,
): Promise<void> {
  const isTheirs = inOwnProject(tuningJob.projectId, { ...ownerOf(accountId), asks: "viewer" });
  await closeSockets({ db, jobs, clock }, isTheirs, sessions);
}

/** Closes all sockets of a project's jobs; who may still watch opens them again. */
export async function closeSocketsOfProject(deps: SocketDeps, projectId: number): Promise<void> {
  await closeSockets(deps, eq(tuningJob.projectId, projectId));
}

async function closeSockets(
  { db, jobs, clock }: SocketDeps,
  ofJobs: SQL | undefined,
  sessions?: SocketSessions,
): Promise<void> {
  const mayTell = or(
    inArray(tuningJob.status, [...OPEN_JOB_STATUSES]),
    gt(tuningJob.updatedAt, clock() - WATCHED_AFTER_END_MS),
  );
  const rows = await db.select({ id: tuningJob.id }).from(tuningJob).where(and(ofJobs, mayTell));
  await Promise.all(
    rows.map((row) => (sessions ? jobs.closeSockets(row.id, sessions) : jobs.closeSockets(row.id))),
  );
}
