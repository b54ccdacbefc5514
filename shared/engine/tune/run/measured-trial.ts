/** The input and result of a trial, and how it measures a fit. */

import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { storedPart } from "../../algorithms/blend/stored-part.ts";
import type { FitTask } from "../../algorithms/fit/algorithm.ts";
import type { Section } from "../../artifact/section.ts";
import type { Queries } from "../../data/queries.ts";
import type { Sequences } from "../../data/sequences.ts";
import type { EvaluationInput } from "../../evaluate/evaluation-input.ts";
import type { Metrics, RankingMetric } from "../../evaluate/metrics.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import type { Split } from "../../split/split-dataset.ts";
import { evaluateInSteps, hasEpochs, type WorkStep } from "./fit-steps.ts";

/** What trials fit to and are measured on. */
export interface TrialSplit
  extends Pick<Split, "train" | "validation" | "disliked" | "features" | "validationItems"> {
  /** The order of the interactions of `train`, where more than their times is known. */
  readonly sequences?: Sequences | undefined;
  /** See `FitInput.sessions`. */
  readonly sessions?: Sequences | undefined;
  /** Requests to measure by, in place of the users of `train`: `validation` has a row for each. */
  readonly queries?: Queries | undefined;
}

export interface TrialInput {
  readonly split: TrialSplit;
  readonly algorithm: AlgorithmName;
  /** As suggested, by the algorithm's own names. */
  readonly params: AlgorithmParams;
  /** The target, with `cutoff`; larger is better. */
  readonly metric: RankingMetric;
  readonly cutoff: number;
  /** Further depths to measure at. */
  readonly cutoffs?: readonly number[];
  readonly kernels: Kernels;
  readonly seed: number;
  /** Most epochs of an iterative algorithm. */
  readonly maxEpochs?: number;
  /** Stop after this many reports in a row without a better value. */
  readonly patience?: number;
  /** Measure these users only, if all would take too long; see `validationSample`. */
  readonly users?: Uint32Array;
  /**
   * A few of them, on which an iterative fit is watched: the best epoch for these is then measured on all. Needs a copy of the
   * fit's state; see `watchedSample`.
   */
  readonly watchedUsers?: Uint32Array;
  /** The driver keeps that copy: it answers `set-aside` and `bring-back`. Otherwise the copy stays in memory beside the fit. */
  readonly setsBestAside?: boolean;
  /** Keep the stored form of the model, of the best epoch, when its value is at least this. */
  readonly keepFrom?: number;
  /** Keep it as a blend of the platform stores it, with item factors at one byte each; otherwise in full. */
  readonly keepsPart?: boolean;
}

export type TrialStep =
  | WorkStep
  /** An epoch was fitted and measured on validation; epochs count from 1. */
  | { readonly type: "report"; readonly epoch: number; readonly value: number }
  /** The best epoch so far: the driver copies its state before the next step, and forgets the one before. */
  | { readonly type: "set-aside"; readonly sections: readonly Section[] }
  /** The fit is over and its memory is free. The driver answers with the state that it copied last. */
  | { readonly type: "bring-back" };

/** The caller's answer to a step. */
export interface TrialCommand {
  readonly prune: boolean;
  /** The answer to `bring-back`. */
  readonly sections?: readonly Section[];
}

export interface FittedTrial {
  readonly state: "COMPLETE" | "PRUNED";
  /** As given, with the learned `train_epochs` where the algorithm has epochs. */
  readonly params: AlgorithmParams;
  /** The target on validation, of the best epoch; 0 when pruned before anything was measured. */
  readonly value: number;
  /** All metrics of the same epoch; empty when pruned before anything was measured. */
  readonly metrics: Metrics;
  /** Epochs fitted; 0 for algorithms that do not iterate. */
  readonly epochs: number;
  /** The model's stored form, where the caller asked to keep it. */
  readonly sections: readonly Section[] | null;
}

export interface Measured {
  readonly epoch: number;
  readonly value: number;
  readonly metrics: Metrics;
  readonly sections: readonly Section[] | null;
}

export type Steps<Result> = Generator<TrialStep, Result, TrialCommand | undefined>;

/** The part of an evaluation that the split decides. */
export function validationOf(split: TrialSplit): Omit<EvaluationInput, "model" | "cutoffs"> {
  return {
    seen: split.train,
    heldout: split.validation,
    disliked: split.disliked,
    userFeatures: split.features?.users,
    candidates: split.validationItems,
    queries: split.queries,
  };
}

/** Measures the current model; null when the caller prunes meanwhile. */
export function* measure(
  task: FitTask,
  { split, metric, cutoff, cutoffs = [], users }: TrialInput,
): Steps<Measured | null> {
  const evaluation = evaluateInSteps(task.model(), {
    ...validationOf(split),
    cutoffs: [cutoff, ...cutoffs],
    ...(users && { users }),
  });
  try {
    for (;;) {
      const step = evaluation.next();
      if (step.done) {
        const { metrics } = step.value;
        const value = metrics[`${metric}@${cutoff}`] as number;
        return { epoch: task.epoch, value, metrics, sections: null };
      }
      if (yield* isPrunedAt(task.progress)) return null;
    }
  } finally {
    evaluation.return(undefined as never);
  }
}

export function* isPrunedAt(progress: number): Steps<boolean> {
  const command = yield { type: "work", progress };
  return command?.prune === true;
}

export function toOutcome(
  state: FittedTrial["state"],
  { algorithm, params }: TrialInput,
  best: Measured | null,
  epochs: number,
): FittedTrial {
  const learned = best && hasEpochs(algorithm) ? { train_epochs: best.epoch } : {};
  return {
    state,
    params: { ...params, ...learned },
    value: best?.value ?? 0,
    metrics: best?.metrics ?? {},
    epochs,
    sections: best?.sections ?? null,
  };
}

/**
 * The stored form of the current model if the caller asked to keep a model of this value; null otherwise.
 *
 * @param endsFit Disposes of the fit before: what it worked on needs more memory than the stored form.
 */
export function* storedForm(
  task: FitTask,
  { keepFrom, keepsPart = false }: TrialInput,
  value: number,
  endsFit = false,
): Steps<readonly Section[] | null> {
  if (keepFrom === undefined || value < keepFrom) return null;
  const model = task.model();
  if (endsFit) task.dispose();
  try {
    if (!keepsPart) return model.encode();
    const steps = storedPart(model, true);
    let step = steps.next();
    for (; !step.done; step = steps.next()) yield { type: "work", progress: task.progress };
    return step.value;
  } finally {
    model.dispose();
  }
}
