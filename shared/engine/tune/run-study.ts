/**
 * Drives a study from its first trial to its last. It chooses trials, runs them through its effects (several at a time
 * if specified), and remembers the results. Pure except for its effects: it knows no clock, thread or file.
 *
 * Same plan, same study, however fast the trials are. Trial n is chosen, and pruned, by the outcomes of trials 0 … n − jobs alone,
 * and so begins as soon as these have finished. Of the `jobs - 1` between, it knows the configurations only.
 */

import type { AlgorithmParams } from "#contract/algorithms.ts";
import {
  bestOf,
  type FinishedTrial,
  recordOf,
  type StudyPlan,
  type TrialAssignment,
  type TrialResult,
} from "./plan/study.ts";
import { fromConfiguration } from "./sampler/search-space.ts";
import { StudyPolicy } from "./study-policy.ts";
import { runToEnd } from "./trial/run-to-end.ts";
import type { TrialRecord } from "./trial/trial.ts";

export interface StudyEffects {
  /** Runs one trial; null when it was abandoned, which leaves no trace and ends the study. An exception ends the study, too. */
  run(assignment: TrialAssignment): Promise<TrialResult | null>;
  /** Called before each trial; true ends the study. */
  isTimeUp(): boolean;
  /** Called with each trial as it finishes, not always in the order of numbers. */
  onFinished(trial: FinishedTrial): void;
}

export interface StudyResult {
  /** In the order of numbers. */
  readonly trials: readonly FinishedTrial[];
  readonly best: FinishedTrial | null;
  /** Why there are no more trials: all done, no time left, or nothing left to try within space and budgets. */
  readonly end: "trials" | "time" | "space";
}

/** @param earlier Trials of the same plan that finished before, for resuming; they are not run again. */
export async function runStudy(
  plan: StudyPlan,
  effects: StudyEffects,
  earlier: readonly FinishedTrial[] = [],
): Promise<StudyResult> {
  const study = new StudyRun(plan, effects, earlier);
  return study.run();
}

/** An assignment, and the names of its chosen parameters. */
interface ChosenTrial extends TrialAssignment {
  readonly suggested: AlgorithmParams;
}

class StudyRun {
  readonly #plan: StudyPlan;
  readonly #policy: StudyPolicy;
  readonly #effects: StudyEffects;
  readonly #finished: Map<number, FinishedTrial>;
  readonly #running = new Map<number, Promise<void>>();
  /** Of all trials that were chosen. */
  readonly #records: Map<number, TrialRecord>;
  #next = 0;
  /** All trials before this one have finished. */
  #finishedUntil = 0;
  #end: StudyResult["end"] | null = null;

  constructor(plan: StudyPlan, effects: StudyEffects, earlier: readonly FinishedTrial[]) {
    this.#plan = plan;
    this.#policy = new StudyPolicy(plan);
    this.#effects = effects;
    this.#finished = new Map(earlier.map((trial) => [trial.number, trial]));
    this.#records = new Map(earlier.map((trial) => [trial.number, recordOf(trial)]));
  }

  async run(): Promise<StudyResult> {
    for (;;) {
      while (this.#canStart()) this.#start();
      if (this.#running.size === 0) break;
      await Promise.race(this.#running.values());
    }
    const trials = [...this.#finished.values()].sort((a, b) => a.number - b.number);
    return { trials, best: bestOf(trials), end: this.#end ?? "trials" };
  }

  #canStart(): boolean {
    while (this.#finished.has(this.#next)) this.#next++;
    const { trialCount, jobs } = this.#plan;
    if (this.#end !== null || this.#next >= trialCount || this.#running.size >= jobs) return false;
    while (this.#finished.has(this.#finishedUntil)) this.#finishedUntil++;
    if (this.#finishedUntil <= this.#next - jobs) return false;
    if (this.#effects.isTimeUp()) this.#end = "time";
    return this.#end === null;
  }

  #start(): void {
    const number = this.#next++;
    const lookup = (other: number) => this.#records.get(other);
    const chosen = runToEnd(this.#policy.suggest(lookup, number));
    if (chosen === null) {
      this.#end = "space";
      return;
    }
    const { algorithm, params: suggested } = chosen;
    const params = { ...this.#plan.fixed?.[algorithm], ...suggested };
    const history = this.#policy.rivals(lookup, number, algorithm);
    const assignment = { number, algorithm, params, suggested, history };
    this.#records.set(number, asRunning(assignment));
    const ended = this.#effects.run(assignment).then((result) => this.#finish(assignment, result));
    // The first failure ends the study; failures of other running trials are ignored.
    ended.catch(() => undefined);
    this.#running.set(number, ended);
  }

  #finish({ number, algorithm, suggested }: ChosenTrial, result: TrialResult | null): void {
    this.#running.delete(number);
    if (result === null) {
      this.#end = "time";
      return;
    }
    const trial = { ...result, number, algorithm, suggested };
    this.#finished.set(number, trial);
    this.#records.set(number, recordOf(trial));
    this.#effects.onFinished(trial);
  }
}

function asRunning({ number, algorithm, suggested }: ChosenTrial): TrialRecord {
  const params = fromConfiguration(algorithm, suggested);
  return { number, state: "RUNNING", params, value: null, reports: [] };
}
