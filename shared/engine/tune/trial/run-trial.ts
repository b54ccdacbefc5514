import type { AlgorithmName } from "#contract/algorithms.ts";
import type { FitTask } from "../../algorithms/algorithm.ts";
import type { Section } from "../../artifact/section.ts";
import { SCORES_OF_AN_EPOCH } from "../plan/validation-sample.ts";
import { createEarlyStopping } from "../pruner/early-stopping.ts";
import { beginFit, type FitRequest, hasEpochs, resumeFit } from "./fit-steps.ts";
import {
  isPrunedAt,
  type Measured,
  measure,
  type Steps,
  storedForm,
  type TrialInput,
  type TrialOutcome,
  toOutcome,
} from "./measured-trial.ts";

export type { TrialCommand, TrialInput, TrialOutcome, TrialStep } from "./measured-trial.ts";

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
  const request = { algorithm, params: { ...params, ...epochs }, userItems: split.train, kernels, seed };
  const task = beginFit(request);
  try {
    if (!hasEpochs(algorithm)) return yield* fitAtOnce(task, input);
    const { watchedUsers: few } = input;
    return few ? yield* fitWatched(task, request, input, few) : yield* fitByEpochs(task, input);
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

/** Finds the best epoch by a few users, goes back to it, and measures it on all of them. */
function* fitWatched(
  task: FitTask,
  request: FitRequest,
  input: TrialInput,
  users: Uint32Array,
): Steps<TrialOutcome> {
  let best: readonly Section[] | null = null;
  const { keepFrom: _, ...watched } = { ...input, users };
  const outcome = yield* fitByEpochs(task, watched, () => {
    best = task.checkpoint();
  });
  if (best === null) return outcome;
  // Two fits at once would take twice the memory.
  task.dispose();
  const again = resumeFit(request, best);
  try {
    const measured = yield* measure(again, input);
    if (!measured) return { ...outcome, state: "PRUNED" };
    const { value, metrics } = measured;
    const sections = outcome.state === "COMPLETE" ? storedForm(again, input, value) : null;
    return { ...outcome, value, metrics, sections };
  } finally {
    again.dispose();
  }
}

/** @param onBest Called after each epoch that is better than all before it. */
function* fitByEpochs(task: FitTask, input: TrialInput, onBest = () => {}): Steps<TrialOutcome> {
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
    if (isBest) {
      best = { ...measured, sections: storedForm(task, input, measured.value) };
      onBest();
    }
    const command = yield { type: "report", epoch: epochs, value: measured.value };
    if (command?.prune) return toOutcome("PRUNED", input, best, epochs);
    if (shouldStop) break;
  }
  return toOutcome("COMPLETE", input, best, epochs);
}

function maxEpochsOf(algorithm: AlgorithmName): number {
  return algorithm === "BPR" ? MAX_GRADIENT_EPOCHS : MAX_EPOCHS;
}

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

function isDearToMeasure({ split, users }: TrialInput): boolean {
  const { rowCount, columnCount } = split.validation;
  return (users?.length ?? rowCount) * columnCount >= SCORES_OF_AN_EPOCH;
}
