/** A job that one worker does, unless it finds it too large for an isolate: then it is cut into stages that many do. */
import type { WorkEstimate } from "#contract/work.ts";
import { beginWork } from "./job-work.ts";
import {
  advanceLeasedJob,
  type LeasedJob,
  type LeasedJobEffect,
  type LeasedJobEvent,
  type LeasedJobReply,
} from "./leased-job.ts";
import { holdsClaim, type Millis } from "./leased-task.ts";
import {
  advanceStagedJob,
  beginStages,
  type Stage,
  type StagedEffect,
  type StagedEvent,
  type StagedJob,
  type StagedReply,
  type TaskEvent,
} from "./staged-job.ts";
import type { Step } from "./step.ts";

export type CuttableJob<Spec, Result> = LeasedJob<Spec, Result> | StagedJob<Spec, Result>;

/** `shard`: the worker that has the job finds it too large. It says with which stages it is done, and may add to what they work on. */
export type CuttableEvent<Spec, Result> =
  | LeasedJobEvent<Spec, Result>
  | TaskEvent<Result>
  | {
      readonly type: "shard";
      readonly claim: number;
      readonly stages: readonly Stage[];
      readonly spec?: Spec;
      readonly estimate?: WorkEstimate;
    };
export type CuttableReply<Spec> = LeasedJobReply<Spec> | StagedReply<Spec>;
export type CuttableEffect = LeasedJobEffect | StagedEffect;

export function isSharded<Spec, Result>(job: CuttableJob<Spec, Result>): job is StagedJob<Spec, Result> {
  return "staged" in job;
}

export function advanceCuttable<Spec, Result>(
  job: CuttableJob<Spec, Result> | null,
  event: CuttableEvent<Spec, Result>,
  now: Millis,
): Step<CuttableJob<Spec, Result>, CuttableEffect, CuttableReply<Spec>> | null {
  if (job !== null && isSharded(job)) return advanceStagedJob(job, toStaged(event), now);
  switch (event.type) {
    case "shard": {
      if (job === null) return null;
      const { claim, stages, spec = job.spec, estimate } = event;
      const work = estimate && beginWork(estimate);
      if (holdsClaim(job.task, claim)) return beginStages({ ...job, spec }, { stages, work }, now);
      return advanceLeasedJob(job, { type: "renew", claim }, now);
    }
    case "claim-task":
    case "renew-task":
    case "task-done":
    case "task-refused":
    case "task-failed":
    case "cleaned":
      // Of a job that was erased and began again.
      return null;
    default:
      return advanceLeasedJob(job, event, now);
  }
}

function toStaged<Spec, Result>(event: CuttableEvent<Spec, Result>): StagedEvent<Result> {
  switch (event.type) {
    case "shard":
    case "claim":
    case "renew":
    case "slice-done":
    case "complete":
    case "refuse":
    case "fail":
      return { type: "void" };
    default:
      return event;
  }
}
