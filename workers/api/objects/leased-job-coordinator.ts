import {
  advanceLeasedJob,
  type LeasedJob,
  type LeasedJobEffect,
  type LeasedJobEvent,
  type LeasedJobReply,
} from "#jobs/leased-job.ts";
import type { Millis } from "#jobs/leased-task.ts";
import { settleFailure } from "#services/tuning/settle-failure.ts";
import { JobCoordinator } from "./job-coordinator.ts";

/** The shell of a job that one worker does at a time; the subclass defines the work and its rows. */
export abstract class LeasedJobCoordinator<Spec, Result> extends JobCoordinator<
  LeasedJob<Spec, Result>,
  LeasedJobEvent<Spec, Result>,
  LeasedJobEffect,
  LeasedJobReply<Spec>
> {
  protected abstract send(job: LeasedJob<Spec, Result>): Promise<void>;
  protected abstract recordProgress(job: LeasedJob<Spec, Result>): Promise<void>;
  protected abstract settle(job: LeasedJob<Spec, Result>): Promise<void>;

  protected override advance(
    job: LeasedJob<Spec, Result> | null,
    event: LeasedJobEvent<Spec, Result>,
    now: Millis,
  ) {
    return advanceLeasedJob(job, event, now);
  }

  protected override load(): LeasedJob<Spec, Result> | null {
    return this.readRow("job") as LeasedJob<Spec, Result> | null;
  }

  protected override save(job: LeasedJob<Spec, Result>): void {
    this.writeRow("job", job);
  }

  protected override async run(effect: LeasedJobEffect, job: LeasedJob<Spec, Result>): Promise<void> {
    if (effect.type === "send") return this.send(job);
    if (effect.type === "progress") return this.recordProgress(job);
    try {
      await this.settle(job);
    } catch (error) {
      await this.dispatch(settleFailure(error));
      throw error;
    }
    await this.dispatch({ type: "settled" });
  }
}
