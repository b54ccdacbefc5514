import { type TrialContext, workOnTrial } from "#cli/tune/trial-work.ts";
import type { AlgorithmName } from "#contract/algorithms.ts";
import { shapeOf } from "#engine/algorithms/cost/fit-shape.ts";
import type { Section } from "#engine/artifact/section.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { type Split, splitDataset } from "#engine/split/split-dataset.ts";
import { planStudy } from "#engine/tune/plan/plan-study.ts";
import type { FinishedTrial, StudyPlan, TrialAssignment } from "#engine/tune/plan/study.ts";
import { validationSample, watchedSample } from "#engine/tune/plan/validation-sample.ts";
import { runStudy } from "#engine/tune/run-study.ts";
import type { StudySpec } from "#jobs/study-job.ts";

/** What decides the trials of a study. */
export type CommandSpec = Pick<
  StudySpec,
  "split" | "trialCount" | "seed" | "parallelTrials" | "algorithms" | "metric" | "cutoff"
>;

export interface CommandStudy {
  readonly trials: readonly FinishedTrial[];
  readonly best: FinishedTrial | null;
  readonly plan: StudyPlan;
  readonly split: Split;
  readonly context: TrialContext;
}

/** Where the best models wait for a blend. */
export interface ModelShelf {
  leastValue(algorithm: AlgorithmName): number;
  add(trial: number, algorithm: AlgorithmName, value: number, sections: readonly Section[]): void;
}

/** Runs a study as the command does, on the split of a study of the platform: both see the same parts, users and seeds. */
export async function runCommandStudy(
  dataset: Dataset,
  spec: CommandSpec,
  kernels: Kernels,
  shelf: ModelShelf | null = null,
): Promise<CommandStudy> {
  const { seed: splitSeed, ...config } = spec.split;
  const split = splitDataset(dataset, config, splitSeed);
  const users = validationSample(split.validation, splitSeed);
  const everyone = validationSample(split.validation, splitSeed, Number.POSITIVE_INFINITY);
  const { trialCount, seed, parallelTrials: jobs, algorithms, metric, cutoff } = spec;
  const study = {
    trialCount,
    seed,
    pruner: "median",
    jobs,
    isSampled: users.length < everyone.length,
  } as const;
  const room = { shape: shapeOf(dataset.userItems) };
  const plan = planStudy({ train: split.train, algorithms, room, study });
  const context: TrialContext = {
    split,
    users,
    watchedUsers: watchedSample(split.validation, users, splitSeed),
    ...{ metric, cutoff, seed, pruner: plan.pruner, deadline: null },
  };
  const run = async (assignment: TrialAssignment) => {
    // Trials that run beside each other end in another order than they began.
    if (jobs > 1) await new Promise(setImmediate);
    const keepFrom = shelf?.leastValue(assignment.algorithm) ?? null;
    const work = workOnTrial(context, { assignment, keepFrom }, kernels, () => {});
    const { number, algorithm } = assignment;
    if (work?.sections) shelf?.add(number, algorithm, work.result.value as number, work.sections);
    return work?.result ?? null;
  };
  const { trials, best } = await runStudy(plan, { run, isTimeUp: () => false, onFinished: () => {} });
  return { trials, best, plan, split, context };
}
