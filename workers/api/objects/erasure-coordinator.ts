import type { ErasureJob, ErasureResult, ErasureSpec } from "#jobs/erasure-job.ts";
import type { EraseMessage } from "#jobs/messages.ts";
import { settleErasure } from "#services/erasure/erasure-outcome.ts";
import { LeasedJobCoordinator } from "./leased-job-coordinator.ts";

/** The erasure of one user from one file or model. */
export class ErasureCoordinator extends LeasedJobCoordinator<ErasureSpec, ErasureResult> {
  protected override async send({ spec }: ErasureJob): Promise<void> {
    const message: EraseMessage = { v: 1, kind: "erase", itemId: spec.itemId };
    await this.queues.ingest.send(message);
  }

  /** Nobody watches. */
  protected override async recordProgress(): Promise<void> {}

  protected override settle(job: ErasureJob): Promise<void> {
    return settleErasure(this.deps, job);
  }
}
