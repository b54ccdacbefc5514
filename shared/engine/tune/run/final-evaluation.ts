import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { Model } from "../../algorithms/fit/algorithm.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import {
  type Intervals,
  intervalsOf,
  type Resampled,
  resampleInSteps,
} from "../../evaluate/bootstrap-interval.ts";
import type { EvaluationResult } from "../../evaluate/evaluation.ts";
import type { MetricKey, RankingMetric } from "../../evaluate/metrics.ts";
import type { SegmentOptions } from "../../evaluate/segments.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import { mergeParts } from "../../split/csr-parts.ts";
import type { Split } from "../../split/split-dataset.ts";
import { beginFit, evaluateInSteps, type WorkStep } from "./fit-steps.ts";
import type { TrialSplit } from "./measured-trial.ts";

/** What the last fit of a study learns from, and what it is measured on. */
export interface FinalParts
  extends Pick<Split, "test" | "disliked" | "features">,
    Pick<TrialSplit, "sequences" | "sessions" | "queries"> {
  /** Train and validation together. */
  readonly seen: CsrMatrix;
  /** Items that are ranked; all where it is absent. */
  readonly candidates?: Uint32Array | undefined;
}

export function finalPartsOf({
  train,
  validation,
  test,
  disliked,
  features,
  testItems: candidates,
}: Pick<Split, "train" | "validation" | "test" | "disliked" | "features" | "testItems">): FinalParts {
  return { seen: mergeParts(train, validation), test, disliked, features, candidates };
}

export interface FinalEvaluationInput {
  readonly parts: FinalParts;
  readonly algorithm: AlgorithmName;
  /** With the learned `train_epochs`, which the fit runs exactly. */
  readonly params: AlgorithmParams;
  readonly cutoffs: readonly number[];
  readonly kernels: Kernels;
  readonly seed: number;
  /** Measure these users only, if all would take too long; see `testSample`. */
  readonly users?: Uint32Array;
  /** Give each user's value and a confidence interval of these metrics. */
  readonly perUser?: readonly MetricKey<RankingMetric>[];
  readonly segments?: SegmentOptions;
}

export interface FinalEvaluation extends EvaluationResult {
  /** 95 % interval, over users, of the mean of each metric named by `perUser`. */
  readonly intervals?: Intervals;
  /** What the intervals come from: paired with another model's, the interval of a difference. */
  readonly resampled?: Resampled;
}

// The fit's share of the shown progress; the rest is measuring.
const FIT_SHARE = 0.8;
/**
 * Measures a configuration honestly: fits it again on train and validation together, and scores the test part, which no trial has
 * seen. Yields after at most about 10 ms of work.
 */
export function* finalEvaluation(input: FinalEvaluationInput): Generator<WorkStep, FinalEvaluation> {
  const { seen: userItems, features, sequences, sessions } = input.parts;
  const task = beginFit({ ...input, userItems, features, sequences, sessions });
  try {
    while (!task.done) {
      task.step();
      yield { type: "work", progress: FIT_SHARE * task.progress };
    }
    const model = task.model();
    task.dispose();
    return yield* evaluateOnTest(model, input);
  } finally {
    task.dispose();
  }
}

/** The second half of `finalEvaluation`: scores the test part by a model that was fitted to `parts.seen`. Disposes of the model. */
export function* evaluateOnTest(
  model: Model,
  {
    parts,
    cutoffs,
    perUser,
    users,
    segments,
    seed,
  }: Omit<FinalEvaluationInput, "algorithm" | "params" | "kernels">,
): Generator<WorkStep, FinalEvaluation> {
  const evaluation = evaluateInSteps(model, {
    seen: parts.seen,
    heldout: parts.test,
    disliked: parts.disliked,
    userFeatures: parts.features?.users,
    candidates: parts.candidates,
    queries: parts.queries,
    cutoffs,
    ...(perUser && { perUser }),
    ...(users && { users }),
    ...(segments && { segments }),
  });
  try {
    let step = evaluation.next();
    for (; !step.done; step = evaluation.next()) {
      yield { type: "work", progress: FIT_SHARE + (1 - FIT_SHARE) * step.value };
    }
    const { perUser: values } = step.value;
    if (!values) return step.value;
    const resampling = resampleInSteps(values, seed);
    let resampled = resampling.next();
    for (; !resampled.done; resampled = resampling.next()) yield { type: "work", progress: 1 };
    return { ...step.value, intervals: intervalsOf(resampled.value), resampled: resampled.value };
  } finally {
    evaluation.return(undefined as never);
  }
}
