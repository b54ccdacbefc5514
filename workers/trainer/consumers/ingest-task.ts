/** A task of a file that is read in stages. */
import { EngineError } from "#engine/engine-error.ts";
import type { IngestTaskMessage } from "#jobs/messages.ts";
import type { TaskRef } from "#jobs/staged-job.ts";
import { deletePrefix } from "#storage/delete-objects.ts";
import { shardsPrefix } from "#storage/keys.ts";
import { runShard } from "../reading/read-shards.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { reasonOf } from "../work/reason.ts";
import { ClaimLost } from "../work/work.ts";

type Job = ReturnType<TrainerDeps["ingestion"]>;
type Assignment = Extract<Awaited<ReturnType<Job["handle"]>>, { type: "task" }>;

/**
 * Claims a task, does it while renewing the claim, and reports the end. Does nothing when another worker has it. If the job is over or gone, all
 * objects of its tasks are deleted: this one may have written after the others were.
 */
export async function ingestTask(
  deps: TrainerDeps,
  { source, rowId, stage, task }: IngestTaskMessage,
): Promise<void> {
  const job = deps.ingestion(source, rowId);
  const assignment = await job.handle({ type: "claim-task", stage, task });
  if (assignment.type !== "task") return;
  const answer = await attempt(deps, job, { stage, task }, assignment);
  if (answer.type !== "nothing") return;
  const { projectId } = assignment.spec;
  await deletePrefix(
    { delete: deps.files.delete.bind(deps.files), list: deps.store.list.bind(deps.store) },
    shardsPrefix(projectId, rowId),
  );
}

/** The job's answer to the last report. */
async function attempt(deps: TrainerDeps, job: Job, ref: TaskRef, { claim, spec, stage }: Assignment) {
  const renew = () => job.handle({ type: "renew-task", ...ref, claim });
  const work = deps.work(async () => {
    const answer = await renew();
    return answer.type === "lease" && answer.keepOn;
  });
  try {
    const outcome = await runShard(deps, spec, { stage, task: ref.task }, work);
    return await job.handle({ type: "task-done", ...ref, claim, ...outcome });
  } catch (error) {
    if (error instanceof ClaimLost) return renew();
    const type = error instanceof EngineError ? "task-refused" : "task-failed";
    return job.handle({ type, ...ref, claim, reason: reasonOf(error) });
  }
}
