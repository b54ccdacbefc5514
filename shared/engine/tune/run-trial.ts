import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { FitTask } from "../algorithms/algorithm.ts";
import type { Section } from "../artifact/section.ts";
import type { Metrics, RankingMetric } from "../evaluate/metrics.ts";
import type { Kernels } from "../kernels/kernels.ts";
import type { Split } from "../split/split-dataset.ts";
import { createEarlyStopping } from "./early-stopping.ts";
import { beginFit, evaluateInSteps, hasEpochs, type WorkStep } from "./fit-steps.ts";

export interface TrialInput {
  readonly split: Pick<Split, "train" | "validation" | "disliked">;
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
  /** Stop after so many reports in a row without a better value. */
  readonly patience?: number;
  /** Measure these users only, where all would take too long; see `validationSample`. */
  readonly users?: Uint32Array;
  /** Keep the stored form of the model, of the best epoch, when its value is at least this. */
  readonly keepFrom?: number;
}

/** Epochs of a fit that is still getting better; irspack tunes with 16, too few where confidence is high. */
export const MAX_EPOCHS = 32;
/** Stochastic gradients take many passes to where alternating least squares come in a few. */
const MAX_GRADIENT_EPOCHS = 128;
/** irspack's own setting for tuning iALS (0.4.0). */
const PATIENCE = 3;
/** Where only every other epoch is measured. */
const SHORT_PATIENCE = 2;
/** Small learning rates stay at popularity for some ten epochs before they find more. */
const GRADIENT_PATIENCE = 8;

export type TrialStep =
  | WorkStep
  /** An epoch was fitted and measured on validation; epochs count from 1. */
  | { readonly type: "report"; readonly epoch: number; readonly value: number };

/** The caller's answer to a step. */
export interface TrialCommand {
  readonly prune: boolean;
}

export interface TrialOutcome {
  readonly state: "COMPLETE" | "PRUNED";
  /** As given, with the learned `train_epochs` where the algorithm has epochs. */
  readonly params: AlgorithmParams;
  /** The target on validation, of the best epoch; 0 when pruned before anything was measured. */
  readonly value: number;
  /** All metrics of the same epoch; empty when pruned before anything was measured. */
  readonly metrics: Metrics;
  /** Epochs fitted; 0 for algorithms that do not iterate. */
  readonly epochs: number;
  /** The model's stored form, where it was to be kept. */
  readonly sections: readonly Section[] | null;
}

interface Measured {
  readonly epoch: number;
  readonly value: number;
  readonly metrics: Metrics;
  readonly sections: readonly Section[] | null;
}

type Steps<Result> = Generator<TrialStep, Result, TrialCommand | undefined>;

/**
 * Runs one trial: fits on train, measures on validation. An iterative algorithm is measured after every epoch, or every
 * few where measuring is dear, which the caller learns by a `report`; the best epoch counts, and the fit ends when none of
 * `patience` reports in a row was better.
 *
 * Yields after at most about 10 ms of work; any step may be answered by `{ prune: true }`. The memory of the fit is given back
 * at the end, also when the caller abandons the generator by `return()`. Throws what the fit throws.
 */
export function* runTrial(input: TrialInput): Steps<TrialOutcome> {
  const { split, algorithm, params, kernels, seed, maxEpochs = maxEpochsOf(algorithm) } = input;
  const epochs = hasEpochs(algorithm) ? { train_epochs: maxEpochs } : {};
  const task = beginFit({
    algorithm,
    params: { ...params, ...epochs },
    userItems: split.train,
    kernels,
    seed,
  });
  try {
    return hasEpochs(algorithm) ? yield* fitByEpochs(task, input) : yield* fitAtOnce(task, input);
  } finally {
    task.dispose();
  }
}

function* fitAtOnce(task: FitTask, input: TrialInput): Steps<TrialOutcome> {
  while (!task.done) {
    task.step();
    if (yield* isPrunedAt(task.progress)) return toOutcome("PRUNED", input, null, 0);
  }
  const measured = yield* measure(task, input);
  if (!measured) return toOutcome("PRUNED", input, null, 0);
  const sections = storedForm(task, input, measured.value);
  return toOutcome("COMPLETE", input, { ...measured, sections }, 0);
}

function* fitByEpochs(task: FitTask, input: TrialInput): Steps<TrialOutcome> {
  const stopping = createEarlyStopping(input.patience ?? patienceFor(input));
  let best: Measured | null = null;
  let epochs = 0;
  while (!task.done) {
    task.step();
    if (task.epoch === epochs) {
      if (yield* isPrunedAt(task.progress)) return toOutcome("PRUNED", input, best, epochs);
      continue;
    }
    epochs = task.epoch;
    if (!task.done && !isMeasuredAfter(epochs, input)) continue;
    const measured: Measured | null = yield* measure(task, input);
    if (!measured) return toOutcome("PRUNED", input, best, epochs);
    const { isBest, shouldStop } = stopping.observe(measured.value);
    // Stored forms are large: only that of the best epoch is made.
    if (isBest) best = { ...measured, sections: storedForm(task, input, measured.value) };
    const command = yield { type: "report", epoch: epochs, value: measured.value };
    if (command?.prune) return toOutcome("PRUNED", input, best, epochs);
    if (shouldStop) break;
  }
  return toOutcome("COMPLETE", input, best, epochs);
}

function maxEpochsOf(algorithm: AlgorithmName): number {
  return algorithm === "BPR" ? MAX_GRADIENT_EPOCHS : MAX_EPOCHS;
}

/** Measuring so many scores takes about as long as an epoch of a small fit. */
const SCORES_OF_AN_EPOCH = 50_000_000;
const EVERY_EPOCH_UNTIL = 16;

function patienceFor(input: TrialInput): number {
  if (input.algorithm === "BPR") return GRADIENT_PATIENCE;
  return isDearToMeasure(input) ? SHORT_PATIENCE : PATIENCE;
}

/** Every epoch while that is cheap; every other one where measuring is dear, or late in a fit. */
function isMeasuredAfter(epoch: number, input: TrialInput): boolean {
  if (input.algorithm === "BPR") return epoch % 4 === 0;
  return epoch % 2 === 0 || (epoch < EVERY_EPOCH_UNTIL && !isDearToMeasure(input));
}

/** Whether measuring takes as long as an epoch. */
function isDearToMeasure({ split, users }: TrialInput): boolean {
  const { rowCount, columnCount } = split.validation;
  return (users?.length ?? rowCount) * columnCount >= SCORES_OF_AN_EPOCH;
}

/** Measures the model as it stands; null when the caller prunes meanwhile. */
function* measure(task: FitTask, input: TrialInput): Steps<Measured | null> {
  const { split, metric, cutoff, cutoffs = [], users } = input;
  const evaluation = evaluateInSteps(task.model(), {
    seen: split.train,
    heldout: split.validation,
    disliked: split.disliked,
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

function* isPrunedAt(progress: number): Steps<boolean> {
  const command = yield { type: "work", progress };
  return command?.prune === true;
}

function toOutcome(
  state: TrialOutcome["state"],
  { algorithm, params }: TrialInput,
  best: Measured | null,
  epochs: number,
): TrialOutcome {
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

function storedForm(task: FitTask, { keepFrom }: TrialInput, value: number): readonly Section[] | null {
  if (keepFrom === undefined || value < keepFrom) return null;
  const model = task.model();
  try {
    return model.encode();
  } finally {
    model.dispose();
  }
}
