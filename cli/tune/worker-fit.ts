import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { estimateFit } from "#engine/estimate/estimate-fit.ts";
import type { FitShape } from "#engine/estimate/fit-shape.ts";
import type { FinishedTrial } from "#engine/tune/plan/study.ts";

/** Whether a Worker can fit the winner, and what it can fit instead. */
export interface WorkerFit {
  /** Most memory that fitting the winner takes, MB of 10⁶ bytes. */
  readonly peakMb: number;
  /** Why a Worker, or the budget, does not hold it; null when it does. */
  readonly reason: string | null;
  /** The best trial that fits; the winner itself when it does. Null when none does. */
  readonly best: Configuration | null;
}

export interface Configuration {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
  readonly value: number;
  /** The number of the trial; null for a blend. */
  readonly trial: number | null;
}

/**
 * Holds the winner of a study against the memory of a Worker.
 *
 * @param shape Of the data that the winner is fitted to.
 * @param budgetMb Least of this and what a Worker has counts.
 */
export function workerFit(
  shape: FitShape,
  winner: Configuration,
  trials: readonly FinishedTrial[],
  budgetMb: number | undefined,
): WorkerFit {
  const { peakMb, reason } = estimateFit(shape, winner.algorithm, winner.params, budgetMb);
  if (reason === null) return { peakMb, reason, best: winner };
  const best = trials
    .filter(({ state, value }) => state === "COMPLETE" && value !== null)
    .sort((a, b) => (b.value as number) - (a.value as number) || a.number - b.number)
    .find(({ algorithm, params }) => estimateFit(shape, algorithm, params, budgetMb).accepted);
  if (!best) return { peakMb, reason, best: null };
  const { algorithm, params, value, number } = best;
  return { peakMb, reason, best: { algorithm, params, value: value as number, trial: number } };
}
