import type { IngestionJob, IngestionResult, IngestionSpec } from "#jobs/ingestion-job.ts";
import type { IngestMessage } from "#jobs/messages.ts";
import { advanceAirecProject } from "#services/airec/advance-airec.ts";
import { markIngesting, settleIngestion } from "#services/files/ingestions.ts";
import { LeasedJobCoordinator } from "./leased-job-coordinator.ts";

/** The ingestion of one uploaded file into an artifact. */
export class IngestionCoordinator extends LeasedJobCoordinator<IngestionSpec, IngestionResult> {
  protected override async send({ spec }: IngestionJob): Promise<void> {
    const message: IngestMessage = { v: 1, kind: "ingest", source: spec.source, rowId: spec.rowId };
    await this.queues.ingest.send(message);
  }

  protected override recordProgress({ spec }: IngestionJob): Promise<void> {
    return markIngesting(this.deps, spec);
  }

  protected override async settle(job: IngestionJob): Promise<void> {
    const { keepsHeaderOnly } = this.deps.dialect.files;
    await settleIngestion({ ...this.deps, keepsHeaderOnly }, job);
    await advanceAirecProject(this.deps, job.spec.projectId);
  }
}
