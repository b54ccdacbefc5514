import { openDatabase } from "#db/database.ts";
import type { ErasureJob, ErasureResult, ErasureSpec } from "#jobs/erasure-job.ts";
import type { EraseMessage } from "#jobs/messages.ts";
import { systemClock } from "#platform/clock.ts";
import { settleErasure } from "#services/erasure/erasure-outcome.ts";
import type { ApiBindings } from "../bindings.ts";
import { createJobs } from "../jobs.ts";
import { LeasedJobCoordinator } from "./leased-job-coordinator.ts";

/** One person on the way out of one file or model. */
export class ErasureCoordinator extends LeasedJobCoordinator<ErasureSpec, ErasureResult> {
  protected override async send({ spec }: ErasureJob): Promise<void> {
    const message: EraseMessage = { v: 1, kind: "erase", itemId: spec.itemId };
    await this.env.INGEST_QUEUE.send(message);
  }

  /** Nobody watches. */
  protected override async recordProgress(): Promise<void> {}

  protected override settle(job: ErasureJob): Promise<void> {
    const env: ApiBindings = this.env;
    const db = openDatabase(env.DB);
    const jobs = createJobs(env, db);
    return settleErasure({ db, store: env.STORE, routing: env.ROUTING, jobs, clock: systemClock }, job);
  }
}
