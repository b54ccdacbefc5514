import {
  advanceIngestion,
  type IngestionEffect,
  type IngestionEvent,
  type IngestionReply,
  type IngestionSpec,
  type IngestionState,
  isSharded,
} from "#jobs/ingestion-job.ts";
import type { Millis } from "#jobs/leased-task.ts";
import type { IngestMessage, IngestTaskMessage } from "#jobs/messages.ts";
import { advanceAirecProject } from "#services/airec/advance-airec.ts";
import { markIngesting, settleIngestion } from "#services/files/ingestions.ts";
import { settleFailure } from "#services/tuning/settle-failure.ts";
import { deletePrefix } from "#storage/delete-objects.ts";
import { shardsPrefix } from "#storage/keys.ts";
import { JobCoordinator } from "./job-coordinator.ts";

/** The ingestion of one uploaded file into an artifact, by one worker or by many. */
export class IngestionCoordinator extends JobCoordinator<
  IngestionState,
  IngestionEvent,
  IngestionEffect,
  IngestionReply
> {
  protected override advance(job: IngestionState | null, event: IngestionEvent, now: Millis) {
    return advanceIngestion(job, event, now);
  }

  protected override load(): IngestionState | null {
    return this.readRow("job") as IngestionState | null;
  }

  protected override save(job: IngestionState): void {
    this.writeRow("job", job);
  }

  protected override async run(effect: IngestionEffect, job: IngestionState): Promise<void> {
    const { source, rowId } = job.spec;
    switch (effect.type) {
      case "send": {
        const message: IngestMessage = { v: 1, kind: "ingest", source, rowId };
        await this.queues.ingest.send(message);
        return;
      }
      case "send-tasks":
        return this.#sendTasks(job, effect.tasks);
      case "progress":
        return markIngesting(this.deps, job.spec);
      case "clean":
        await this.#clean(job.spec);
        await this.dispatch({ type: "cleaned" });
        return;
      default:
        return this.#settle(job);
    }
  }

  /** Also what the tasks of a file wrote. Workers that still work for it delete what they write later. */
  override async forget(): Promise<void> {
    const job = this.current();
    await super.forget();
    if (job && isSharded(job)) await this.#clean(job.spec);
  }

  async #sendTasks(job: IngestionState, tasks: readonly number[]): Promise<void> {
    if (!isSharded(job)) return;
    const { source, rowId } = job.spec;
    const { stage } = job.staged;
    const messages = tasks.map(
      (task): IngestTaskMessage => ({ v: 1, kind: "ingest-task", source, rowId, stage, task }),
    );
    await Promise.all(messages.map((message) => this.queues.ingest.send(message)));
  }

  #clean({ projectId, rowId }: IngestionSpec): Promise<void> {
    return deletePrefix(this.deps.store, shardsPrefix(projectId, rowId));
  }

  async #settle(job: IngestionState): Promise<void> {
    try {
      const { keepsHeaderOnly } = this.deps.dialect.files;
      await settleIngestion({ ...this.deps, keepsHeaderOnly }, job);
      await advanceAirecProject(this.deps, job.spec.projectId);
    } catch (error) {
      await this.dispatch(settleFailure(error));
      throw error;
    }
    await this.dispatch({ type: "settled" });
  }
}
