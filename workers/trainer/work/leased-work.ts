import type { LeasedJobEvent, LeasedJobReply } from "#jobs/leased-job.ts";
import type { TrainerDeps, WorkedJob } from "./deps.ts";
import { reasonOf } from "./reason.ts";
import { ClaimLost, type Work } from "./work.ts";

export type Assignment<Spec> = Extract<LeasedJobReply<Spec>, { type: "assignment" }>;

/** The end of a piece of work, reported to the job with the number of the claim. */
export type Ending<Result> =
  | { readonly type: "complete"; readonly result: Result }
  | { readonly type: "slice-done"; readonly checkpointKey: string; readonly progress: number };

export interface Workmanship<Spec> {
  /** Whether an error would repeat: the job is then refused at once instead of tried three times. */
  readonly isFinal: (error: unknown) => boolean;
  /** The objects of such work, from this attempt and earlier ones: keys that nothing else uses. */
  readonly writes: (assignment: Assignment<Spec>) => readonly string[];
}

type Job<Spec, Result> = WorkedJob<LeasedJobEvent<Spec, Result>, LeasedJobReply<Spec>>;

/**
 * Claims a job of one worker at a time, does its work while renewing the claim, and reports the end. Does nothing when another
 * worker has it; stops silently when the claim is lost. If the job is gone or has failed, its objects are deleted: its row may
 * have been deleted at any moment.
 */
export async function workOnJob<Spec, Result>(
  deps: Pick<TrainerDeps, "work" | "files">,
  job: Job<Spec, Result>,
  { isFinal, writes }: Workmanship<Spec>,
  compute: (assignment: Assignment<Spec>, work: Work) => Promise<Ending<Result>>,
): Promise<void> {
  const assignment = await job.handle({ type: "claim" });
  if (assignment.type !== "assignment") return;
  const answer = await attempt(deps, job, { isFinal, assignment }, compute);
  const written = writes(assignment);
  if (answer.type === "nothing" && written.length > 0) await deps.files.delete([...written]);
}

interface Attempt<Spec> {
  readonly isFinal: Workmanship<Spec>["isFinal"];
  readonly assignment: Assignment<Spec>;
}

/** The job's final report. */
async function attempt<Spec, Result>(
  deps: Pick<TrainerDeps, "work">,
  job: Job<Spec, Result>,
  { isFinal, assignment }: Attempt<Spec>,
  compute: (assignment: Assignment<Spec>, work: Work) => Promise<Ending<Result>>,
) {
  const { claim } = assignment;
  const renew = (progress?: number) =>
    job.handle({ type: "renew", claim, ...(progress === undefined ? {} : { progress }) });
  const work = deps.work(async (progress) => {
    const answer = await renew(progress);
    return answer.type === "lease" && answer.keepOn;
  });
  try {
    const ending = await work.keepAlive(() => compute(assignment, work));
    return await job.handle({ claim, ...ending });
  } catch (error) {
    if (error instanceof ClaimLost) return renew();
    return job.handle({ type: isFinal(error) ? "refuse" : "fail", claim, reason: reasonOf(error) });
  }
}
