/** One trial from beginning to end, on the main thread or on a worker. */

import type { Section } from "#engine/artifact/section.ts";
import { EngineError } from "#engine/engine-error.ts";
import type { RankingMetric } from "#engine/evaluate/metrics.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import {
  type PrunerName,
  shouldStopTrial,
  type TrialAssignment,
  type TrialResult,
} from "#engine/tune/plan/study.ts";
import type { TrialSplit } from "#engine/tune/run/measured-trial.ts";
import { runTrial, type TrialCommand } from "#engine/tune/run/run-trial.ts";
import type { Report } from "#engine/tune/trial/trial.ts";

/** The input that all trials of a study share; can be sent to a thread. */
export interface TrialContext {
  readonly split: TrialSplit;
  /** The users that trials are measured on. */
  readonly users: Uint32Array;
  /** A subset of them on which the epochs of a fit are watched; null: all. */
  readonly watchedUsers: Uint32Array | null;
  readonly metric: RankingMetric;
  readonly cutoff: number;
  readonly seed: number;
  readonly pruner: PrunerName;
  /** Epoch milliseconds after which trials are abandoned; null for no limit. */
  readonly deadline: number | null;
}

export interface FinishedWork {
  readonly result: TrialResult;
  /** The model's stored form, if the caller asked to keep it. */
  readonly sections: readonly Section[] | null;
}

/** A trial to run, and the value from which its model is kept; null to keep none. */
export interface TrialOrder {
  readonly assignment: TrialAssignment;
  readonly keepFrom: number | null;
}

/**
 * Null when time was up before the end. A configuration that cannot be fitted is a failed trial; other errors are
 * thrown.
 */
export function workOnTrial(
  context: TrialContext,
  { assignment, keepFrom }: TrialOrder,
  kernels: Kernels,
  onProgress: (share: number) => void,
): FinishedWork | null {
  const startedAt = performance.now();
  const reports: Report[] = [];
  const seconds = () => Math.round(performance.now() - startedAt) / 1000;
  const { split, users, watchedUsers, metric, cutoff, seed, deadline } = context;
  const { algorithm, params, number } = assignment;
  const keep = keepFrom === null ? {} : { keepFrom };
  const measuring = { split, users, ...(watchedUsers && { watchedUsers }), metric, cutoff };
  const input = { ...measuring, algorithm, params, kernels, seed: seed + number, ...keep };
  const steps = runTrial(input);
  try {
    let command: TrialCommand | undefined;
    for (;;) {
      const step = steps.next(command);
      command = undefined;
      if (step.done) {
        const { state, params: learned, value, metrics, sections } = step.value;
        const result = { state, params: learned, value, metrics, reports, seconds: seconds() };
        return { result, sections: state === "COMPLETE" ? sections : null };
      }
      if (deadline !== null && Date.now() >= deadline) return null;
      if (step.value.type === "work") onProgress(step.value.progress);
      else if (step.value.type === "report") {
        reports.push({ step: step.value.epoch, value: step.value.value });
        command = { prune: shouldStopTrial(context, assignment, reports) };
      }
    }
  } catch (error) {
    // A failed allocation of memory is a RangeError.
    if (!(error instanceof EngineError || error instanceof RangeError)) throw error;
    const reason = error.message;
    const failed = { params, value: null, metrics: {}, reports, seconds: seconds(), reason };
    return { result: { state: "FAILED", ...failed }, sections: null };
  } finally {
    steps.return(undefined as never);
  }
}
