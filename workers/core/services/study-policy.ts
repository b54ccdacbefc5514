import { chooseTrial } from "#engine/tune/choose-trial.ts";
import { shouldPrune } from "#engine/tune/median-pruner.ts";
import { ALGORITHM_PARAM, toConfiguration } from "#engine/tune/search-space.ts";
import type { TrialParams, TrialRecord, TrialState } from "#engine/tune/trial.ts";
import type { Configuration, StudyPolicy, Trial } from "#jobs/study-job.ts";

/** The first epochs of a fit with strong regularisation look worse than they end: on ML-100K the best trial would be pruned. */
const PRUNING_WARM_UP_EPOCHS = 2;

/** How studies choose: TPE over the conditional space of their algorithms, and the median pruner. All metrics are maximised. */
export const studyPolicy: StudyPolicy = {
  suggest(spec, trials, number) {
    const others = trials.filter((trial) => trial.number !== number && trial.configuration);
    const options = { seed: spec.seed, trialNumber: number };
    const params = chooseTrial(spec.algorithms, others.map(toRecord), options);
    return params && toConfiguration(params);
  },
  shouldPrune(_spec, trials, number) {
    const [own] = trials.filter((trial) => trial.number === number).map(toRecord);
    if (!own || own.reports.length <= PRUNING_WARM_UP_EPOCHS) return false;
    const others = trials.filter((trial) => trial.number !== number && trial.configuration);
    return shouldPrune(own.reports, others.map(toRecord), "maximize");
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
