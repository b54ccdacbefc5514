/** A task of a study's measurement on all data. */
import type { MeasuringTaskMessage } from "#jobs/messages.ts";
import type { StagedReply, TaskEvent } from "#jobs/staged-job.ts";
import type { MeasuringResult, MeasuringSpec } from "#jobs/study-measuring.ts";
import { measuringPrefix } from "#storage/keys.ts";
import { runMeasuringTask } from "../blocks/blocked-measuring.ts";
import type { TrainerDeps, WorkedJob } from "../work/deps.ts";
import { workOnTask } from "../work/staged-work.ts";

export function measuringTask(
  deps: TrainerDeps,
  { jobId, part, stage, task }: MeasuringTaskMessage,
): Promise<void> {
  const study = deps.study(jobId);
  const job: WorkedJob<TaskEvent<MeasuringResult>, StagedReply<MeasuringSpec>> = {
    async handle(event) {
      const reply = await study.handle({ type: "measuring", part, event });
      return reply.type === "measuring" ? reply.reply : { type: "nothing" };
    },
  };
  return workOnTask<MeasuringSpec, MeasuringResult>(
    deps,
    job,
    { stage, task },
    {
      prefix: ({ projectId }) => measuringPrefix(projectId, jobId, part),
      run: ({ spec }, work) => {
        // A task counts on the room that the sample takes.
        deps.datasets.release();
        return runMeasuringTask(deps, spec, { stage, task }, work);
      },
    },
  );
}
