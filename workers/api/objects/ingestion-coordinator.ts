import type { IngestionResult, IngestionSpec, IngestionState } from "#jobs/ingestion-job.ts";
import type { IngestMessage, IngestTaskMessage } from "#jobs/messages.ts";
import type { TaskRef } from "#jobs/staged-job.ts";
import { advanceAirecProject } from "#services/airec/advance-airec.ts";
import { markIngesting, settleIngestion } from "#services/files/ingestions.ts";
import { shardsPrefix } from "#storage/keys.ts";
import { CuttableCoordinator } from "./cuttable-coordinator.ts";

/** The ingestion of one uploaded file into an artifact, by one worker or by many. */
export class IngestionCoordinator extends CuttableCoordinator<IngestionSpec, IngestionResult> {
  protected override async send({ source, rowId }: IngestionSpec): Promise<void> {
    const message: IngestMessage = { v: 1, kind: "ingest", source, rowId };
    await this.queues.ingest.send(message);
  }

  protected override async sendTask({ source, rowId }: IngestionSpec, task: TaskRef): Promise<void> {
    const message: IngestTaskMessage = { v: 1, kind: "ingest-task", source, rowId, ...task };
    await this.queues.ingest.send(message);
  }

  protected override recordProgress({ spec }: IngestionState): Promise<void> {
    return markIngesting(this.deps, spec);
  }

  protected override prefix({ projectId, rowId }: IngestionSpec): string {
    return shardsPrefix(projectId, rowId);
  }

  protected override async settle(job: IngestionState): Promise<void> {
    const { keepsHeaderOnly } = this.deps.dialect.files;
    await settleIngestion({ ...this.deps, keepsHeaderOnly }, job);
    await advanceAirecProject(this.deps, job.spec.projectId);
  }
}
