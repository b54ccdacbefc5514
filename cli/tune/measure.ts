import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { shapeOf } from "#engine/algorithms/cost/fit-shape.ts";
import type { Model } from "#engine/algorithms/fit/algorithm.ts";
import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import type { Queries } from "#engine/data/queries.ts";
import type { Sequences } from "#engine/data/sequences.ts";
import type { SideFeatures } from "#engine/data/side-features.ts";
import { estimateFit, type FitEstimate } from "#engine/estimate/estimate-fit.ts";
import { bootstrapIntervals, type Intervals } from "#engine/evaluate/bootstrap-interval.ts";
import { createEvaluation, type EvaluationResult } from "#engine/evaluate/evaluation.ts";
import type { MetricKey, RankingMetric } from "#engine/evaluate/metrics.ts";
import type { SegmentOptions } from "#engine/evaluate/segments.ts";
import { askedByProfile } from "#engine/evaluate/user-ranker.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import type { AlignedTest } from "#engine/split/align-test.ts";
import { beginFit } from "#engine/tune/run/fit-steps.ts";
import type { Progress } from "../terminal/progress.ts";
import { createMemoryMeter, type MemoryMeter } from "./memory-meter.ts";

export interface MeasureInput {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  /** The data to fit on. */
  readonly train: CsrMatrix;
  /** The held-out data. `seen` may have more users than `train`. */
  readonly test: Pick<AlignedTest, "seen" | "heldout" | "disliked" | "unknownHeldout">;
  /** Of the items and users of `train`. */
  readonly features?: SideFeatures | undefined;
  /** The order of the interactions of `train`, where more than their times is known. */
  readonly sequences?: Sequences | undefined;
  /** See `FitInput.sessions`. */
  readonly sessions?: Sequences | undefined;
  /** Requests to measure by, in place of the users of `train`. */
  readonly queries?: Queries | undefined;
  /** Rank these items alone; all by default. */
  readonly candidates?: Uint32Array | undefined;
  readonly cutoffs: readonly number[];
  /** Metrics with confidence intervals. */
  readonly intervalsOf: readonly MetricKey<RankingMetric>[];
  readonly segments?: SegmentOptions;
  readonly kernels: Kernels;
  readonly seed: number;
  readonly progress: Progress;
}

export interface Measured extends EvaluationResult {
  readonly intervals: Intervals;
  readonly fitSeconds: number;
  readonly evaluateSeconds: number;
  readonly peakMemoryMb: number;
}

/** Fits one configuration and measures it on the held-out data. Throws what the fit throws. */
export function measure(input: MeasureInput): Measured {
  const memory = createMemoryMeter(input.kernels);
  const { model, seconds: fitSeconds } = fitModel(input, memory);
  try {
    const startedAt = performance.now();
    const result = evaluate(model, input, memory);
    const intervals = bootstrapIntervals(result.perUser ?? {}, input.seed);
    const evaluateSeconds = secondsSince(startedAt);
    return { ...result, intervals, fitSeconds, evaluateSeconds, peakMemoryMb: memory.peakMb() };
  } finally {
    model.dispose();
  }
}

/** Fits a model on `train`; the caller disposes of it. */
export function fitModel(
  {
    algorithm,
    params,
    train,
    features,
    sequences,
    sessions,
    kernels,
    seed,
    progress,
  }: Omit<MeasureInput, "test" | "cutoffs" | "intervalsOf" | "candidates">,
  memory?: MemoryMeter,
): { readonly model: Model; readonly seconds: number } {
  const estimate = estimateFit(shapeOf(train, features, { sequences, sessions }), algorithm, params);
  progress.done(`${algorithm} will take about ${spelled(estimate)}.`);
  progress.stage(`Fitting ${algorithm}`);
  const startedAt = performance.now();
  const task = beginFit({
    algorithm,
    params,
    userItems: train,
    features,
    sequences,
    sessions,
    kernels,
    seed,
  });
  try {
    while (!task.done) {
      task.step();
      memory?.sample();
      progress.update(task.progress, `${secondsSince(startedAt).toFixed(1)} s`);
    }
    const model = task.model();
    return { model, seconds: secondsSince(startedAt) };
  } finally {
    task.dispose();
  }
}

function evaluate(model: Model, input: MeasureInput, memory: MemoryMeter): EvaluationResult {
  const { test, features, candidates, queries, cutoffs, intervalsOf, segments, progress } = input;
  progress.stage(`Evaluating ${input.algorithm}`);
  const evaluation = createEvaluation({
    ...test,
    ...{ model: queries ? askedByProfile(model) : model, queries, cutoffs, candidates },
    userFeatures: features?.users,
    perUser: intervalsOf,
    ...(segments && { segments }),
  });
  while (!evaluation.done) {
    evaluation.step();
    memory.sample();
    progress.update(evaluation.progress, `${Math.round(100 * evaluation.progress)} %`);
  }
  return evaluation.result();
}

function spelled({ peakMb, seconds, reason }: FitEstimate): string {
  const time = seconds < 1 ? "a second" : `${Math.ceil(seconds)} s`;
  const room = reason ? ", which is more than a Worker has" : "";
  return `${Math.ceil(peakMb)} MB and ${time}${room}`;
}

export function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}
