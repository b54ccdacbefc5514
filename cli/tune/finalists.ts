import type { Kernels } from "#engine/kernels/kernels.ts";
import type { FinishedTrial, StudyPlan } from "#engine/tune/plan/study.ts";
import { evaluateInSteps } from "#engine/tune/run/fit-steps.ts";
import { validationOf } from "#engine/tune/run/measured-trial.ts";
import { StudyPolicy } from "#engine/tune/study-policy.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import type { Progress } from "../terminal/progress.ts";
import type { KeptModels } from "./kept-models.ts";
import { fitModel } from "./measure.ts";
import type { TrialContext } from "./trial-work.ts";

export interface FinalistsInput {
  readonly context: TrialContext;
  readonly plan: StudyPlan;
  readonly trials: readonly FinishedTrial[];
  /** Null where no models were kept. */
  readonly kept: KeptModels | null;
  /** Epoch milliseconds after which no finalist is measured any more; null for no limit. */
  readonly deadline: number | null;
  readonly kernels: Kernels;
  readonly progress: Progress;
}

/**
 * The best of the finalists of a sampled validation, with its value on all users. Null where trials were measured on all users, or
 * where there was no time for two finalists.
 */
export function bestFinalist(input: FinalistsInput): FinishedTrial | null {
  const { context, plan, trials, deadline, progress } = input;
  const finalists = new StudyPolicy(plan).finalists(trials);
  const measured: FinishedTrial[] = [];
  for (const [at, trial] of finalists.entries()) {
    if (deadline !== null && Date.now() >= deadline) break;
    if (at === 0) progress.stage("Measuring the best on all users");
    const metrics = measureOnAll(input, trial);
    measured.push({ ...trial, metrics, value: metrics[`${context.metric}@${context.cutoff}`] as number });
    progress.update((at + 1) / finalists.length, "");
  }
  if (measured.length < 2) return null;
  return measured.reduce((best, one) => ((one.value as number) > (best.value as number) ? one : best));
}

function measureOnAll({ context, kept, kernels, progress }: FinalistsInput, trial: FinishedTrial) {
  const { number, algorithm, params } = trial;
  const { split, cutoff, seed } = context;
  const fitting = {
    algorithm,
    params,
    train: split.train,
    features: split.features,
    sequences: split.sequences,
    sessions: split.sessions,
    kernels,
    seed: seed + number,
    progress,
  };
  const model = kept?.find(number, kernels) ?? fitModel(fitting).model;
  return runToEnd(evaluateInSteps(model, { ...validationOf(split), cutoffs: [cutoff] })).metrics;
}
