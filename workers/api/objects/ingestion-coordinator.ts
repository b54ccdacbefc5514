import { openDatabase } from "#db/database.ts";
import type { IngestionJob, IngestionResult, IngestionSpec } from "#jobs/ingestion-job.ts";
import type { IngestMessage } from "#jobs/messages.ts";
import { systemClock } from "#platform/clock.ts";
import { markIngesting, settleIngestion } from "#services/files/ingestions.ts";
import { parseEnv } from "../env.ts";
import { LeasedJobCoordinator } from "./leased-job-coordinator.ts";

/** One uploaded file on its way to an artifact. */
export class IngestionCoordinator extends LeasedJobCoordinator<IngestionSpec, IngestionResult> {
  protected override async send({ spec }: IngestionJob): Promise<void> {
    const message: IngestMessage = { v: 1, kind: "ingest", source: spec.source, rowId: spec.rowId };
    await this.env.INGEST_QUEUE.send(message);
  }

  protected override recordProgress({ spec }: IngestionJob): Promise<void> {
    return markIngesting(this.#deps(), spec);
  }

  protected override settle(job: IngestionJob): Promise<void> {
    const keepsHeaderOnly = parseEnv(this.env).exactRecotem;
    return settleIngestion({ ...this.#deps(), keepsHeaderOnly }, job);
  }

  #deps() {
    return {
      db: openDatabase(this.env.DB),
      store: this.env.STORE,
      routing: this.env.ROUTING,
      clock: systemClock,
    };
  }
}
