import { pruneByMedian } from "#engine/tune/pruner/median-pruner.ts";
import { pruningRivals } from "#engine/tune/pruner/pruning-rivals.ts";
import { chooseInSteps } from "#engine/tune/sampler/choose-trial.ts";
import { ALGORITHM_PARAM, toConfiguration } from "#engine/tune/sampler/search-space.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import type { TrialParams, TrialRecord, TrialState } from "#engine/tune/trial/trial.ts";
import { TrialHistory } from "#engine/tune/trial/trial-history.ts";
import type { Configuration, StudyPolicy, StudySpec, Trial } from "#jobs/study-job.ts";

/** How studies choose: TPE over the conditional space of their algorithms, and the median pruner. All metrics are maximised. */
export const studyPolicy: StudyPolicy = {
  suggest: (spec, trials, number) => new StudyChooser().suggest(spec, trials, number),
  shouldPrune(_spec, trials, number) {
    const own = trials.find((trial) => trial.number === number);
    if (!own) return false;
    const reported = trials.filter((trial) => trial !== own && trial.reports.length > 0);
    return pruneByMedian(recordOf(own).reports, pruningRivals(reported.map(recordOf)));
  },
};

/**
 * The policy of one study, which remembers what it has seen of it, so that a choice costs the same however many trials there are. It
 * chooses as one that was created just now would.
 */
export class StudyChooser implements StudyPolicy {
  #history = new TrialHistory();
  #known = new Map<number, Trial>();
  readonly #prepared = new Map<number, Configuration | null>();

  /** Chooses for a trial, yielding between pieces of some milliseconds; `suggest` then answers at once. */
  *prepare(spec: StudySpec, trials: readonly Trial[], number: number): Generator<undefined, void, undefined> {
    this.#prepared.set(number, yield* this.#choose(spec, trials, number));
  }

  suggest(spec: StudySpec, trials: readonly Trial[], number: number): Configuration | null {
    const prepared = this.#prepared.get(number);
    this.#prepared.delete(number);
    return prepared === undefined ? runToEnd(this.#choose(spec, trials, number)) : prepared;
  }

  shouldPrune(spec: StudySpec, trials: readonly Trial[], number: number): boolean {
    return studyPolicy.shouldPrune(spec, trials, number);
  }

  *#choose(
    spec: StudySpec,
    trials: readonly Trial[],
    number: number,
  ): Generator<undefined, Configuration | null, undefined> {
    if (spec.fixed) return number === 0 ? spec.fixed : null;
    yield* this.#look(trials, number);
    const options = { seed: spec.seed, trialNumber: number, limits: spec.limits ?? {} };
    const params = yield* chooseInSteps(spec.algorithms, this.#history, options);
    return params && toConfiguration(params);
  }

  /** Takes in what is new. A trial that was known and is gone belongs to another life of the study: then all is forgotten. */
  *#look(trials: readonly Trial[], number: number): Generator<undefined, void, undefined> {
    const others = trials.filter((trial) => trial.number !== number && trial.configuration);
    const present = new Set(others.map((trial) => trial.number));
    if ([...this.#known.keys()].some((known) => !present.has(known))) {
      this.#history = new TrialHistory();
      this.#known = new Map();
    }
    let read = 0;
    for (const trial of others) {
      if (this.#known.get(trial.number) === trial) continue;
      this.#known.set(trial.number, trial);
      this.#history.set(recordOf(trial));
      if (++read % TRIALS_PER_PIECE === 0) yield;
    }
  }
}

/** Some milliseconds. */
const TRIALS_PER_PIECE = 64;

/** A trial does not change once it is made, only its place is taken by another: so its record is made once. */
const records = new WeakMap<Trial, TrialRecord>();

function recordOf(trial: Trial): TrialRecord {
  let record = records.get(trial);
  if (!record) {
    record = toRecord(trial);
    records.set(trial, record);
  }
  return record;
}

function toRecord(trial: Trial): TrialRecord {
  return {
    number: trial.number,
    state: stateOf(trial),
    params: trial.configuration ? prefixed(trial.configuration) : {},
    value: trial.outcome?.value ?? null,
    reports: trial.reports.map(({ epoch, value }) => ({ step: epoch, value })),
  };
}

function stateOf(trial: Trial): TrialState {
  if (trial.outcome) return trial.outcome.state;
  return trial.task.phase === "failed" ? "FAILED" : "RUNNING";
}

/** As the search space names them: what was suggested, without what the fit learned. */
function prefixed({ algorithm, params }: Configuration): TrialParams {
  const own = Object.entries(params).map(([name, value]) => [`${algorithm}.${name}`, value]);
  return { [ALGORITHM_PARAM]: algorithm, ...Object.fromEntries(own) };
}
