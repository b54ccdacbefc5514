import { chooseTrial } from "#engine/tune/choose-trial.ts";
import { pruneByMedian } from "#engine/tune/median-pruner.ts";
import { ALGORITHM_PARAM, toConfiguration } from "#engine/tune/search-space.ts";
import type { TrialParams, TrialRecord, TrialState } from "#engine/tune/trial.ts";
import type { Configuration, StudyPolicy, Trial } from "#jobs/study-job.ts";

/** How studies choose: TPE over the conditional space of their algorithms, and the median pruner. All metrics are maximised. */
export const studyPolicy: StudyPolicy = {
  suggest(spec, trials, number) {
    if (spec.fixed) return number === 0 ? spec.fixed : null;
    const others = trials.filter((trial) => trial.number !== number && trial.configuration);
    const options = { seed: spec.seed, trialNumber: number, limits: spec.limits ?? {} };
    const params = chooseTrial(spec.algorithms, others.map(toRecord), options);
    return params && toConfiguration(params);
  },
  shouldPrune(_spec, trials, number) {
    const [own] = trials.filter((trial) => trial.number === number).map(toRecord);
    if (!own) return false;
    const others = trials.filter((trial) => trial.number !== number && trial.configuration);
    return pruneByMedian(own.reports, others.map(toRecord));
  },
};

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
