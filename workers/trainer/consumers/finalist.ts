import { needsAges } from "#engine/algorithms/needs-ages.ts";
import { beginFit, evaluateInSteps } from "#engine/tune/run/fit-steps.ts";
import type { FinalistMessage } from "#jobs/messages.ts";
import type { TrainerDeps } from "../work/deps.ts";
import { workOnStudy } from "./study-work.ts";

/** Fits one of the best trials again, with its learned epochs, and measures it on all users of the validation part. */
export function finalist(deps: TrainerDeps, message: FinalistMessage): Promise<void> {
  return workOnStudy(deps, message, ({ spec, assignment: { configuration, trial } }, work) =>
    deps.kernels.use(async (kernels) => {
      const { algorithm, params } = configuration;
      const split = await deps.datasets.split(spec, spec.split, needsAges(algorithm, params));
      const { train, features, sequences, sessions, queries } = split;
      const seed = spec.seed + trial;
      const data = { userItems: train, features, sequences, sessions };
      const task = beginFit({ algorithm, params, ...data, kernels, seed });
      try {
        while (!task.done) {
          task.step();
          await work.breathe(task.progress);
        }
        const { cutoff, metric } = spec;
        const { validation: heldout, disliked, validationItems: candidates } = split;
        const steps = evaluateInSteps(task.model(), {
          ...{ seen: train, heldout, disliked, candidates, cutoffs: [cutoff] },
          ...{ userFeatures: features?.users, queries },
        });
        let step = steps.next();
        for (; !step.done; step = steps.next()) await work.breathe(step.value);
        const { metrics } = step.value;
        const value = metrics[`${metric}@${cutoff}`] as number;
        return { kind: "finalist", remeasured: { value, metrics } };
      } finally {
        task.dispose();
      }
    }),
  );
}
