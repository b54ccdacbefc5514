import type { AlgorithmName } from "#contract/algorithms.ts";
import { keptFrom, worthKeeping } from "#engine/tune/blend/blend-candidates.ts";
import type { FinishedTrial } from "#engine/tune/plan/study.ts";
import { fromConfiguration } from "#engine/tune/sampler/search-space.ts";
import { StudyPolicy as EnginePolicy, type TrialLookup } from "#engine/tune/study-policy.ts";
import { runToEnd } from "#engine/tune/trial/run-to-end.ts";
import type { RecordState, TrialRecord } from "#engine/tune/trial/trial.ts";
import type { Configuration } from "#jobs/configuration.ts";
import { placeOfTrial, type Study, type StudyPolicy, type Trial } from "#jobs/study-job.ts";
import type { StoredPart } from "#jobs/study-work.ts";

/** The engine's policy over one study of the platform. It chooses like one that was created just now. */
export class StudyChooser implements StudyPolicy {
  #policy: EnginePolicy | null = null;
  readonly #prepared = new Map<number, Configuration | null>();

  /**
   * Chooses for a trial, and for those before it that have no configuration, yielding between pieces of some milliseconds; `suggest`
   * then answers at once.
   */
  *prepare(study: Study, number: number): Generator<undefined, void, undefined> {
    const trials = [...study.trials];
    for (const [at, trial] of trials.entries()) {
      if (trial.number > number) return;
      if (trial.configuration) continue;
      const configuration = yield* this.#choose({ ...study, trials }, trial.number);
      this.#prepared.set(trial.number, configuration);
      if (!configuration) return;
      trials[at] = { ...trial, configuration };
    }
  }

  suggest(study: Study, number: number): Configuration | null {
    const prepared = this.#prepared.get(number);
    this.#prepared.delete(number);
    return prepared === undefined ? runToEnd(this.#choose(study, number)) : prepared;
  }

  shouldPrune(study: Study, number: number): boolean {
    const trial = study.trials[placeOfTrial(study.trials, number)];
    const algorithm = trial?.configuration?.algorithm;
    if (!study.plan || !trial || !algorithm) return false;
    const { reports } = recordOf(trial);
    return this.#policyOf(study).shouldPrune(lookupIn(study), { number, algorithm, reports });
  }

  finalists(study: Study): readonly number[] {
    return this.#policyOf(study)
      .finalists(finishedOf(study))
      .map(({ number }) => number);
  }

  keepFrom(study: Study, algorithm: AlgorithmName): number {
    return keptFrom(
      study.trials.flatMap(({ number, configuration, outcome }) => {
        const isOne = configuration?.algorithm === algorithm && outcome?.state === "COMPLETE";
        return isOne ? [{ number, value: outcome.value }] : [];
      }),
    );
  }

  neededParts({ trials, parts }: Study): readonly StoredPart[] {
    const known = parts.map((part) => {
      const trial = trials[placeOfTrial(trials, part.trial)];
      const algorithm = trial?.configuration?.algorithm;
      return { part, algorithm, number: part.trial, value: trial?.outcome?.value ?? 0 };
    });
    return [...new Set(known.map(({ algorithm }) => algorithm))].flatMap((name) =>
      worthKeeping(known.filter(({ algorithm }) => algorithm === name)).map(({ part }) => part),
    );
  }

  blendSlots(study: Study): readonly (readonly number[])[] {
    const slots = this.#policyOf(study).blendSlots(finishedOf(study));
    return slots.map((slot) => slot.map(({ number }) => number));
  }

  *#choose(study: Study, number: number): Generator<undefined, Configuration | null, undefined> {
    if (study.spec.fixed) return number === 0 ? study.spec.fixed : null;
    return yield* this.#policyOf(study).suggest(lookupIn(study), number);
  }

  #policyOf({ plan }: Study): EnginePolicy {
    if (!plan) throw new TypeError("A study without a plan has no policy.");
    if (this.#policy?.plan !== plan) this.#policy = new EnginePolicy(plan);
    return this.#policy;
  }
}

/** Trials without a configuration are not in the history. */
function lookupIn({ trials }: Study): TrialLookup {
  return (number) => {
    const trial = trials[placeOfTrial(trials, number)];
    return trial?.configuration ? recordOf(trial) : undefined;
  };
}

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

function toRecord({ number, configuration, outcome, reports, task }: Trial): TrialRecord {
  const running: RecordState = task.phase === "failed" ? "FAILED" : "RUNNING";
  return {
    number,
    state: outcome?.state ?? running,
    params: configuration ? fromConfiguration(configuration.algorithm, configuration.params) : {},
    value: outcome?.value ?? null,
    reports: reports.map(({ epoch, value }) => ({ step: epoch, value })),
  };
}

function finishedOf({ trials }: Study): FinishedTrial[] {
  return trials.flatMap((trial) => {
    const { configuration, outcome } = trial;
    if (!configuration || !outcome) return [];
    const { number, reports } = recordOf(trial);
    const { algorithm, params: suggested } = configuration;
    return [{ ...outcome, number, algorithm, suggested, reports }];
  });
}
