import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { requireRoom } from "#engine/estimate/require-room.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";
import type { FitPartMessage } from "#jobs/messages.ts";
import type { TrainerDeps } from "../work/deps.ts";
import type { Work } from "../work/work.ts";
import { endFit, keepStoredForm } from "./stored-form.ts";
import { storeStudyPart } from "./study-part.ts";
import { type StudyAssignment, workOnStudy } from "./study-work.ts";

/** Fits a candidate of a study's blend on the training part and stores it. */
export function fitPart(deps: TrainerDeps, message: FitPartMessage): Promise<void> {
  return workOnStudy(deps, message, (given, work) =>
    deps.kernels.use(async (kernels) => {
      const { spec, assignment } = given;
      const model = await fitModel(deps, kernels, given, work);
      const part = await keepStoredForm(model, {
        // One byte a factor: what a blend of the platform stores and serves.
        isQuantized: true,
        breathe: () => work.breathe(1),
        keep: (sections) => storeStudyPart(deps, spec, assignment.trial, sections),
      });
      return { kind: "fit-part", part };
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
  const split = await deps.datasets.split(spec, spec.split, needsAges(algorithm, params));
  const { train: userItems, features, sequences, sessions } = split;
  requireRoom({ userItems, features, sequences, sessions }, algorithm, params, spec.memoryBudgetMb);
  const seed = spec.seed + assignment.trial;
  const task = beginFit({ algorithm, params, userItems, features, sequences, sessions, kernels, seed });
  while (!task.done) {
    task.step();
    await work.breathe(task.progress);
  }
  return endFit(task);
}
