import type { LeasedJobEvent, LeasedJobReply } from "#jobs/leased-job.ts";
import type { JobObject } from "./bindings.ts";
import { reasonOf } from "./consumers/reason.ts";
import type { TrainerDeps } from "./deps.ts";
import { ClaimLost, type Work } from "./work.ts";

export type Assignment<Spec> = Extract<LeasedJobReply<Spec>, { type: "assignment" }>;

/** How a piece of work ended, told to the job with the number of the claim. */
export type Ending<Result> =
  | { readonly type: "complete"; readonly result: Result }
  | { readonly type: "slice-done"; readonly checkpointKey: string; readonly progress: number };

/**
 * Claims a job of one worker at a time, does its work while renewing the claim, and tells how it ended. Does nothing when somebody
 * else has it; stops without a word when the claim is lost.
 *
 * @param isFinal Whether an error would come again: the job is then refused at once instead of tried three times.
 */
export async function workOnJob<Spec, Result>(
  deps: Pick<TrainerDeps, "work">,
  job: JobObject<LeasedJobEvent<Spec, Result>, LeasedJobReply<Spec>>,
  isFinal: (error: unknown) => boolean,
  compute: (assignment: Assignment<Spec>, work: Work) => Promise<Ending<Result>>,
): Promise<void> {
  const assignment = await job.handle({ type: "claim" });
  if (assignment.type !== "assignment") return;
  const { claim } = assignment;
  const work = deps.work(async (progress) => {
    const answer = await job.handle({ type: "renew", claim, progress });
    return answer.type === "lease" && answer.keepOn;
  });
  try {
    await job.handle({ claim, ...(await compute(assignment, work)) });
  } catch (error) {
    if (error instanceof ClaimLost) return;
    await job.handle({ type: isFinal(error) ? "refuse" : "fail", claim, reason: reasonOf(error) });
  }
}
