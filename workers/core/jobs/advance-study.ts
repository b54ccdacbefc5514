/**
 * A tuning study: the whole behaviour, without a runtime. It keeps `parallelTrials` trials in flight until `trialCount` have
 * been asked for or time is up, measures the winner and the popularity baseline on the test part, and hands over the result.
 * No trial is counted twice: only the holder of a trial's present claim is heard.
 */
import {
  claimTask,
  dueAt,
  endClaim,
  finishTask,
  holdsClaim,
  isOver,
  LEASE_LOST,
  type LeasedTask,
  MAX_ATTEMPTS,
  type Millis,
  markSent,
  newTask,
  overdue,
  RESEND_AFTER_MS,
  RESEND_AFTER_POKE_MS,
  refuseTask,
  renewTask,
} from "./leased-task.ts";
import { countSettleFailure, isGivenUp, SETTLE_RETRY_MS, type SettleFailed } from "./settling.ts";
import { assertNever, earliest } from "./step.ts";
import {
  bestTrial,
  type FinalEvent,
  placeOfTrial,
  type Study,
  type StudyEffect,
  type StudyEvent,
  type StudyPolicy,
  type StudyReply,
  type StudyStep,
  type Trial,
  type TrialEvent,
} from "./study-job.ts";

const NOTHING: StudyReply = { type: "nothing" };
const STOP: StudyReply = { type: "lease", keepOn: false, prune: false };

/**
 * Null when there is no such study: every event but `start` then changes nothing. A paused study sends no message; what it owes is
 * sent when it goes on.
 */
export function advanceStudy(
  study: Study | null,
  event: StudyEvent,
  now: Millis,
  policy: StudyPolicy,
): StudyStep | null {
  const next = advance(study, event, now, policy);
  if (!next || next.state.pausedAt === null) return next;
  const effects = next.effects.filter(({ type }) => type !== "send-trial" && type !== "send-final");
  return { ...next, effects };
}

function advance(study: Study | null, event: StudyEvent, now: Millis, policy: StudyPolicy): StudyStep | null {
  if (study === null) return event.type === "start" ? begin(event.spec, now) : null;
  switch (event.type) {
    case "start":
      // A start of a study that has ended means that its job row is still open: the outcome is written once more.
      if (isEnded(study)) return step(study, now, [{ type: "settle" }]);
      return restated(wake(study, now, RESEND_AFTER_POKE_MS));
    case "poke":
      return wake(study, now, RESEND_AFTER_POKE_MS);
    case "alarm":
      return restated(wake(study, now, RESEND_AFTER_MS));
    case "claim-trial":
      return claimTrial(study, event.trial, now, policy);
    case "claim-final":
      return claimFinal(study, now);
    case "pause":
      return pause(study, now);
    case "resume":
      return resume(study, now);
    case "cancel":
      return cancel(study, now);
    case "settled":
      return step({ ...study, settled: study.settled || event.phase === study.phase }, now);
    case "settle-failed":
      return hearSettleFailed(study, event, now);
    case "renew-trial":
    case "report-trial":
    case "complete-trial":
    case "fail-trial":
    case "refuse-trial":
      return hearTrial(study, event, now, policy);
    case "renew-final":
    case "complete-final":
    case "fail-final":
    case "refuse-final":
      return hearFinal(study, event, now);
    default:
      return assertNever(event);
  }
}

function begin(spec: Study["spec"], now: Millis): StudyStep {
  const study: Study = {
    spec,
    phase: "searching",
    startedAt: now,
    pausedAt: null,
    trials: [],
    isExhausted: false,
    finalTask: null,
    finalResult: null,
    error: null,
    settled: false,
  };
  return moveOn(study, now, [{ type: "begun" }, log(`Start job ${spec.jobId} / worker 0.`)]);
}

function claimTrial(study: Study, number: number, now: Millis, policy: StudyPolicy): StudyStep {
  const trial = findTrial(study, number);
  const mayBegin = study.phase === "searching" && study.pausedAt === null;
  const task = trial && mayBegin ? claimTask(trial.task, now) : null;
  if (!trial || !task) return step(study, now);
  const configuration = trial.configuration ?? policy.suggest(study.spec, study.trials, number);
  if (!configuration) return exhaust(study, trial, now);
  const claimed = withTrial(study, { ...trial, task, configuration, reports: [] });
  return step(claimed, now, [], { type: "trial", claim: task.claims, spec: study.spec, configuration });
}

function exhaust(study: Study, trial: Trial, now: Millis): StudyStep {
  const trials = study.trials.filter((other) => other !== trial);
  const said = study.isExhausted ? [] : [log("Every configuration that there is has been tried.")];
  return moveOn({ ...study, trials, isExhausted: true }, now, said);
}

function hearTrial(study: Study, event: TrialEvent, now: Millis, policy: StudyPolicy): StudyStep {
  const trial = findTrial(study, event.trial);
  if (study.phase !== "searching" || !trial || !holdsClaim(trial.task, event.claim)) {
    return step(study, now, [], STOP);
  }
  switch (event.type) {
    case "renew-trial":
      return kept(study, { ...trial, task: renewTask(trial.task, now) }, now, false);
    case "report-trial": {
      const { epoch, value } = event;
      const reported = {
        ...trial,
        task: renewTask(trial.task, now),
        reports: [...trial.reports, { epoch, value }],
      };
      const { trials } = withTrial(study, reported);
      return kept(study, reported, now, policy.shouldPrune(study.spec, trials, trial.number));
    }
    case "complete-trial": {
      const done = { ...trial, task: finishTask(trial.task), outcome: event.outcome };
      return moveOn(withTrial(study, done), now, [log(outcomeLine(study, done))]);
    }
    case "fail-trial":
      return loseTrial(study, { ...trial, task: endClaim(trial.task, event.reason, now) }, now);
    case "refuse-trial":
      return loseTrial(study, { ...trial, task: refuseTask(trial.task, event.reason) }, now);
    default:
      return assertNever(event);
  }
}

function kept(study: Study, trial: Trial, now: Millis, prune: boolean): StudyStep {
  return step(withTrial(study, trial), now, [], { type: "lease", keepOn: true, prune });
}

/** Tries a trial again, or goes on without it where its task has failed for good. */
function loseTrial(study: Study, trial: Trial, now: Millis): StudyStep {
  const { number, task, configuration } = trial;
  const lost = withTrial(study, trial);
  if (task.phase === "waiting") {
    const of = `attempt ${task.failures} of ${MAX_ATTEMPTS}`;
    const why = log(`Trial ${number} failed (${of}): ${task.lastError}`);
    return step(lost, now, [why, { type: "send-trial", trial: number }]);
  }
  const name = configuration?.algorithm ?? "an unknown algorithm";
  const after = task.failures >= MAX_ATTEMPTS ? ` after ${MAX_ATTEMPTS} attempts` : "";
  return moveOn(lost, now, [log(`Trial ${number} with ${name}: FAILED${after}. ${task.lastError}`)]);
}

/** Starts what may start; when the search is over, goes on to the final measurement or to the end. */
function moveOn(study: Study, now: Millis, effects: readonly StudyEffect[]): StudyStep {
  if (study.pausedAt !== null) return step(study, now, effects);
  const { spec } = study;
  const begun: Trial[] = [];
  const sends: StudyEffect[] = [];
  const mayStart =
    !study.isExhausted && (spec.overallTimeoutMs === null || now < study.startedAt + spec.overallTimeoutMs);
  let active = 0;
  for (const trial of study.trials) if (!isOver(trial.task)) active++;
  while (mayStart && active < spec.parallelTrials && study.trials.length + begun.length < spec.trialCount) {
    const number = study.trials.length + begun.length;
    begun.push({ number, task: newTask(now), configuration: null, reports: [], outcome: null });
    sends.push({ type: "send-trial", trial: number });
    active++;
  }
  const next = begun.length > 0 ? { ...study, trials: [...study.trials, ...begun] } : study;
  if (active > 0) return step(next, now, [...effects, ...sends]);
  return finishSearch(next, now, effects);
}

function finishSearch(study: Study, now: Millis, effects: readonly StudyEffect[]): StudyStep {
  const best = bestTrial(study);
  if (!best) {
    const cause = study.trials.findLast((trial) => trial.task.lastError)?.task.lastError;
    return fail(study, `No trial was completed.${cause ? ` Last reason: ${cause}` : ""}`, now, effects);
  }
  if (best.outcome.value <= 0) {
    const metric = metricName(study);
    const why = `Every trial scored 0 in ${metric}: the validation part may be too small, or the timeout too short.`;
    return fail(study, why, now, effects);
  }
  const next: Study = { ...study, phase: "finalizing", finalTask: newTask(now) };
  return step(next, now, [...effects, { type: "send-final" }]);
}

function claimFinal(study: Study, now: Millis): StudyStep {
  const best = bestTrial(study);
  const mayBegin = study.phase === "finalizing" && study.pausedAt === null;
  const task = study.finalTask && mayBegin ? claimTask(study.finalTask, now) : null;
  if (!task || !best?.configuration) return step(study, now);
  const params = study.spec.fixed?.params ?? best.outcome.params;
  const winner = { algorithm: best.configuration.algorithm, params };
  const reply: StudyReply = { type: "final", claim: task.claims, spec: study.spec, winner };
  return step({ ...study, finalTask: task }, now, [], reply);
}

function hearFinal(study: Study, event: FinalEvent, now: Millis): StudyStep {
  const task = study.finalTask;
  if (study.phase !== "finalizing" || !task || !holdsClaim(task, event.claim))
    return step(study, now, [], STOP);
  switch (event.type) {
    case "renew-final": {
      const reply: StudyReply = { type: "lease", keepOn: true, prune: false };
      return step({ ...study, finalTask: renewTask(task, now) }, now, [], reply);
    }
    case "complete-final":
      return complete({ ...study, finalTask: finishTask(task), finalResult: event.result }, now);
    case "fail-final":
      return loseFinal(study, endClaim(task, event.reason, now), now);
    case "refuse-final":
      return loseFinal(study, refuseTask(task, event.reason), now);
    default:
      return assertNever(event);
  }
}

/** The winner is known even if measuring it fails for good: the study then completes and says that the test is missing. */
function loseFinal(study: Study, finalTask: LeasedTask, now: Millis): StudyStep {
  const next = { ...study, finalTask };
  if (finalTask.phase === "waiting") return step(next, now, [{ type: "send-final" }]);
  const why = log(`The winner could not be measured on the test part. ${finalTask.lastError}`);
  return complete(next, now, [why]);
}

function complete(study: Study, now: Millis, effects: readonly StudyEffect[] = []): StudyStep {
  const best = bestTrial(study);
  const found = `Found best configuration: ${best?.configuration?.algorithm} / ${JSON.stringify(best?.outcome.params)}`;
  const ends = [log(`Job ${study.spec.jobId} complete.`), log(found), { type: "settle" } as const];
  return step({ ...study, phase: "completed" }, now, [...effects, ...ends]);
}

function fail(study: Study, error: string, now: Millis, effects: readonly StudyEffect[]): StudyStep {
  const ends = [log(`Job ${study.spec.jobId} failed. ${error}`), { type: "settle" } as const];
  return step({ ...study, phase: "failed", error }, now, [...effects, ...ends]);
}

/** Also ends a study whose outcome never got into the database. */
function cancel(study: Study, now: Millis): StudyStep {
  if (study.phase === "cancelled" || (isEnded(study) && study.settled)) return step(study, now);
  const trials = study.trials.filter((trial) => trial.task.phase !== "waiting");
  const ended = log(`Job ${study.spec.jobId} cancelled.`);
  return step({ ...study, phase: "cancelled", trials, finalTask: null }, now, [ended, { type: "settle" }]);
}

/** A winner that cannot be written makes the study fail; that it failed is tried to be written for ever. */
function hearSettleFailed(study: Study, event: SettleFailed, now: Millis): StudyStep {
  const counted = countSettleFailure(study);
  if (study.phase !== "completed" || !isGivenUp(study, event)) return step(counted, now);
  return fail({ ...counted, settled: false }, event.reason, now, []);
}

function pause(study: Study, now: Millis): StudyStep {
  if (isEnded(study) || study.pausedAt !== null) return restated(step(study, now));
  return step({ ...study, pausedAt: now }, now, [log(`Job ${study.spec.jobId} paused.`), { type: "paused" }]);
}

/** Sends again what nobody claimed meanwhile, and begins what was held back. */
function resume(study: Study, now: Millis): StudyStep {
  if (isEnded(study) || study.pausedAt === null) return restated(step(study, now));
  const { finalTask, pausedAt } = study;
  const sends: StudyEffect[] = [{ type: "resumed" }, log(`Job ${study.spec.jobId} resumed.`)];
  const trials = study.trials.map((trial) => {
    if (trial.task.phase !== "waiting") return trial;
    sends.push({ type: "send-trial", trial: trial.number });
    return { ...trial, task: markSent(trial.task, now) };
  });
  const running: Study = { ...study, trials, pausedAt: null, startedAt: study.startedAt + now - pausedAt };
  if (study.phase === "searching") return moveOn(running, now, sends);
  if (finalTask?.phase !== "waiting") return step(running, now, sends);
  return step({ ...running, finalTask: markSent(finalTask, now) }, now, [...sends, { type: "send-final" }]);
}

/** The database hears again whether the study runs or is paused: what was to tell it may have been lost. */
function restated(next: StudyStep): StudyStep {
  if (isEnded(next.state)) return next;
  return { ...next, effects: [...next.effects, { type: "restate" }] };
}

function isEnded(study: Study): boolean {
  return study.phase === "completed" || study.phase === "failed" || study.phase === "cancelled";
}

/**
 * Decides what the passing of time asks for. Cases:
 *  - ended, but not in the database      → settle again
 *  - a worker fell silent                → its claim ends; another attempt, or the end of that trial
 *  - a message seems lost                → send it again
 */
function wake(study: Study, now: Millis, resendAfterMs: Millis): StudyStep {
  if (isEnded(study)) return step(study, now, study.settled ? [] : [{ type: "settle" }]);
  let current = study;
  const effects: StudyEffect[] = [];
  for (const { number } of study.trials) {
    const trial = findTrial(current, number);
    if (!trial || current.phase !== "searching") break;
    const late = overdue(trial.task, now, resendAfterMs);
    if (late === "lease-lost") {
      const lost = loseTrial(current, { ...trial, task: endClaim(trial.task, LEASE_LOST, now) }, now);
      current = lost.state;
      effects.push(...lost.effects);
    } else if (late === "message-lost") {
      current = withTrial(current, { ...trial, task: markSent(trial.task, now) });
      effects.push({ type: "send-trial", trial: number });
    }
  }
  return wakeFinal(current, now, resendAfterMs, effects);
}

function wakeFinal(
  study: Study,
  now: Millis,
  resendAfterMs: Millis,
  effects: readonly StudyEffect[],
): StudyStep {
  const late = study.finalTask && overdue(study.finalTask, now, resendAfterMs);
  if (!study.finalTask || study.phase !== "finalizing" || !late) return step(study, now, effects);
  if (late === "message-lost") {
    const finalTask = markSent(study.finalTask, now);
    return step({ ...study, finalTask }, now, [...effects, { type: "send-final" }]);
  }
  const lost = loseFinal(study, endClaim(study.finalTask, LEASE_LOST, now), now);
  return { ...lost, effects: [...effects, ...lost.effects] };
}

function findTrial(study: Study, number: number): Trial | undefined {
  return study.trials[placeOfTrial(study.trials, number)];
}

function withTrial(study: Study, trial: Trial): Study {
  return { ...study, trials: study.trials.with(placeOfTrial(study.trials, trial.number), trial) };
}

function metricName(study: Study): string {
  return `${study.spec.metric}@${study.spec.cutoff}`;
}

function outcomeLine(study: Study, trial: Trial): string {
  const { outcome, configuration, number } = trial;
  const value = outcome?.value.toFixed(6);
  const what = `${configuration?.algorithm} / ${JSON.stringify(outcome?.params)}`;
  return `Trial ${number} with ${what}: ${outcome?.state}.\n${metricName(study)}=${value}`;
}

function log(message: string): StudyEffect {
  return { type: "log", message };
}

function step(
  state: Study,
  now: Millis,
  effects: readonly StudyEffect[] = [],
  reply: StudyReply = NOTHING,
): StudyStep {
  return { state, effects, reply, alarmAt: alarmOf(state, now) };
}

function alarmOf(study: Study, now: Millis): Millis | null {
  if (isEnded(study)) return study.settled ? null : now + SETTLE_RETRY_MS;
  const isAwaited = (task: LeasedTask) => study.pausedAt === null || task.phase === "running";
  let first = study.finalTask && isAwaited(study.finalTask) ? dueAt(study.finalTask) : null;
  for (const { task } of study.trials) {
    // A paused study waits for the tasks that run. Waiting tasks set no alarm.
    if (!isOver(task) && isAwaited(task)) first = earliest([first, dueAt(task)]);
  }
  return first;
}
