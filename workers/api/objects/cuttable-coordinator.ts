import {
  advanceCuttable,
  type CuttableEffect,
  type CuttableEvent,
  type CuttableJob,
  type CuttableReply,
  isSharded,
} from "#jobs/cuttable-job.ts";
import type { Millis } from "#jobs/leased-task.ts";
import type { TaskRef } from "#jobs/staged-job.ts";
import { settleFailure } from "#services/tuning/settle-failure.ts";
import { deletePrefix } from "#storage/delete-objects.ts";
import { JobCoordinator } from "./job-coordinator.ts";

/** The shell of a job by one worker or, when it is cut, by many; the subclass defines the work and its rows. */
export abstract class CuttableCoordinator<Spec, Result> extends JobCoordinator<
  CuttableJob<Spec, Result>,
  CuttableEvent<Spec, Result>,
  CuttableEffect,
  CuttableReply<Spec>
> {
  /** Announces the whole job to a worker. */
  protected abstract send(spec: Spec): Promise<void>;
  protected abstract sendTask(spec: Spec, task: TaskRef): Promise<void>;
  protected abstract recordProgress(job: CuttableJob<Spec, Result>): Promise<void>;
  protected abstract settle(job: CuttableJob<Spec, Result>): Promise<void>;
  /** Of the keys of what tasks write. */
  protected abstract prefix(spec: Spec): string;

  protected override advance(
    job: CuttableJob<Spec, Result> | null,
    event: CuttableEvent<Spec, Result>,
    now: Millis,
  ) {
    return advanceCuttable(job, event, now);
  }

  protected override load(): CuttableJob<Spec, Result> | null {
    return this.readRow("job") as CuttableJob<Spec, Result> | null;
  }

  protected override save(job: CuttableJob<Spec, Result>): void {
    this.writeRow("job", job);
  }

  protected override async run(effect: CuttableEffect, job: CuttableJob<Spec, Result>): Promise<void> {
    switch (effect.type) {
      case "send":
        return this.send(job.spec);
      case "send-tasks":
        return this.#sendTasks(job, effect.tasks);
      case "progress":
        return this.recordProgress(job);
      case "clean":
        await this.#clean(job.spec);
        await this.dispatch({ type: "cleaned" });
        return;
      default:
        return this.#settle(job);
    }
  }

  /** Also what the tasks wrote. Workers that still work for it delete what they write later. */
  override async forget(): Promise<void> {
    const job = this.current();
    await super.forget();
    if (job && isSharded(job)) await this.#clean(job.spec);
  }

  async #sendTasks(job: CuttableJob<Spec, Result>, tasks: readonly number[]): Promise<void> {
    if (!isSharded(job)) return;
    const { stage } = job.staged;
    await Promise.all(tasks.map((task) => this.sendTask(job.spec, { stage, task })));
  }

  #clean(spec: Spec): Promise<void> {
    return deletePrefix(this.deps.store, this.prefix(spec));
  }

  async #settle(job: CuttableJob<Spec, Result>): Promise<void> {
    try {
      await this.settle(job);
    } catch (error) {
      await this.dispatch(settleFailure(error));
      throw error;
    }
    await this.dispatch({ type: "settled" });
  }
}
