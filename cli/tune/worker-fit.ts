import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { FitShape } from "#engine/algorithms/cost/fit-shape.ts";
import { estimateFit } from "#engine/estimate/estimate-fit.ts";
import type { FinishedTrial } from "#engine/tune/plan/study.ts";

/** Whether a Worker can fit the winner, and otherwise what it can fit. */
export interface WorkerFit {
  /** Peak memory of fitting the winner, MB of 10⁶ bytes. */
  readonly peakMb: number;
  /** Why a Worker, or the budget, cannot hold it; null when it can. */
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
 * Compares the memory of a study's winner with that of a Worker.
 * @param shape Shape of the data that the winner is fitted to.
 * @param budgetMb The limit is the smaller of this and a Worker's memory.
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
