import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { CHECKPOINT_KIND } from "#engine/artifact/kinds.ts";
import { requireRoom } from "#engine/estimate/require-room.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { beginFit } from "#engine/tune/trial/fit-steps.ts";
import type { FitPartMessage } from "#jobs/messages.ts";
import { studyPartKey } from "#storage/keys.ts";
import type { TrainerDeps } from "../deps.ts";
import { endFit, storedFormOf } from "../stored-form.ts";
import type { Work } from "../work.ts";
import { type StudyAssignment, workOnStudy } from "./study-work.ts";

/** Fits a candidate of a study's blend on the training part and stores it. A repeated message writes the same object again. */
export function fitPart(deps: TrainerDeps, message: FitPartMessage): Promise<void> {
  return workOnStudy(deps, message, (given, work) =>
    deps.kernels.use(async (kernels) => {
      const { spec, assignment } = given;
      const model = await fitModel(deps, kernels, given, work);
      // One byte a factor: what a blend of the platform stores and serves.
      const sections = await storedFormOf(model, true, () => work.breathe(1));
      const key = studyPartKey(spec.projectId, spec.jobId, assignment.trial);
      const meta = { job_id: spec.jobId, project_id: spec.projectId, trial: assignment.trial };
      const bytes = await deps.artifacts.put(key, { kind: CHECKPOINT_KIND, meta, sections });
      return { kind: "fit-part", part: { trial: assignment.trial, key, bytes } };
    }),
  );
}

/** The model of the trial. Its end releases the transposed data before the model is encoded. */
async function fitModel(
  deps: TrainerDeps,
  kernels: Kernels,
  { spec, assignment }: StudyAssignment<"fit-part">,
  work: Work,
) {
  const { algorithm, params } = assignment.configuration;
  const { train } = await deps.datasets.split(spec.datasetKey, spec.split, needsAges(algorithm, params));
  requireRoom(train, algorithm, params, spec.memoryBudgetMb);
  const seed = spec.seed + assignment.trial;
  const task = beginFit({ algorithm, params, userItems: train, kernels, seed });
  while (!task.done) {
    task.step();
    await work.breathe(task.progress);
  }
  return endFit(task);
}
