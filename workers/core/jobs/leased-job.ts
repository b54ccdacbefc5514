/**
 * A job of one worker at a time: reading an upload, or training a model in slices. The whole behaviour, without a runtime. Wrong
 * input is refused at once (`refuse`); any other failure is tried three times (`fail`, a lost lease). A slice that ends early
 * passes its checkpoint to the next one, so a job survives the CPU limit and a killed worker.
 */
import {
  claimTask,
  continueTask,
  dueAt,
  endClaim,
  finishTask,
  holdsClaim,
  isOver,
  LEASE_LOST,
  type LeasedTask,
  type Millis,
  markSent,
  newTask,
  overdue,
  RESEND_AFTER_MS,
  RESEND_AFTER_POKE_MS,
  refuseTask,
  renewTask,
} from "./leased-task.ts";
import {
  countSettleFailure,
  isGivenUp,
  SETTLE_RETRY_MS,
  type SettleFailed,
  type SettleState,
} from "./settling.ts";
import { assertNever, type Step } from "./step.ts";

export interface LeasedJob<Spec, Result> extends SettleState {
  readonly spec: Spec;
  readonly task: LeasedTask;
  /** Slices finished so far. */
  readonly slices: number;
  /** The key of the last slice's checkpoint; null before the first has ended. */
  readonly checkpointKey: string | null;
  /** 0 … 1. */
  readonly progress: number;
  readonly result: Result | null;
  /** Whether the outcome is in the database. */
  readonly settled: boolean;
}

export type LeasedJobEvent<Spec, Result> =
  | { readonly type: "start"; readonly spec: Spec }
  | { readonly type: "claim" }
  | WorkerEvent<Result>
  | { readonly type: "settled" }
  | SettleFailed
  | { readonly type: "alarm" }
  | { readonly type: "poke" };

/** A report of a worker; `claim` is the number from its claim. */
export type WorkerEvent<Result> =
  | { readonly type: "renew"; readonly claim: number; readonly progress?: number }
  | {
      readonly type: "slice-done";
      readonly claim: number;
      readonly checkpointKey: string;
      readonly progress: number;
    }
  | { readonly type: "complete"; readonly claim: number; readonly result: Result }
  | { readonly type: "refuse"; readonly claim: number; readonly reason: string }
  | { readonly type: "fail"; readonly claim: number; readonly reason: string };

/** `send` announces the work to a worker; `progress` informs watchers; `settle` writes the outcome to the database. */
export type LeasedJobEffect = { readonly type: "send" | "progress" | "settle" };

/**
 * `keepOn: false` tells a worker with a void claim to stop: another worker has the work and writes the result. `nothing` means
 * that no worker has it, because the job does not exist or has failed: the worker must delete its objects.
 */
export type LeasedJobReply<Spec> =
  | {
      readonly type: "assignment";
      readonly claim: number;
      readonly spec: Spec;
      readonly slices: number;
      readonly checkpointKey: string | null;
    }
  | { readonly type: "lease"; readonly keepOn: boolean }
  | { readonly type: "nothing" };

const TAKEN = { type: "lease", keepOn: true } as const;

type JobStep<Spec, Result> = Step<LeasedJob<Spec, Result>, LeasedJobEffect, LeasedJobReply<Spec>>;

/** Null when there is no such job: then only `start` changes anything. */
export function advanceLeasedJob<Spec, Result>(
  job: LeasedJob<Spec, Result> | null,
  event: LeasedJobEvent<Spec, Result>,
  now: Millis,
): JobStep<Spec, Result> | null {
  if (job === null) return event.type === "start" ? begin(event.spec, now) : null;
  switch (event.type) {
    case "start":
      // A start of an ended job means that its row is still open: writes the outcome again.
      if (isOver(job.task)) return step(job, now, ["settle"]);
      return wake(job, now, RESEND_AFTER_POKE_MS);
    case "poke":
      return wake(job, now, RESEND_AFTER_POKE_MS);
    case "alarm":
      return wake(job, now, RESEND_AFTER_MS);
    case "claim":
      return claim(job, now);
    case "settled":
      return step({ ...job, settled: true }, now);
    case "settle-failed":
      return hearSettleFailed(job, event, now);
    case "renew":
    case "slice-done":
    case "complete":
    case "refuse":
    case "fail":
      return holdsClaim(job.task, event.claim) ? hear(job, event, now) : dismiss(job, now);
    default:
      return assertNever(event);
  }
}

function begin<Spec, Result>(spec: Spec, now: Millis): JobStep<Spec, Result> {
  const job: LeasedJob<Spec, Result> = {
    spec,
    task: newTask(now),
    slices: 0,
    checkpointKey: null,
    progress: 0,
    result: null,
    settled: false,
  };
  return step(job, now, ["send"]);
}

function claim<Spec, Result>(job: LeasedJob<Spec, Result>, now: Millis): JobStep<Spec, Result> {
  const task = claimTask(job.task, now);
  if (!task) return step(job, now);
  const { spec, slices, checkpointKey } = job;
  const reply = { type: "assignment", claim: task.claims, spec, slices, checkpointKey } as const;
  return step({ ...job, task }, now, ["progress"], reply);
}

function hear<Spec, Result>(
  job: LeasedJob<Spec, Result>,
  event: WorkerEvent<Result>,
  now: Millis,
): JobStep<Spec, Result> {
  switch (event.type) {
    case "renew": {
      const progress = event.progress ?? job.progress;
      const renewed = { ...job, task: renewTask(job.task, now), progress };
      return step(renewed, now, ["progress"], { type: "lease", keepOn: true });
    }
    case "slice-done": {
      const { checkpointKey, progress } = event;
      const task = continueTask(job.task, now);
      const next = { ...job, task, slices: job.slices + 1, checkpointKey, progress };
      return step(next, now, ["progress", "send"], TAKEN);
    }
    case "complete": {
      const done = { ...job, task: finishTask(job.task), progress: 1, result: event.result };
      return step(done, now, ["settle"], TAKEN);
    }
    case "refuse":
      return step({ ...job, task: refuseTask(job.task, event.reason) }, now, ["settle"]);
    case "fail":
      return lose(job, event.reason, now);
    default:
      return assertNever(event);
  }
}

function dismiss<Spec, Result>(job: LeasedJob<Spec, Result>, now: Millis): JobStep<Spec, Result> {
  if (job.task.phase === "failed") return step(job, now);
  return step(job, now, [], { type: "lease", keepOn: false });
}

/** If a result cannot be written, the job fails; writing that failure is tried without end. */
function hearSettleFailed<Spec, Result>(
  job: LeasedJob<Spec, Result>,
  event: SettleFailed,
  now: Millis,
): JobStep<Spec, Result> {
  const counted: LeasedJob<Spec, Result> = countSettleFailure(job);
  if (job.task.phase !== "done" || !isGivenUp(job, event)) return step(counted, now);
  const task = refuseTask(job.task, event.reason);
  const failed: LeasedJob<Spec, Result> = { ...counted, task, result: null, settled: false };
  return step(failed, now, ["settle"]);
}

/**
 * Decides what to do as time passes. Cases, first match wins:
 *  - over, but not in the database  → settle again
 *  - the worker fell silent         → the claim ends; another attempt or the end
 *  - the message seems lost         → send it again
 */
function wake<Spec, Result>(
  job: LeasedJob<Spec, Result>,
  now: Millis,
  resendAfterMs: Millis,
): JobStep<Spec, Result> {
  if (isOver(job.task)) return step(job, now, job.settled ? [] : ["settle"]);
  const late = overdue(job.task, now, resendAfterMs);
  if (late === "lease-lost") return lose(job, LEASE_LOST, now);
  if (late === "message-lost") return step({ ...job, task: markSent(job.task, now) }, now, ["send"]);
  return step(job, now);
}

function lose<Spec, Result>(
  job: LeasedJob<Spec, Result>,
  reason: string,
  now: Millis,
): JobStep<Spec, Result> {
  const task = endClaim(job.task, reason, now);
  if (task.phase === "failed") return step({ ...job, task }, now, ["settle"]);
  return step({ ...job, task }, now, ["send"], TAKEN);
}

function step<Spec, Result>(
  state: LeasedJob<Spec, Result>,
  now: Millis,
  effects: readonly LeasedJobEffect["type"][] = [],
  reply: LeasedJobReply<Spec> = { type: "nothing" },
): JobStep<Spec, Result> {
  const settleAt = state.settled ? null : now + SETTLE_RETRY_MS;
  const alarmAt = isOver(state.task) ? settleAt : dueAt(state.task);
  return { state, effects: effects.map((type) => ({ type })), reply, alarmAt };
}
