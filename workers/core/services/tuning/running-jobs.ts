import { and, eq, inArray, type SQL } from "drizzle-orm";
import { OPEN_JOB_STATUSES } from "#contract/tuning-job.ts";
import { tuningJob } from "#db/schema.ts";
import type { ServiceDeps } from "../deps.ts";

type Deps = Pick<ServiceDeps, "db" | "jobs" | "clock">;

/**
 * Ends a tuning job in any state of its study. A study that never began has nothing to stop. One whose outcome cannot be
 * written does not report that it was stopped. A study that ends its job meanwhile comes first.
 */
export async function cancelJob({ db, jobs, clock }: Deps, id: number): Promise<void> {
  await jobs.cancelTuning(id);
  await db
    .update(tuningJob)
    .set({ status: "CANCELLED", updatedAt: clock() })
    .where(and(eq(tuningJob.id, id), inArray(tuningJob.status, [...OPEN_JOB_STATUSES])));
}

/** Stops the unfinished tuning jobs that meet a condition: their rows, or their data, are about to be deleted. */
export async function cancelRunningJobs(deps: Deps, which: SQL): Promise<void> {
  const running = await deps.db
    .select({ id: tuningJob.id })
    .from(tuningJob)
    .where(and(which, inArray(tuningJob.status, [...OPEN_JOB_STATUSES])));
  for (const job of running) await cancelJob(deps, job.id);
}
