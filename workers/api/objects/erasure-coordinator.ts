import type { ErasureResult, ErasureSpec, ErasureState } from "#jobs/erasure-job.ts";
import type { EraseMessage, EraseTaskMessage } from "#jobs/messages.ts";
import type { TaskRef } from "#jobs/staged-job.ts";
import { settleErasure } from "#services/erasure/erasure-outcome.ts";
import { erasureShardsPrefix } from "#storage/keys.ts";
import { CuttableCoordinator } from "./cuttable-coordinator.ts";

/** The erasure of one user from one file or model; the rest of a large file is read by many workers. */
export class ErasureCoordinator extends CuttableCoordinator<ErasureSpec, ErasureResult> {
  protected override async send({ itemId }: ErasureSpec): Promise<void> {
    const message: EraseMessage = { v: 1, kind: "erase", itemId };
    await this.queues.ingest.send(message);
  }

  protected override async sendTask({ itemId }: ErasureSpec, task: TaskRef): Promise<void> {
    const message: EraseTaskMessage = { v: 1, kind: "erase-task", itemId, ...task };
    await this.queues.ingest.send(message);
  }

  /** Nobody watches. */
  protected override async recordProgress(): Promise<void> {}

  protected override prefix({ newArtifactKey }: ErasureSpec): string {
    return erasureShardsPrefix(newArtifactKey);
  }

  /** The old version stays when the new one cannot be read; nothing of the new one does. */
  protected override async settle(job: ErasureState): Promise<void> {
    const { rewritten } = job.spec;
    if (!job.result && rewritten) await this.deps.store.delete([rewritten.key, rewritten.artifactKey]);
    await settleErasure(this.deps, job);
  }

  override async forget(): Promise<void> {
    const job = this.current();
    await super.forget();
    const rewritten = job?.task.phase === "done" ? undefined : job?.spec.rewritten;
    if (rewritten) await this.deps.store.delete([rewritten.key, rewritten.artifactKey]);
  }
}
