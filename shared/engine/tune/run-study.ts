/**
 * Drives a study from its first trial to its last: chooses, has trials run, several at a time if so specified, and remembers. Pure
 * but for the effects it is given, it knows no clock, thread or file.
 *
 * Same spec, same study, however fast the trials are: trial n is chosen, and pruned, by the outcomes of trials 0 … n − jobs alone, and
 * so begins as soon as these have finished; of the `jobs − 1` between it knows the configurations only.
 */

import type { AlgorithmParams } from "#contract/algorithms.ts";
import {
  bestOf,
  type FinishedTrial,
  recordOf,
  type StudySpec,
  type TrialAssignment,
  type TrialResult,
} from "./plan/study.ts";
import { pruningRivals } from "./pruner/pruning-rivals.ts";
import { chooseInSteps } from "./sampler/choose-trial.ts";
import { fromConfiguration, toConfiguration } from "./sampler/search-space.ts";
import { hasEpochs } from "./trial/fit-steps.ts";
import { insertByNumber } from "./trial/insert-by-number.ts";
import { runToEnd } from "./trial/run-to-end.ts";
import type { TrialRecord } from "./trial/trial.ts";
import { TrialHistory } from "./trial/trial-history.ts";

export interface StudyEffects {
  /** Runs one trial; null when it was abandoned, which leaves no trace and ends the study. What it throws ends the study too. */
  run(assignment: TrialAssignment): Promise<TrialResult | null>;
  /** Asked before each trial. */
  isTimeUp(): boolean;
  /** Called with each trial as it finishes, which is not always the order of numbers. */
  onFinished(trial: FinishedTrial): void;
}

export interface StudyResult {
  /** In the order of numbers. */
  readonly trials: readonly FinishedTrial[];
  readonly best: FinishedTrial | null;
  /** Why there are no more: all that were asked for, no time left, or nothing left to try within space and budgets. */
  readonly end: "trials" | "time" | "space";
}

/** @param earlier Trials of the same spec that finished before, for resuming; they are not run again. */
export async function runStudy(
  spec: StudySpec,
  effects: StudyEffects,
  earlier: readonly FinishedTrial[] = [],
): Promise<StudyResult> {
  const study = new StudyRun(spec, effects, earlier);
  return study.run();
}

/** An assignment, and which of its parameters were chosen. */
interface ChosenTrial extends TrialAssignment {
  readonly suggested: AlgorithmParams;
}

class StudyRun {
  readonly #spec: StudySpec;
  readonly #effects: StudyEffects;
  readonly #finished: Map<number, FinishedTrial>;
  readonly #running = new Map<number, { readonly assignment: ChosenTrial; readonly ended: Promise<void> }>();
  /** What the next trial may know. */
  readonly #history = new TrialHistory();
  /** Of this, the trials with reports. */
  readonly #reported: TrialRecord[] = [];
  #next = 0;
  /** All trials before this one have finished. */
  #finishedUntil = 0;
  /** Trials before these are in the history with their outcome, and with their configuration. */
  #outcomesUntil = 0;
  #configurationsUntil = 0;
  #end: StudyResult["end"] | null = null;

  constructor(spec: StudySpec, effects: StudyEffects, earlier: readonly FinishedTrial[]) {
    this.#spec = spec;
    this.#effects = effects;
    this.#finished = new Map(earlier.map((trial) => [trial.number, trial]));
  }

  async run(): Promise<StudyResult> {
    for (;;) {
      while (this.#canStart()) this.#start();
      if (this.#running.size === 0) break;
      await Promise.race([...this.#running.values()].map(({ ended }) => ended));
    }
    const trials = [...this.#finished.values()].sort((a, b) => a.number - b.number);
    return { trials, best: bestOf(trials), end: this.#end ?? "trials" };
  }

  #canStart(): boolean {
    while (this.#finished.has(this.#next)) this.#next++;
    const { trialCount, jobs } = this.#spec;
    if (this.#end !== null || this.#next >= trialCount || this.#running.size >= jobs) return false;
    while (this.#finished.has(this.#finishedUntil)) this.#finishedUntil++;
    if (this.#finishedUntil <= this.#next - jobs) return false;
    if (this.#effects.isTimeUp()) this.#end = "time";
    return this.#end === null;
  }

  #start(): void {
    const number = this.#next++;
    this.#show(number);
    const options = { ...this.#spec, trialNumber: number };
    const chosen = runToEnd(chooseInSteps(this.#spec.algorithms, this.#history, options));
    if (chosen === null) {
      this.#end = "space";
      return;
    }
    const { algorithm, params: suggested } = toConfiguration(chosen);
    const params = { ...this.#spec.fixed?.[algorithm], ...suggested };
    const history = this.#rivalsOf(algorithm);
    const assignment = { number, algorithm, params, suggested, history };
    const ended = this.#effects.run(assignment).then((result) => this.#finish(assignment, result));
    // The first failure ends the study; those of trials that were running beside it have nobody to tell.
    ended.catch(() => undefined);
    this.#running.set(number, { assignment, ended });
  }

  #finish({ number, algorithm, suggested }: ChosenTrial, result: TrialResult | null): void {
    this.#running.delete(number);
    if (result === null) {
      this.#end = "time";
      return;
    }
    const trial = { ...result, number, algorithm, suggested };
    this.#finished.set(number, trial);
    this.#effects.onFinished(trial);
  }

  /** Brings into the history what trial `number` may know: outcomes; of the `jobs − 1` trials before it, the configuration only. */
  #show(number: number): void {
    for (; this.#configurationsUntil < number; this.#configurationsUntil++) {
      const trial = this.#trialAt(this.#configurationsUntil);
      if (trial) this.#history.set(asRunning(trial));
    }
    for (; this.#outcomesUntil <= number - this.#spec.jobs; this.#outcomesUntil++) {
      const trial = this.#finished.get(this.#outcomesUntil);
      if (!trial) continue;
      const record = recordOf(trial);
      this.#history.set(record);
      if (record.reports.length > 0) insertByNumber(this.#reported, record);
    }
  }

  #trialAt(number: number): Pick<ChosenTrial, "number" | "algorithm" | "suggested"> | undefined {
    return this.#finished.get(number) ?? this.#running.get(number)?.assignment;
  }

  #rivalsOf(algorithm: ChosenTrial["algorithm"]): readonly TrialRecord[] {
    const isPruned = this.#spec.pruner !== "none" && hasEpochs(algorithm);
    return isPruned ? pruningRivals(this.#reported) : [];
  }
}

function asRunning({
  number,
  algorithm,
  suggested,
}: Pick<ChosenTrial, "number" | "algorithm" | "suggested">): TrialRecord {
  const params = fromConfiguration(algorithm, suggested);
  return { number, state: "RUNNING", params, value: null, reports: [] };
}
