/** One trial from beginning to end, wherever it runs: on the main thread or on a worker. */

import type { CsrMatrix } from "#engine/data/csr-matrix.ts";
import { EngineError } from "#engine/engine-error.ts";
import type { RankingMetric } from "#engine/evaluate/metrics.ts";
import type { Kernels } from "#engine/kernels/kernels.ts";
import { runTrial, type TrialCommand } from "#engine/tune/run-trial.ts";
import {
  type PrunerName,
  shouldStopTrial,
  type TrialAssignment,
  type TrialResult,
} from "#engine/tune/study.ts";
import type { Report } from "#engine/tune/trial.ts";

/** What all trials of a study share; can be sent to a thread. */
export interface TrialContext {
  readonly split: { readonly train: CsrMatrix; readonly validation: CsrMatrix };
  /** Whom trials are measured on. */
  readonly users: Uint32Array;
  readonly metric: RankingMetric;
  readonly cutoff: number;
  readonly seed: number;
  readonly pruner: PrunerName;
  /** Epoch milliseconds after which trials are abandoned; null for no limit. */
  readonly deadline: number | null;
}

/** Null when time was up before the end. A configuration that cannot be fitted is a failed trial; other errors are thrown. */
export function workOnTrial(
  context: TrialContext,
  assignment: TrialAssignment,
  kernels: Kernels,
  onProgress: (share: number) => void,
): TrialResult | null {
  const startedAt = performance.now();
  const reports: Report[] = [];
  const seconds = () => Math.round(performance.now() - startedAt) / 1000;
  const { split, users, metric, cutoff, seed, deadline } = context;
  const { algorithm, params, number } = assignment;
  const input = { split, users, metric, cutoff, algorithm, params, kernels, seed: seed + number };
  const steps = runTrial(input);
  try {
    let command: TrialCommand | undefined;
    for (;;) {
      const step = steps.next(command);
      command = undefined;
      if (step.done) {
        const { state, params: learned, value, metrics } = step.value;
        return { state, params: learned, value, metrics, reports, seconds: seconds() };
      }
      if (deadline !== null && Date.now() >= deadline) return null;
      if (step.value.type === "work") onProgress(step.value.progress);
      else {
        reports.push({ step: step.value.epoch, value: step.value.value });
        command = { prune: shouldStopTrial(context, assignment, reports) };
      }
    }
  } catch (error) {
    // Memory that cannot be had is a RangeError.
    if (!(error instanceof EngineError || error instanceof RangeError)) throw error;
    const reason = error.message;
    return { state: "FAILED", params, value: null, metrics: {}, reports, seconds: seconds(), reason };
  } finally {
    steps.return(undefined as never);
  }
}
