import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { algorithmOf } from "../../algorithms/registry.ts";
import type { Metrics } from "../../evaluate/metrics.ts";
import { isHopeless } from "../pruner/hopeless.ts";
import { pruneByHyperband } from "../pruner/hyperband-pruner.ts";
import { pruneByMedian } from "../pruner/median-pruner.ts";
import type { Ladders, StartingPoints, TrialBudgets } from "../sampler/choose-trial.ts";
import { fromConfiguration, type RangeLimits, type Ranges } from "../sampler/search-space.ts";
import type { Report, TrialRecord } from "../trial/trial.ts";
import type { FixedParams } from "./search-hints.ts";

export const PRUNERS = ["median", "hyperband", "none"] as const;

export type PrunerName = (typeof PRUNERS)[number];

/** All that decides which configurations a study tries. Plain data of a few KB: the platform stores it with the study. */
export interface StudyPlan {
  readonly algorithms: readonly AlgorithmName[];
  /** Trials in all, failed ones included. */
  readonly trialCount: number;
  readonly seed: number;
  readonly pruner: PrunerName;
  /** Trials that run at the same time. Part of the plan because it decides what each of them can know of the others. */
  readonly jobs: number;
  readonly budgets?: TrialBudgets;
  /** See `ChooseOptions`. */
  readonly followsLead?: boolean;
  readonly limits?: RangeLimits;
  readonly ranges?: Ranges;
  readonly starts?: StartingPoints;
  readonly ladders?: Ladders;
  /** Given to every trial of an algorithm in addition to its chosen parameters. */
  readonly fixed?: FixedParams;
  /** Whether trials are measured on a sample of users, so that the best are measured again on all of them. */
  readonly isSampled?: boolean;
}

/** One trial to run. */
export interface TrialAssignment {
  readonly number: number;
  readonly algorithm: AlgorithmName;
  /** As suggested, by the algorithm's own names, with the fixed parameters. */
  readonly params: AlgorithmParams;
  /** The trials to compare with for pruning: a bounded number of trials with reports, none for a fit without epochs. */
  readonly history: readonly TrialRecord[];
}

/** The result of running it. */
export interface TrialResult {
  readonly state: "COMPLETE" | "PRUNED" | "FAILED";
  /** With learned values, such as `train_epochs`. */
  readonly params: AlgorithmParams;
  readonly value: number | null;
  readonly metrics: Metrics;
  readonly reports: readonly Report[];
  readonly seconds: number;
  /** Why it failed. */
  readonly reason?: string;
}

export interface FinishedTrial extends TrialResult {
  readonly number: number;
  readonly algorithm: AlgorithmName;
  /** As suggested, without learned values. */
  readonly suggested: AlgorithmParams;
}

/** Whether the trial should stop after its latest report. */
export function shouldStopTrial(
  plan: Pick<StudyPlan, "pruner" | "seed">,
  { number, history, algorithm }: Pick<TrialAssignment, "number" | "history" | "algorithm">,
  reports: readonly Report[],
): boolean {
  const epochs = algorithmOf(algorithm).epochs;
  if (plan.pruner === "none" || !epochs?.isPruned) return false;
  const maxEpochs = epochs.most;
  if (plan.pruner === "median") {
    return pruneByMedian(reports, history) || isHopeless(reports, history, { maxEpochs });
  }
  return pruneByHyperband(reports, history, { number, seed: plan.seed, maxEpochs });
}

/** The complete trial with the largest value, the earliest of equals; null when none is complete. */
export function bestOf(trials: readonly FinishedTrial[]): FinishedTrial | null {
  let best: FinishedTrial | null = null;
  for (const trial of trials) {
    if (trial.state !== "COMPLETE" || trial.value === null || Number.isNaN(trial.value)) continue;
    if (best === null || trial.value > (best.value as number)) best = trial;
  }
  return best;
}

/** A trial in the form of sampler and pruner. */
export function recordOf(trial: FinishedTrial): TrialRecord {
  const { number, state, algorithm, suggested, value, reports } = trial;
  return { number, state, params: fromConfiguration(algorithm, suggested), value, reports };
}
