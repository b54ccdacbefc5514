import { and, inArray, type SQL } from "drizzle-orm";
import { OPEN_JOB_STATUSES } from "#contract/tuning-job.ts";
import { tuningJob } from "#db/schema.ts";
import type { ServiceDeps } from "./deps.ts";

/** Stops the tuning jobs that fit a condition and have not ended: their rows, or what they read, are about to go. */
export async function cancelRunningJobs(deps: Pick<ServiceDeps, "db" | "jobs">, which: SQL): Promise<void> {
  const running = await deps.db
    .select({ id: tuningJob.id })
    .from(tuningJob)
    .where(and(which, inArray(tuningJob.status, [...OPEN_JOB_STATUSES])));
  for (const job of running) await deps.jobs.cancelTuning(job.id);
}
