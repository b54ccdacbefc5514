/**
 * A job whose work is cut into stages of tasks that many workers do at once. The whole behaviour, without a runtime. All tasks of a stage are
 * done before the next stage begins; a task may say which stages follow. A task is a `LeasedTask`: its message may be lost, doubled or late,
 * and its worker may fall silent. A task that runs twice writes the same objects twice, which does no harm; these are deleted when the job is
 * over.
 */
import type { JobWork } from "#contract/work.ts";
import { addWork, type TaskWork } from "./job-work.ts";
import type { LeasedJob } from "./leased-job.ts";
import {
  claimTask,
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
import { countSettleFailure, isGivenUp, SETTLE_RETRY_MS, type SettleFailed } from "./settling.ts";
import { assertNever, earliest, type Step } from "./step.ts";

export interface Stage {
  readonly name: string;
  readonly taskCount: number;
}

/** The job of one worker at a time that it was before it was cut, and its tasks. */
export interface StagedJob<Spec, Result> extends LeasedJob<Spec, Result> {
  readonly staged: {
    readonly stages: readonly Stage[];
    /** The present stage. */
    readonly stage: number;
    /** Tasks of the stage whose messages were sent, in their order. */
    readonly tasks: readonly (LeasedTask | "done")[];
    /** Whether the objects of the tasks are deleted. */
    readonly isCleaned: boolean;
    /** Until when a worker without a claim may still write. Such objects are deleted then, too. */
    readonly strayUntil?: Millis;
    /** Absent where nobody estimated it. */
    readonly work?: JobWork;
  };
}

/** Which task a worker speaks of. */
export interface TaskRef {
  readonly stage: number;
  readonly task: number;
}

/** `claim` is the number from the claim of the task. */
export type TaskEvent<Result> =
  | ({ readonly type: "claim-task" } & TaskRef)
  | TaskReport<Result>
  | { readonly type: "cleaned" };

export interface TaskDone<Result> {
  readonly type: "task-done";
  /** Stages that follow those known. */
  readonly next: readonly Stage[];
  /** That of the job, from its last task. */
  readonly result?: Result;
  /** Whether nothing is left to do, whatever stages follow. */
  readonly isEnd?: boolean;
  readonly took?: TaskWork;
}

export type TaskReport<Result> = TaskRef & { readonly claim: number } & (
    | { readonly type: "renew-task" }
    | TaskDone<Result>
    | { readonly type: "task-refused"; readonly reason: string }
    | { readonly type: "task-failed"; readonly reason: string }
  );

export type StagedEvent<Result> =
  | TaskEvent<Result>
  | { readonly type: "start" | "poke" | "alarm" | "settled" | "void" | "cancel" }
  | SettleFailed;

/** `send-tasks` announces tasks of the present stage; `progress` informs watchers; `clean` deletes the objects of all tasks. */
export type StagedEffect =
  | { readonly type: "send-tasks"; readonly tasks: readonly number[] }
  | { readonly type: "progress" | "settle" | "clean" };

/** As in `LeasedJobReply`: `nothing` means that no worker has the job any more. */
export type StagedReply<Spec> =
  | { readonly type: "task"; readonly claim: number; readonly spec: Spec; readonly stage: string }
  | { readonly type: "lease"; readonly keepOn: boolean }
  | { readonly type: "nothing" };

/** Queues have at most 250 consumers; with more messages under way, some would wait longer than a message that is lost. */
export const MOST_IN_FLIGHT = 250;

/** The longest that the platform lets a worker of a queue run. */
export const LONGEST_WORK_MS = 15 * 60_000;
/** The reason of a job that was cancelled. */
export const CANCELLED = "The job was cancelled.";

type StagedStep<Spec, Result> = Step<StagedJob<Spec, Result>, StagedEffect, StagedReply<Spec>>;

const VOID = { type: "lease", keepOn: false } as const;
const TAKEN = { type: "lease", keepOn: true } as const;

/** Cuts a job. Its stages are those known so far. */
export function beginStages<Spec, Result>(
  job: LeasedJob<Spec, Result>,
  { stages, work }: { readonly stages: readonly Stage[]; readonly work?: JobWork | undefined },
  now: Millis,
): StagedStep<Spec, Result> {
  const staged = { stages, stage: 0, tasks: [], isCleaned: false, ...(work && { work }) };
  return proceed({ ...job, task: { ...job.task, leaseUntil: 0 }, staged }, now, TAKEN);
}

export function advanceStagedJob<Spec, Result>(
  job: StagedJob<Spec, Result>,
  event: StagedEvent<Result>,
  now: Millis,
): StagedStep<Spec, Result> {
  switch (event.type) {
    case "start":
      // The row of an ended job is still open: writes the outcome again.
      if (isOver(job.task)) return step(job, now, [{ type: "settle" }]);
      return wake(job, now, RESEND_AFTER_POKE_MS);
    case "poke":
      return wake(job, now, RESEND_AFTER_POKE_MS);
    case "alarm":
      return wake(job, now, RESEND_AFTER_MS);
    case "settled":
      return step({ ...job, settled: true }, now);
    case "settle-failed":
      return hearSettleFailed(job, event, now);
    case "cleaned":
      return step({ ...job, staged: cleaned(job.staged, now) }, now);
    case "cancel":
      if (isOver(job.task)) return step(job, now, openEffects(job, now));
      return end({ ...job, task: refuseTask(job.task, CANCELLED) }, now);
    case "claim-task":
      return claim(job, event, now);
    case "void":
      // A call of the worker that had the whole job.
      return step(job, now, [], VOID);
    case "renew-task":
    case "task-done":
    case "task-refused":
    case "task-failed":
      return report(job, event, now);
    default:
      return assertNever(event);
  }
}

function claim<Spec, Result>(
  job: StagedJob<Spec, Result>,
  ref: TaskRef,
  now: Millis,
): StagedStep<Spec, Result> {
  const open = openTask(job, ref);
  const claimed = open && claimTask(open, now);
  if (!claimed) return step(job, now);
  const { name = "" } = job.staged.stages[ref.stage] ?? {};
  const reply = { type: "task", claim: claimed.claims, spec: job.spec, stage: name } as const;
  return step(withTask(job, ref.task, claimed), now, [], reply);
}

/** Cases: the job is over; the claim is void; a report of the worker that has the task. */
function report<Spec, Result>(
  job: StagedJob<Spec, Result>,
  event: TaskReport<Result>,
  now: Millis,
): StagedStep<Spec, Result> {
  if (isOver(job.task)) return step(job, now);
  const open = openTask(job, event);
  if (!open || !holdsClaim(open, event.claim)) return step(job, now, [], VOID);
  switch (event.type) {
    case "renew-task":
      return step(withTask(job, event.task, renewTask(open, now)), now, [], TAKEN);
    case "task-done": {
      const { staged } = job;
      const work = staged.work && event.took ? { work: addWork(staged.work, event.took) } : {};
      const told = { ...job, staged: { ...staged, ...work, stages: [...staged.stages, ...event.next] } };
      return proceed(
        { ...withTask(told, event.task, "done"), result: event.result ?? job.result },
        now,
        TAKEN,
      );
    }
    case "task-refused":
      return end({ ...job, task: refuseTask(job.task, event.reason) }, now);
    case "task-failed":
      return lose(job, event.task, open, { reason: event.reason, now });
    default:
      return assertNever(event);
  }
}

/** The task if it is one of the present stage and not done. */
function openTask<Spec, Result>(
  { task: whole, staged }: StagedJob<Spec, Result>,
  ref: TaskRef,
): LeasedTask | null {
  if (isOver(whole) || ref.stage !== staged.stage) return null;
  const task = staged.tasks[ref.task];
  return task === undefined || task === "done" ? null : task;
}

function withTask<Spec, Result>(
  job: StagedJob<Spec, Result>,
  at: number,
  task: LeasedTask | "done",
): StagedJob<Spec, Result> {
  const tasks = job.staged.tasks.map((known, index) => (index === at ? task : known));
  return { ...job, staged: { ...job.staged, tasks } };
}

/**
 * Sends what can begin. Cases, first match wins:
 *  - all tasks of the last stage are done → the job is done
 *  - all tasks of the stage are done      → the next stage
 *  - fewer are under way than may be      → the next tasks
 */
function proceed<Spec, Result>(
  job: StagedJob<Spec, Result>,
  now: Millis,
  reply: StagedReply<Spec>,
): StagedStep<Spec, Result> {
  const { stages, stage, tasks } = job.staged;
  const taskCount = stages[stage]?.taskCount ?? 0;
  const underWay = tasks.filter((task) => task !== "done").length;
  if (underWay === 0 && tasks.length === taskCount) {
    if (stage + 1 >= stages.length) return finish(job, now, reply);
    const progress = Math.max(job.progress, (stage + 1) / (stages.length + 1));
    return proceed({ ...job, progress, staged: { ...job.staged, stage: stage + 1, tasks: [] } }, now, reply);
  }
  const room = Math.min(MOST_IN_FLIGHT - underWay, taskCount - tasks.length);
  const begun = Array.from({ length: Math.max(0, room) }, (_, at) => tasks.length + at);
  const all = [...tasks, ...begun.map(() => newTask(now))];
  const next = { ...job, staged: { ...job.staged, tasks: all } };
  const effects: StagedEffect[] = tasks.length === 0 ? [{ type: "progress" }] : [];
  if (begun.length > 0) effects.push({ type: "send-tasks", tasks: begun });
  return step(next, now, effects, reply);
}

/** A task without a result waits for another worker; after the third attempt the job fails. */
function lose<Spec, Result>(
  job: StagedJob<Spec, Result>,
  at: number,
  task: LeasedTask,
  { reason, now }: { readonly reason: string; readonly now: Millis },
): StagedStep<Spec, Result> {
  const lost = endClaim(task, reason, now);
  if (lost.phase === "failed") return end({ ...job, task: refuseTask(job.task, reason) }, now);
  return step(withTask(job, at, lost), now, [{ type: "send-tasks", tasks: [at] }], TAKEN);
}

function finish<Spec, Result>(
  job: StagedJob<Spec, Result>,
  now: Millis,
  reply: StagedReply<Spec>,
): StagedStep<Spec, Result> {
  return end({ ...job, task: finishTask(job.task), progress: 1 }, now, reply);
}

function end<Spec, Result>(
  job: StagedJob<Spec, Result>,
  now: Millis,
  reply: StagedReply<Spec> = { type: "nothing" },
): StagedStep<Spec, Result> {
  const result = job.task.phase === "done" ? job.result : null;
  const isBusy = job.staged.tasks.some((task) => task !== "done" && task.phase === "running");
  const { staged } = isBusy ? withStray(job, now) : job;
  const over = { ...job, result, staged: { ...staged, tasks: [] } };
  return step(over, now, [{ type: "settle" }, { type: "clean" }], reply);
}

/**
 * Decides what to do as time passes. Cases, first match wins:
 *  - over                          → settles and cleans what is not
 *  - a worker fell silent          → its claim ends; another attempt or the end
 *  - messages seem lost            → sends them again
 */
function wake<Spec, Result>(
  job: StagedJob<Spec, Result>,
  now: Millis,
  resendAfterMs: Millis,
): StagedStep<Spec, Result> {
  if (isOver(job.task)) return step(job, now, openEffects(job, now));
  let woken = job;
  const lost: number[] = [];
  for (const [at, task] of job.staged.tasks.entries()) {
    if (task === "done") continue;
    const late = overdue(task, now, resendAfterMs);
    if (late === null) continue;
    const next = late === "lease-lost" ? endClaim(task, LEASE_LOST, now) : markSent(task, now);
    if (late === "lease-lost") woken = withStray(woken, now);
    if (next.phase === "failed") return end({ ...woken, task: refuseTask(woken.task, LEASE_LOST) }, now);
    woken = withTask(woken, at, next);
    lost.push(at);
  }
  return step(woken, now, lost.length > 0 ? [{ type: "send-tasks", tasks: lost }] : []);
}

function openEffects<Spec, Result>(job: StagedJob<Spec, Result>, now: Millis): StagedEffect[] {
  const { settled, staged } = job;
  const hasStray = staged.strayUntil !== undefined && now >= staged.strayUntil;
  return [
    ...(settled ? [] : [{ type: "settle" } as const]),
    ...(staged.isCleaned && !hasStray ? [] : [{ type: "clean" } as const]),
  ];
}

type Staged = StagedJob<unknown, unknown>["staged"];

/** A worker fell silent, or still works for a job that is over: it may write until the platform ends it, and be killed before it says so. */
function withStray<Spec, Result>(job: StagedJob<Spec, Result>, now: Millis): StagedJob<Spec, Result> {
  return { ...job, staged: { ...job.staged, strayUntil: now + LONGEST_WORK_MS } };
}

function cleaned({ strayUntil, ...staged }: Staged, now: Millis): Staged {
  const mayWrite = strayUntil !== undefined && now < strayUntil;
  return { ...staged, isCleaned: true, ...(mayWrite && { strayUntil }) };
}

/** If a result cannot be written, the job fails; writing that failure is tried without end. */
function hearSettleFailed<Spec, Result>(
  job: StagedJob<Spec, Result>,
  event: SettleFailed,
  now: Millis,
): StagedStep<Spec, Result> {
  const counted: StagedJob<Spec, Result> = countSettleFailure(job);
  if (job.task.phase !== "done" || !isGivenUp(job, event)) return step(counted, now);
  const task = refuseTask(job.task, event.reason);
  const failed: StagedJob<Spec, Result> = { ...counted, task, result: null, settled: false };
  return step(failed, now, [{ type: "settle" }]);
}

function step<Spec, Result>(
  state: StagedJob<Spec, Result>,
  now: Millis,
  effects: readonly StagedEffect[] = [],
  reply: StagedReply<Spec> = { type: "nothing" },
): StagedStep<Spec, Result> {
  return { state, effects, reply, alarmAt: stagedAlarm(state, now) };
}

/**
 * When to look at the job next; null when nothing is left to wait for.
 * @param isHeld Whether no task may begin: then those that wait are not waited for.
 */
export function stagedAlarm<Spec, Result>(
  job: StagedJob<Spec, Result>,
  now: Millis,
  isHeld = false,
): Millis | null {
  if (isOver(job.task)) {
    const isOpen = openEffects(job, now).length > 0;
    return isOpen ? now + SETTLE_RETRY_MS : (job.staged.strayUntil ?? null);
  }
  const isAwaited = (task: LeasedTask) => !isHeld || task.phase === "running";
  return earliest(job.staged.tasks.map((task) => (task === "done" || !isAwaited(task) ? null : dueAt(task))));
}

/** Sends the tasks again that wait for a worker. */
export function stagedSends<Spec, Result>(
  job: StagedJob<Spec, Result>,
  now: Millis,
): StagedStep<Spec, Result> {
  if (isOver(job.task)) return step(job, now);
  const sent: number[] = [];
  const tasks = job.staged.tasks.map((task, at) => {
    if (task === "done" || task.phase !== "waiting") return task;
    sent.push(at);
    return markSent(task, now);
  });
  const effects: StagedEffect[] = sent.length > 0 ? [{ type: "send-tasks", tasks: sent }] : [];
  return step({ ...job, staged: { ...job.staged, tasks } }, now, effects);
}
