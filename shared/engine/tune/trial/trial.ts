import type { ParamValue } from "#contract/algorithms.ts";

/** Whether the study looks for the largest or the smallest value. */
export type Direction = "maximize" | "minimize";

export type RecordState = "RUNNING" | "COMPLETE" | "PRUNED" | "FAILED";

/** One configuration by parameter name in the search space, e.g. `{ algorithm: "IALS", "IALS.alpha0": 0.1 }`. */
export type TrialParams = Readonly<Record<string, ParamValue>>;

/** A value of the objective before the end of a trial: after an epoch, counted from 1. */
export interface Report {
  readonly step: number;
  readonly value: number;
}

/** The data of a trial that sampler and pruner use. */
export interface TrialRecord {
  /** From 0, in the order of starting. */
  readonly number: number;
  readonly state: RecordState;
  readonly params: TrialParams;
  /** Value of the objective; null while running, when failed, and when pruned before the first report. */
  readonly value: number | null;
  /** In the order of steps. */
  readonly reports: readonly Report[];
}

/** The complete trial with the best value, the earliest of equals; null when none is complete. */
export function findBestTrial<Trial extends TrialRecord>(
  history: readonly Trial[],
  direction: Direction,
): Trial | null {
  let best: Trial | null = null;
  for (const trial of history) {
    if (trial.state !== "COMPLETE" || trial.value === null || Number.isNaN(trial.value)) continue;
    const isBetter =
      best === null || lossOf(trial.value, direction) < lossOf(best.value as number, direction);
    const isEarlierEqual = best !== null && trial.value === best.value && trial.number < best.number;
    if (isBetter || isEarlierEqual) best = trial;
  }
  return best;
}

/** The value with its sign changed so that smaller is better; NaN is worst. */
export function lossOf(value: number, direction: Direction): number {
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  return direction === "maximize" ? -value : value;
}
