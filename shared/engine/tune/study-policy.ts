/**
 * How a study decides: what to try next, what to stop early, which trials to measure again, and which to blend. Pure, and the same
 * for both drivers: the threads of the command (`run-study.ts`) and the queue messages of the platform (`workers/core/jobs`).
 *
 * Trial n is chosen, and pruned, by the outcomes of trials 0 … n − jobs alone; of the `jobs − 1` between it knows the configurations
 * only. So the same plan gives the same trials in whatever order they end.
 */

import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import { blendCandidates } from "./blend/blend-candidates.ts";
import { type FinishedTrial, type StudyPlan, shouldStopTrial } from "./plan/study.ts";
import { pruningRivals } from "./pruner/pruning-rivals.ts";
import { hasEpochs } from "./run/fit-steps.ts";
import { chooseInSteps } from "./sampler/choose-trial.ts";
import { toConfiguration } from "./sampler/search-space.ts";
import { TrialHistory } from "./sampler/trial-history.ts";
import type { Report, TrialRecord } from "./trial/trial.ts";

/** A trial by its number: with its outcome once it has ended, `RUNNING` from when it is chosen, undefined before. */
export type TrialLookup = (number: number) => TrialRecord | undefined;

export interface Suggestion {
  readonly algorithm: AlgorithmName;
  /** By the algorithm's own names, without what the plan fixes. */
  readonly params: AlgorithmParams;
}

/** A sample says little of differences this small: what comes this near to the best is measured on all users. */
const NEAR_BEST = 0.97;
const MOST_FINALISTS = 4;
/** Some milliseconds. */
const TRIALS_PER_PIECE = 64;

/**
 * Remembers what it has seen of one study, so that a choice costs the same however many trials there are. It chooses as one that was
 * created just now would.
 */
export class StudyPolicy {
  readonly plan: StudyPlan;
  #history = new TrialHistory();
  /** Trials before these are in the history with their outcome, and with their configuration. */
  #outcomesUntil = 0;
  #configurationsUntil = 0;

  constructor(plan: StudyPlan) {
    this.plan = plan;
  }

  /** Chooses for a trial, yielding between pieces of some milliseconds; null when nothing is left to try. */
  *suggest(trials: TrialLookup, number: number): Generator<undefined, Suggestion | null, undefined> {
    yield* this.#look(trials, number);
    const options = { ...this.plan, trialNumber: number };
    const chosen = yield* chooseInSteps(this.plan.algorithms, this.#history, options);
    return chosen && toConfiguration(chosen);
  }

  /** The trials that the reports of a trial are compared with: a bounded number, none for a fit without epochs. */
  rivals(trials: TrialLookup, number: number, algorithm: AlgorithmName): readonly TrialRecord[] {
    if (this.plan.pruner === "none" || !hasEpochs(algorithm)) return [];
    const reported: TrialRecord[] = [];
    for (let other = 0; other <= number - this.plan.jobs; other++) {
      const record = trials(other);
      if (record && record.state !== "RUNNING" && record.reports.length > 0) reported.push(record);
    }
    return pruningRivals(reported);
  }

  /** Whether a trial should stop after its latest report. */
  shouldPrune(
    trials: TrialLookup,
    { number, algorithm, reports }: PrunedTrial & { readonly reports: readonly Report[] },
  ): boolean {
    const history = this.rivals(trials, number, algorithm);
    return shouldStopTrial(this.plan, { number, algorithm, history }, reports);
  }

  /** The trials to measure on all users before one is chosen, best first; none where trials were measured on all users. */
  finalists(trials: readonly FinishedTrial[]): readonly FinishedTrial[] {
    if (!this.plan.isSampled) return [];
    const ranked = trials
      .filter(({ state, value }) => state === "COMPLETE" && value !== null && !Number.isNaN(value))
      .sort((a, b) => (b.value as number) - (a.value as number) || a.number - b.number);
    const least = NEAR_BEST * (ranked[0]?.value ?? 0);
    const near = ranked.filter(({ value }) => (value as number) >= least).slice(0, MOST_FINALISTS);
    return near.length > 1 ? near : [];
  }

  /** The trials to blend, by slots; see `blendCandidates`. */
  blendSlots(trials: readonly FinishedTrial[]): readonly (readonly FinishedTrial[])[] {
    return blendCandidates(trials);
  }

  /** Brings into the history what trial `number` may know. Asked for an earlier trial, it begins again. */
  *#look(trials: TrialLookup, number: number): Generator<undefined, void, undefined> {
    if (number < this.#configurationsUntil) {
      this.#history = new TrialHistory();
      this.#outcomesUntil = 0;
      this.#configurationsUntil = 0;
    }
    let read = 0;
    for (; this.#configurationsUntil < number; this.#configurationsUntil++) {
      const record = trials(this.#configurationsUntil);
      if (record) this.#history.set({ ...record, state: "RUNNING", value: null, reports: [] });
      if (++read % TRIALS_PER_PIECE === 0) yield;
    }
    for (; this.#outcomesUntil <= number - this.plan.jobs; this.#outcomesUntil++) {
      const record = trials(this.#outcomesUntil);
      if (record && record.state !== "RUNNING") this.#history.set(record);
      if (++read % TRIALS_PER_PIECE === 0) yield;
    }
  }
}

interface PrunedTrial {
  readonly number: number;
  readonly algorithm: AlgorithmName;
}
