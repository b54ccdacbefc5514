/** The trials of a study: claims, reports and ends. Reports count only from the holder of the present claim. */

import type { Configuration } from "./configuration.ts";
import {
  claimTask,
  endClaim,
  finishTask,
  holdsClaim,
  MAX_ATTEMPTS,
  refuseTask,
  renewTask,
} from "./leased-task.ts";
import { assertNever } from "./step.ts";
import type { Study, StudyEffect, StudyStep, Trial, TrialEvent } from "./study-job.ts";
import { moveOn } from "./study-stages.ts";
import {
  findTrial,
  KEEP_ON,
  log,
  metricName,
  step,
  type Turn,
  taken,
  voidClaim,
  withTrial,
} from "./study-steps.ts";
import type { StoredPart } from "./study-work.ts";

export function claimTrial(study: Study, number: number, turn: Turn): StudyStep {
  if (study.phase !== "searching" || study.pausedAt !== null) return step(study, turn.now);
  const chosen = chooseUntil(study, number, turn);
  if (chosen.isExhausted && !study.isExhausted) {
    const said = [log("Every possible configuration has been tried.")];
    return moveOn(chosen, turn, said);
  }
  const trial = findTrial(chosen, number);
  const task = trial && claimTask(trial.task, turn.now);
  if (!trial?.configuration || !task) return step(chosen, turn.now);
  const claimed = withTrial(chosen, { ...trial, task, startedAt: turn.now, reports: [] });
  const configuration = withFixed(study, trial.configuration);
  const { spec, plan } = study;
  const mayBlend = spec.triesBlend && plan !== null;
  const keepFrom = mayBlend ? turn.policy.keepFrom(study, configuration.algorithm) : null;
  return step(claimed, turn.now, [], { type: "trial", claim: task.claims, spec, configuration, keepFrom });
}

/**
 * Chooses configurations for the trials up to a number, in their order, so that a trial's configuration does not depend on the
 * order of messages. If nothing is left to try, trials without a configuration are removed.
 */
function chooseUntil(study: Study, number: number, { policy }: Turn): Study {
  let current = study;
  for (const { number: earlier, configuration } of study.trials) {
    if (earlier > number) break;
    if (configuration) continue;
    const chosen = policy.suggest(current, earlier);
    const trial = findTrial(current, earlier);
    if (!chosen || !trial) {
      const trials = current.trials.filter((one) => one.configuration);
      return { ...current, trials, isExhausted: true };
    }
    current = withTrial(current, { ...trial, configuration: chosen });
  }
  return current;
}

function withFixed({ plan }: Study, { algorithm, params }: Configuration): Configuration {
  return { algorithm, params: { ...plan?.fixed?.[algorithm], ...params } };
}

export function hearTrial(study: Study, event: TrialEvent, turn: Turn): StudyStep {
  const trial = findTrial(study, event.trial);
  if (study.phase !== "searching" || !trial || !holdsClaim(trial.task, event.claim)) {
    return voidClaim(study, turn.now);
  }
  const { now } = turn;
  switch (event.type) {
    case "renew-trial":
      return step(withTrial(study, { ...trial, task: renewTask(trial.task, now) }), now, [], KEEP_ON);
    case "report-trial": {
      const reports = [...trial.reports, { epoch: event.epoch, value: event.value }];
      const reported = withTrial(study, { ...trial, task: renewTask(trial.task, now), reports });
      const prune = turn.policy.shouldPrune(reported, trial.number);
      return step(reported, now, [], { type: "lease", keepOn: true, prune });
    }
    case "complete-trial": {
      const done = { ...trial, task: finishTask(trial.task), outcome: event.outcome };
      const said = log(outcomeLine(study, done));
      const next = withTrial(study, done);
      return taken(
        event.part ? moveOn(...keepPart(next, event.part, turn, said)) : moveOn(next, turn, [said]),
      );
    }
    case "fail-trial":
      return taken(loseTrial(study, { ...trial, task: endClaim(trial.task, event.reason, now) }, turn));
    case "refuse-trial":
      return taken(loseTrial(study, { ...trial, task: refuseTask(trial.task, event.reason) }, turn));
    default:
      return assertNever(event);
  }
}

/** Keeps a model for the blend, in the place of one that is not needed any more. */
function keepPart(study: Study, part: StoredPart, turn: Turn, said: StudyEffect): Parameters<typeof moveOn> {
  const all = { ...study, parts: [...study.parts.filter(({ trial }) => trial !== part.trial), part] };
  const needed = turn.policy.neededParts(all);
  const forgotten = all.parts.filter((one) => !needed.includes(one));
  const effects = forgotten.length > 0 ? [{ type: "forget-parts", parts: forgotten } as const] : [];
  return [{ ...all, parts: needed }, turn, [said, ...effects]];
}

/** Tries a trial again, or continues without it if its task has finally failed. */
export function loseTrial(study: Study, trial: Trial, turn: Turn): StudyStep {
  const { number, task, configuration } = trial;
  const lost = withTrial(study, trial);
  if (task.phase === "waiting") {
    const of = `attempt ${task.failures} of ${MAX_ATTEMPTS}`;
    const why = log(`Trial ${number} failed (${of}): ${task.lastError}`);
    return step(lost, turn.now, [why, { type: "send-trial", trial: number }]);
  }
  const name = configuration?.algorithm ?? "an unknown algorithm";
  const after = task.failures >= MAX_ATTEMPTS ? ` after ${MAX_ATTEMPTS} attempts` : "";
  return moveOn(lost, turn, [log(`Trial ${number} with ${name}: FAILED${after}. ${task.lastError}`)]);
}

function outcomeLine(study: Study, trial: Trial): string {
  const { outcome, configuration, number } = trial;
  const value = outcome?.value.toFixed(6);
  const what = `${configuration?.algorithm} / ${JSON.stringify(outcome?.params)}`;
  return `Trial ${number} with ${what}: ${outcome?.state}.\n${metricName(study)}=${value}`;
}
