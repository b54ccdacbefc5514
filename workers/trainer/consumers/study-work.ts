import type { StudyWorkMessage } from "#jobs/messages.ts";
import type { StudyReply } from "#jobs/study-job.ts";
import type { StudyWork, WorkAssignment, WorkResult } from "#jobs/study-work.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { reasonOf } from "../work/reason.ts";
import { ClaimLost, type Work } from "../work/work.ts";
import { deleteIfOver } from "./end-of-study.ts";
import { failsAlike } from "./fails-alike.ts";

type Given = Extract<StudyReply, { readonly type: "work" }>;

/** A claimed piece of a study's work. */
export type StudyAssignment<Kind extends StudyWork["kind"]> = Omit<Given, "assignment"> & {
  readonly assignment: Extract<WorkAssignment, { readonly kind: Kind }>;
};

type ResultOf<Kind extends StudyWork["kind"]> = Extract<WorkResult, { readonly kind: Kind }>;

/**
 * Claims a piece of a study's work, does it while renewing the claim, and reports the result. Does nothing when another worker
 * has it; stops silently when the claim is lost.
 */
export async function workOnStudy<Kind extends StudyWork["kind"]>(
  deps: TrainerDeps,
  { v: _, jobId, ...message }: StudyWorkMessage & { readonly kind: Kind },
  compute: (given: StudyAssignment<Kind>, work: Work) => Promise<ResultOf<Kind>>,
): Promise<void> {
  const study = deps.study(jobId);
  const work = message as StudyWork;
  const reply = await study.handle({ type: "claim-work", work });
  if (reply.type !== "work" || reply.assignment.kind !== work.kind) return;
  const caller = { work, claim: reply.claim };
  const renew = () => study.handle({ type: "renew-work", ...caller });
  const effort = deps.work(async () => {
    const answer = await renew();
    return answer.type === "lease" && answer.keepOn;
  });
  await deleteIfOver(deps, reply.spec, await attempt());

  async function attempt(): Promise<StudyReply> {
    try {
      const result = await compute(reply as StudyAssignment<Kind>, effort);
      return await study.handle({ type: "complete-work", ...caller, result });
    } catch (error) {
      if (error instanceof ClaimLost) return renew();
      const type = failsAlike(error) ? "refuse-work" : "fail-work";
      return study.handle({ type, ...caller, reason: reasonOf(error) });
    }
  }
}
