/**
 * A tuning study: the whole behaviour, without a runtime. It is planned, keeps up to `parallelTrials` trials in flight until
 * `trialCount` have been tried or time is up. Where trials saw a sample of users, it then measures the best again. It blends them,
 * measures the winner and the popularity baseline on the test part, and hands over the result. Stages: `study-stages.ts`; trials:
 * `study-trials.ts`; other work: `study-stage-work.ts`.
 */
import {
  endClaim,
  LEASE_LOST,
  type Millis,
  markSent,
  overdue,
  RESEND_AFTER_MS,
  RESEND_AFTER_POKE_MS,
} from "./leased-task.ts";
import { countSettleFailure, isGivenUp, type SettleFailed } from "./settling.ts";
import { hearMeasuring, tellMeasurings } from "./study-hears-measuring.ts";
import type { Study, StudyEffect, StudyEvent, StudyPolicy, StudyStep } from "./study-job.ts";
import { advanceMeasuring, resendMeasuring } from "./study-measuring.ts";
import { isMeasuring } from "./study-on-all-data.ts";
import { claimWork, hearWork, loseWork, withTask } from "./study-stage-work.ts";
import { beginWork, fail, moveOn } from "./study-stages.ts";
import { findTrial, isEnded, log, step, type Turn, withTrial } from "./study-steps.ts";
import { claimTrial, hearTrial, loseTrial } from "./study-trials.ts";

/**
 * Null when there is no such study: then only `start` changes anything. A paused study sends no message; its open messages follow
 * when it resumes.
 */
export function advanceStudy(
  study: Study | null,
  event: StudyEvent,
  now: Millis,
  policy: StudyPolicy,
): StudyStep | null {
  const next = advance(study, event, { now, policy });
  if (!next || next.state.pausedAt === null) return next;
  const effects = next.effects.filter(({ type }) => !SENDS.includes(type));
  return { ...next, effects };
}

const SENDS: readonly StudyEffect["type"][] = ["send-trial", "send-work", "send-measuring"];

function advance(study: Study | null, event: StudyEvent, turn: Turn): StudyStep | null {
  if (study === null) return event.type === "start" ? begin(event.spec, turn) : null;
  const { now } = turn;
  switch (event.type) {
    case "start":
      // A start of an ended study means that its job row is still open: writes the outcome again.
      if (isEnded(study)) return step(study, now, [{ type: "settle" }]);
      return restated(wake(study, turn, RESEND_AFTER_POKE_MS));
    case "poke":
      return wake(study, turn, RESEND_AFTER_POKE_MS);
    case "alarm":
      return restated(wake(study, turn, RESEND_AFTER_MS));
    case "claim-trial":
      return claimTrial(study, event.trial, turn);
    case "claim-work":
      return claimWork(study, event.work, turn);
    case "pause":
      return pause(study, now);
    case "resume":
      return resume(study, turn);
    case "cancel":
      return cancel(study, now);
    case "settled":
      return step({ ...study, settled: study.settled || event.phase === study.phase }, now);
    case "settle-failed":
      return hearSettleFailed(study, event, turn);
    case "renew-trial":
    case "report-trial":
    case "complete-trial":
    case "fail-trial":
    case "refuse-trial":
      return hearTrial(study, event, turn);
    case "renew-work":
    case "complete-work":
    case "fail-work":
    case "refuse-work":
      return hearWork(study, event, turn);
    case "measuring":
      return hearMeasuring(study, event, turn);
    default:
      event satisfies never;
      // During an upgrade an old trainer may use events of its release. It gets nothing and stops; its message is sent again.
      return step(study, now);
  }
}

/** A study that measures one configuration needs no plan. */
function begin(spec: Study["spec"], turn: Turn): StudyStep {
  const study: Study = {
    spec,
    phase: spec.fixed ? "searching" : "planning",
    plan: null,
    startedAt: turn.now,
    pausedAt: null,
    trials: [],
    isExhausted: false,
    work: [],
    blendSlots: null,
    parts: [],
    blend: null,
    finalResult: null,
    error: null,
    settled: false,
  };
  const effects: StudyEffect[] = [{ type: "begun" }, log(`Start job ${spec.jobId} / worker 0.`)];
  effects.push(...(spec.features?.notes ?? []).map(log));
  return spec.fixed ? moveOn(study, turn, effects) : beginWork(study, [{ kind: "plan" }], turn, effects);
}

/** Also ends a study whose outcome never reached the database. */
function cancel(study: Study, now: Millis): StudyStep {
  if (study.phase === "cancelled" || (isEnded(study) && study.settled)) return step(study, now);
  const trials = study.trials.filter((trial) => trial.task.phase !== "waiting");
  const ended = log(`Job ${study.spec.jobId} cancelled.`);
  const stopped = tellMeasurings(study, (job) => advanceMeasuring(job, { type: "cancel" }, now));
  const effects: StudyEffect[] = [ended, { type: "settle" }, ...stopped.effects];
  return step({ ...stopped.study, phase: "cancelled", trials, work: [] }, now, effects);
}

/** If the winner cannot be written, the study fails; writing that failure is tried without end. */
function hearSettleFailed(study: Study, event: SettleFailed, turn: Turn): StudyStep {
  const counted = countSettleFailure(study);
  if (study.phase !== "completed" || !isGivenUp(study, event)) return step(counted, turn.now);
  return fail({ ...counted, settled: false }, event.reason, turn, []);
}

function pause(study: Study, now: Millis): StudyStep {
  if (isEnded(study) || study.pausedAt !== null) return restated(step(study, now));
  return step({ ...study, pausedAt: now }, now, [log(`Job ${study.spec.jobId} paused.`), { type: "paused" }]);
}

/** Sends unclaimed tasks again, and begins the work that was held back. */
function resume(study: Study, turn: Turn): StudyStep {
  if (isEnded(study) || study.pausedAt === null) return restated(step(study, turn.now));
  const { pausedAt } = study;
  const { now } = turn;
  const sends: StudyEffect[] = [{ type: "resumed" }, log(`Job ${study.spec.jobId} resumed.`)];
  const trials = study.trials.map((trial) => {
    if (trial.task.phase !== "waiting") return trial;
    sends.push({ type: "send-trial", trial: trial.number });
    return { ...trial, task: markSent(trial.task, now) };
  });
  const work = study.work.map((piece) => {
    if (piece.task.phase !== "waiting") return piece;
    sends.push({ type: "send-work", work: piece.work });
    return { ...piece, task: markSent(piece.task, now) };
  });
  const startedAt = study.startedAt + now - pausedAt;
  const told = tellMeasurings(study, (job) => resendMeasuring(job, now));
  const resumed = { ...told.study, trials, work, pausedAt: null, startedAt };
  return moveOn(resumed, turn, [...sends, ...told.effects]);
}

/** Writes again whether the study runs or is paused: the earlier write may have been lost. */
function restated(next: StudyStep): StudyStep {
  if (isEnded(next.state)) return next;
  return { ...next, effects: [...next.effects, { type: "restate" }] };
}

/**
 * Decides what to do as time passes. Cases:
 *  - ended, but not in the database      → settle again
 *  - a worker fell silent                → its claim ends; another attempt, or the end of that trial
 *  - a message seems lost                → send it again
 */
function wake(study: Study, turn: Turn, resendAfterMs: Millis): StudyStep {
  const { now } = turn;
  const event = resendAfterMs === RESEND_AFTER_MS ? "alarm" : "poke";
  const told = tellMeasurings(study, (job) => advanceMeasuring(job, { type: event }, now));
  const open: StudyEffect[] = study.settled ? [] : [{ type: "settle" }];
  if (isEnded(study)) return step(told.study, now, [...open, ...told.effects]);
  let current = told.study;
  const effects: StudyEffect[] = [...told.effects];
  const take = (next: StudyStep) => {
    current = next.state;
    effects.push(...next.effects);
  };
  for (const { number } of study.trials) {
    const trial = findTrial(current, number);
    if (!trial || current.phase !== "searching") break;
    const late = overdue(trial.task, now, resendAfterMs);
    if (late === "lease-lost") {
      take(loseTrial(current, { ...trial, task: endClaim(trial.task, LEASE_LOST, now) }, turn));
    } else if (late === "message-lost") {
      const sent = withTrial(current, { ...trial, task: markSent(trial.task, now) });
      take(step(sent, now, [{ type: "send-trial", trial: number }]));
    }
  }
  for (const { work, task } of current.work) {
    // Losing the last piece of a stage begins the next stage.
    if (!current.work.some((piece) => piece.task === task)) break;
    const late = overdue(task, now, resendAfterMs);
    if (late === "lease-lost") take(loseWork(current, work, endClaim(task, LEASE_LOST, now), turn));
    else if (late === "message-lost") {
      take(step(withTask(current, work, markSent(task, now)), now, [{ type: "send-work", work }]));
    }
  }
  // A measurement whose worker fell silent for the last time is over.
  return isMeasuring(study) && !isMeasuring(current)
    ? moveOn(current, turn, effects)
    : step(current, now, effects);
}
