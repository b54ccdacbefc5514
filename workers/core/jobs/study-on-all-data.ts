/** What a study whose trials use a sample of users measures on all data: the best trials, then the winner, popularity and the live model. */
import { BASELINE } from "#contract/algorithms.ts";
import type { FinalMetrics } from "#contract/tuning-job.ts";
import type { Configuration } from "./configuration.ts";
import { type Study, type StudyEffect, scoreOf, type Trial, winnerOf } from "./study-job.ts";
import {
  beginMeasuring,
  isMeasured,
  type MeasuredFigures,
  type MeasuredOrNot,
  type MeasuredPart,
  type MeasuringSpec,
  type MeasuringStep,
} from "./study-measuring.ts";
import { findTrial, log, metricName, type Turn, withTrial } from "./study-steps.ts";

const MOST_FINALISTS = 3;
/** One alone has nobody to be compared with. */
const FEWEST_FINALISTS = 2;

interface Begun {
  readonly study: Study;
  readonly effects: readonly StudyEffect[];
}

/** Whether a measurement of a part has begun and not ended. */
export function isMeasuring({ measurings }: Study): boolean {
  return Object.values(measurings ?? {}).some((job) => !isMeasured(job));
}

/** Keeps a measurement, and gives the effects of its step. */
export function withMeasuring(study: Study, { job, effects }: MeasuringStep): Begun {
  return { study: { ...study, measurings: { ...study.measurings, [job.spec.part]: job } }, effects };
}

/** Begins to measure the best trials on all data; null where trials use all of them, or there is no choice. */
export function beginFinalistsOnAll(study: Study, { now }: Turn): Begun | null {
  const finalists = study.sample && study.plan ? finalistsOf(study) : [];
  if (finalists.length < FEWEST_FINALISTS) return null;
  const fits = finalists.map(({ number, configuration, outcome }) => ({
    algorithm: configuration.algorithm,
    params: outcome.params,
    seed: study.spec.seed + number,
  }));
  const begun = withMeasuring(study, beginMeasuring(measuringSpec(study, "validation", fits), now));
  const numbers = finalists.map(({ number }) => number).join(", ");
  const said = log(`The best trials are fitted to all data and measured on the validation part: ${numbers}.`);
  return { ...begun, effects: [said, ...begun.effects] };
}

/** Gives the finalists their values on all data. Those that have none do not count any more, unless none has one. */
export function endFinalistsOnAll(study: Study): Begun {
  const job = study.measurings?.validation;
  if (!job) return { study, effects: [] };
  const effects: StudyEffect[] = [];
  if (!job.result)
    effects.push(log(`The best trials could not be measured on all data. ${job.task.lastError}`));
  let measured = study;
  for (const [at, { number }] of finalistsOf(study).entries()) {
    const figures = job.result?.measured[at];
    const trial = findTrial(measured, number);
    if (!figures || !trial) continue;
    effects.push(log(`Trial ${number} on all data: ${sentenceOf(study, figures)}`));
    if (!isFigures(figures)) continue;
    const { metrics } = figures;
    const value = metrics[metricName(study)] ?? 0;
    measured = withTrial(measured, { ...trial, remeasured: { value, metrics } });
  }
  return { study: measured, effects };
}

/** Begins to measure the winner, popularity and the live configuration on all data; null where that is done, or was done by the study's own work. */
export function beginWinnerOnAll(study: Study, { now }: Turn): Begun | null {
  const winner = winnerOf(study);
  if (!study.sample || !winner || study.measurings?.test) return null;
  const fits = [
    winner,
    { algorithm: BASELINE, params: {} },
    ...(study.spec.serving ? [study.spec.serving] : []),
  ];
  const seed = study.spec.split.seed;
  const spec = measuringSpec(
    study,
    "test",
    fits.map(({ algorithm, params }: Configuration) => ({ algorithm, params, seed })),
  );
  const begun = withMeasuring(study, beginMeasuring(spec, now));
  const said = log("The winner is fitted to all data and measured on the test part.");
  return { ...begun, effects: [said, ...begun.effects] };
}

/** The figures of all data, with those of the sample beside them; those of the sample alone if there are no others. */
export function endWinnerOnAll(study: Study): Begun {
  const { sample, finalResult, measurings } = study;
  const job = measurings?.test;
  if (!sample) return { study, effects: [] };
  const ofSample = finalResult && { ...finalResult, ...scopeOf("sample", sample.users, sample.ofUsers) };
  const [winner, popularity, serving] = job?.result?.measured ?? [];
  if (!winner || !isFigures(winner) || !popularity || !isFigures(popularity)) {
    const reason = winner && !isFigures(winner) ? winner.reason : (job?.task.lastError ?? "");
    const said = log(`The winner could not be measured on all data. ${reason}`);
    return { study: { ...study, finalResult: ofSample }, effects: job ? [said] : [] };
  }
  const said = [log(`The winner on all data: ${sentenceOf(study, winner)}`)];
  if (serving && !isFigures(serving))
    said.push(log(`The live model could not be measured on all data. ${serving.reason}`));
  const measured = { winner, popularity, ...(serving && isFigures(serving) && { serving }) };
  const result: FinalMetrics = {
    ...halfOf(measured, (figures) => ({ ...figures.metrics })),
    intervals: halfOf(measured, (figures) => figures.intervals),
    ...differencesOf(measured),
    ...scopeOf("all", winner.users, sample.ofUsers),
    ...(finalResult && { of_sample: { ...sampleHalf(finalResult), users: sample.users } }),
  };
  return { study: { ...study, finalResult: result }, effects: said };
}

function scopeOf(data: "all" | "sample", users: number, ofUsers: number) {
  return { measured_on: { data, users, of_users: ofUsers } };
}

/** Without what is not of the sample alone. */
function sampleHalf({ cold: _cold, measured_on: _on, of_sample: _sample, ...figures }: FinalMetrics) {
  return figures;
}

/** What the winner has more than the others. */
function differencesOf({ popularity, serving }: Pick<Together, "popularity" | "serving">) {
  if (!popularity.behind) return {};
  return {
    differences: {
      popularity: popularity.behind,
      ...(serving?.behind && { serving: serving.behind }),
    },
  };
}

interface Together {
  readonly winner: MeasuredFigures;
  readonly popularity: MeasuredFigures;
  readonly serving?: MeasuredFigures;
}

/** The same half of all figures. */
function halfOf<Half>(measured: Together, half: (figures: MeasuredFigures) => Half) {
  const { winner, popularity, serving } = measured;
  return {
    winner: half(winner),
    popularity: half(popularity),
    ...(serving && { serving: half(serving) }),
  };
}

type Finalist = Trial & {
  readonly configuration: NonNullable<Trial["configuration"]>;
  readonly outcome: NonNullable<Trial["outcome"]>;
};

/** The best complete trials on the sample, no two with the same settings, the earlier one of equals first. */
function finalistsOf({ trials }: Study): Finalist[] {
  const complete = trials.filter(
    (trial): trial is Finalist => trial.configuration !== null && trial.outcome?.state === "COMPLETE",
  );
  const onSample = ({ outcome }: Finalist) => scoreOf({ outcome });
  const best = complete.sort((one, other) => onSample(other) - onSample(one));
  const settingsOf = ({ configuration, outcome }: Finalist) =>
    JSON.stringify([configuration.algorithm, outcome.params]);
  const first = new Map(best.toReversed().map((trial) => [settingsOf(trial), trial.number]));
  return best.filter((trial) => first.get(settingsOf(trial)) === trial.number).slice(0, MOST_FINALISTS);
}

function measuringSpec({ spec }: Study, part: MeasuredPart, fits: MeasuringSpec["fits"]): MeasuringSpec {
  const { jobId, projectId, datasetKey, split, hasTimes, metric, cutoff } = spec;
  return { jobId, projectId, datasetKey, split, hasTimes, metric, cutoff, part, fits };
}

function isFigures(measured: MeasuredOrNot): measured is MeasuredFigures {
  return "metrics" in measured;
}

function sentenceOf(study: Study, measured: MeasuredOrNot): string {
  if (!isFigures(measured)) return measured.reason;
  const metric = metricName(study);
  return `${metric}=${measured.metrics[metric]?.toFixed(6)}, of ${measured.users} users.`;
}
