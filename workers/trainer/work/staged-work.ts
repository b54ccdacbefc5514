import { EngineError } from "#engine/engine-error.ts";
import { ObjectMissing } from "#engine/scale/blocks/object-store.ts";
import type { LeasedJobEvent, LeasedJobReply } from "#jobs/leased-job.ts";
import type { StagedReply, TaskDone, TaskEvent, TaskRef, TaskReport } from "#jobs/staged-job.ts";
import { deletePrefix } from "#storage/delete-objects.ts";
import type { TrainerDeps, WorkedJob } from "./deps.ts";
import { reasonOf } from "./reason.ts";
import { ClaimLost, type Work } from "./work.ts";

export type TaskAssignment<Spec> = Extract<StagedReply<Spec>, { type: "task" }>;

export type TaskOutcome<Result> = Omit<TaskDone<Result>, "type">;

export interface StagedWork<Spec, Result> {
  /** Runs one task. Throws `EngineError` for what would repeat: the job is then refused at once. */
  readonly run: (assignment: TaskAssignment<Spec>, work: Work) => Promise<TaskOutcome<Result>>;
  /** What the keys of all objects of the job's tasks begin with. Nothing else has such keys. */
  readonly prefix: (spec: Spec) => string;
}

type Deps = Pick<TrainerDeps, "work" | "store" | "files">;
/** The job as a worker has it; it may answer what it answers to workers of whole jobs, too. */
type Job<Spec, Result> = WorkedJob<TaskEvent<Result>, StagedReply<Spec> | { readonly type: "assignment" }>;

/** A job that may be cut, as the worker of the whole has it: no reply to it gives it a task. */
export function asWholeJob<Event, Spec, Result>(
  job: WorkedJob<Event | LeasedJobEvent<Spec, Result>, LeasedJobReply<Spec> | StagedReply<Spec>>,
): WorkedJob<LeasedJobEvent<Spec, Result>, LeasedJobReply<Spec>> {
  return {
    async handle(event) {
      const reply = await job.handle(event);
      return reply.type === "task" ? { type: "nothing" } : reply;
    },
  };
}

/**
 * Claims a task, does it while renewing the claim, and reports the end. Does nothing when another worker has it; stops silently when the claim is
 * lost. If the job is over or gone, all objects of its tasks are deleted: this one may have written after the others were.
 */
export async function workOnTask<Spec, Result>(
  deps: Deps,
  job: Job<Spec, Result>,
  ref: TaskRef,
  { run, prefix }: StagedWork<Spec, Result>,
): Promise<void> {
  const assignment = await job.handle({ type: "claim-task", ...ref });
  if (assignment.type !== "task") return;
  const answer = await attempt(deps, job, { ref, assignment }, run);
  if (answer.type !== "nothing") return;
  const store = { delete: deps.files.delete.bind(deps.files), list: deps.store.list.bind(deps.store) };
  await deletePrefix(store, prefix(assignment.spec));
}

interface Attempt<Spec> {
  readonly ref: TaskRef;
  readonly assignment: TaskAssignment<Spec>;
}

/** The job's answer to the last report. */
async function attempt<Spec, Result>(
  deps: Deps,
  job: Job<Spec, Result>,
  { ref, assignment }: Attempt<Spec>,
  run: StagedWork<Spec, Result>["run"],
) {
  const claimed = { ...ref, claim: assignment.claim };
  const tell = (report: TaskReport<Result>) => untilHeard(() => job.handle(report));
  const work = deps.work(async () => {
    const answer = await tell({ type: "renew-task", ...claimed });
    return answer.type === "lease" && answer.keepOn;
  });
  let report: TaskReport<Result>;
  try {
    report = { type: "task-done", ...claimed, ...(await work.keepAlive(() => run(assignment, work))) };
  } catch (error) {
    if (error instanceof ClaimLost) report = { type: "renew-task", ...claimed };
    else {
      const isFinal = error instanceof EngineError && !(error instanceof ObjectMissing);
      const type = isFinal ? "task-refused" : "task-failed";
      report = { type, ...claimed, reason: reasonOf(error) };
    }
  }
  return tell(report);
}

const MOST_CALLS = 4;

/**
 * A job that is moved or deployed again cannot be reached for a moment. That is no failure of the task, and a report does no harm when it comes
 * twice. Throws what the last call throws.
 */
async function untilHeard<Reply>(call: () => Promise<Reply>): Promise<Reply> {
  for (let calls = 1; calls < MOST_CALLS; calls++) {
    try {
      return await call();
    } catch {
      // The last call throws.
    }
  }
  return call();
}
