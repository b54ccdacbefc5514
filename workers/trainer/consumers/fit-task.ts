/** A task of a training by blocks. */
import type { FitTaskMessage } from "#jobs/messages.ts";
import type { TrainingResult, TrainingSpec } from "#jobs/training-job.ts";
import { fitPrefix } from "#storage/keys.ts";
import { runTrainingTask } from "../blocks/blocked-training.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { meteredDeps } from "../work/meter-store.ts";
import { workOnTask } from "../work/staged-work.ts";

export function fitTask(deps: TrainerDeps, { modelId, stage, task }: FitTaskMessage): Promise<void> {
  return workOnTask<TrainingSpec, TrainingResult>(
    deps,
    deps.training(modelId),
    { stage, task },
    {
      prefix: ({ projectId }) => fitPrefix(projectId, modelId),
      run: async ({ spec }, work) => {
        // A task counts on the room that a study before it took.
        deps.datasets.release();
        const metered = meteredDeps(deps);
        const outcome = await runTrainingTask(metered.deps, spec, { stage, task }, work);
        return { ...outcome, took: await metered.took() };
      },
    },
  );
}
