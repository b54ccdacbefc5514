import type { FitTask } from "../../algorithms/fit/algorithm.ts";
import type { EpochPolicy } from "../../algorithms/fit/epoch-policy.ts";
import { algorithmOf } from "../../algorithms/registry.ts";
import type { Section } from "../../artifact/section.ts";
import { SCORES_OF_AN_EPOCH } from "../plan/validation-sample.ts";
import { createEarlyStopping } from "../pruner/early-stopping.ts";
import { beginFit, type FitRequest, resumeFit } from "./fit-steps.ts";
import {
  type FittedTrial,
  isPrunedAt,
  type Measured,
  measure,
  type Steps,
  storedForm,
  type TrialInput,
  toOutcome,
} from "./measured-trial.ts";

export type { FittedTrial, TrialCommand, TrialInput, TrialStep } from "./measured-trial.ts";

interface IterativeInput extends TrialInput {
  readonly policy: EpochPolicy;
}

/**
 * Runs one trial: fits on train, measures on validation. An iterative algorithm is measured after every epoch, or every few if
 * measuring is expensive. Each measurement is a `report` to the caller. The best epoch counts, and the fit ends when none of
 * `patience` reports in a row was better.
 *
 * Yields after at most about 10 ms of work; any step may be answered by `{ prune: true }`. The memory of the fit is freed at the
 * end, also when the caller abandons the generator by `return()`. Throws what the fit throws.
 */
export function* runTrial(input: TrialInput): Steps<FittedTrial> {
  const { split, algorithm, params, kernels, seed } = input;
  const policy = algorithmOf(algorithm).epochs;
  const epochs = policy ? { train_epochs: input.maxEpochs ?? policy.most } : {};
  const { train: userItems, features, sequences, sessions } = split;
  const fitted = { userItems, features, sequences, sessions };
  const request = { algorithm, params: { ...params, ...epochs }, ...fitted, kernels, seed };
  const task = beginFit(request);
  try {
    if (!policy) return yield* fitAtOnce(task, input);
    const { watchedUsers: few } = input;
    if (few) return yield* fitWatched(task, request, { ...input, policy }, few);
    return yield* fitByEpochs(task, { ...input, policy });
  } finally {
    task.dispose();
  }
}

function* fitAtOnce(task: FitTask, input: TrialInput): Steps<FittedTrial> {
  while (!task.done) {
    task.step();
    if (yield* isPrunedAt(task.progress)) return toOutcome("PRUNED", input, null, 0);
  }
  const measured = yield* measure(task, input);
  if (!measured) return toOutcome("PRUNED", input, null, 0);
  const sections = yield* storedForm(task, input, measured.value, true);
  return toOutcome("COMPLETE", input, { ...measured, sections }, 0);
}

/** Finds the best epoch on a few users, returns to it, and measures it on all of them. */
function* fitWatched(
  task: FitTask,
  request: FitRequest,
  input: IterativeInput,
  users: Uint32Array,
): Steps<FittedTrial> {
  const { keepFrom: _, ...watched } = { ...input, users };
  let best: readonly Section[] = [];
  let isKept = false;
  const outcome = yield* fitByEpochs(task, watched, function* () {
    isKept = true;
    const sections = task.checkpoint();
    if (input.setsBestAside) yield { type: "set-aside", sections };
    else best = sections.map(({ name, data }) => ({ name, data: data.slice() }));
  });
  if (!isKept) return outcome;
  // Two fits at the same time would need twice the memory.
  task.dispose();
  const kept = input.setsBestAside ? (yield { type: "bring-back" })?.sections : best;
  if (!kept) throw new RangeError("The state of the best epoch was set aside and not brought back.");
  const again = resumeFit(request, kept);
  try {
    const measured = yield* measure(again, input);
    if (!measured) return { ...outcome, state: "PRUNED" };
    const { value, metrics } = measured;
    const sections = outcome.state === "COMPLETE" ? yield* storedForm(again, input, value) : null;
    return { ...outcome, value, metrics, sections };
  } finally {
    again.dispose();
  }
}

function* nothing(): Steps<void> {}

/** @param onBest Runs after each epoch that is better than all before it. */
function* fitByEpochs(
  task: FitTask,
  input: IterativeInput,
  onBest: () => Steps<void> = nothing,
): Steps<FittedTrial> {
  const { policy } = input;
  const isDear = isDearToMeasure(input);
  const stopping = createEarlyStopping(input.patience ?? policy.patience(isDear));
  let best: Measured | null = null;
  let epochs = 0;
  while (!task.done) {
    task.step();
    if (task.epoch === epochs) {
      if (yield* isPrunedAt(task.progress)) return toOutcome("PRUNED", input, best, epochs);
      continue;
    }
    epochs = task.epoch;
    if (!task.done && !policy.isMeasuredAfter(epochs, isDear)) continue;
    const measured: Measured | null = yield* measure(task, input);
    if (!measured) return toOutcome("PRUNED", input, best, epochs);
    const { isBest, shouldStop } = stopping.observe(measured.value);
    // Stored forms are large: only the best epoch's is made.
    if (isBest) {
      best = { ...measured, sections: yield* storedForm(task, input, measured.value) };
      yield* onBest();
    }
    const command = yield { type: "report", epoch: epochs, value: measured.value };
    if (command?.prune) return toOutcome("PRUNED", input, best, epochs);
    if (shouldStop) break;
  }
  return toOutcome("COMPLETE", input, best, epochs);
}

function isDearToMeasure({ split, users }: TrialInput): boolean {
  const { rowCount, columnCount } = split.validation;
  return (users?.length ?? rowCount) * columnCount >= SCORES_OF_AN_EPOCH;
}
