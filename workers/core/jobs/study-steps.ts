/** Code that all parts of a study's state machine share: steps, their alarms, and access to trials. */
import { dueAt, isOver, type LeasedTask, type Millis } from "./leased-task.ts";
import { SETTLE_RETRY_MS } from "./settling.ts";
import { earliest } from "./step.ts";
import {
  placeOfTrial,
  type Study,
  type StudyEffect,
  type StudyPolicy,
  type StudyReply,
  type StudyStep,
  type Trial,
} from "./study-job.ts";
import { measuringAlarms } from "./study-measuring.ts";

/** The time of an event, and the study's choices. */
export interface Turn {
  readonly now: Millis;
  readonly policy: StudyPolicy;
}

export const NOTHING: StudyReply = { type: "nothing" };
export const OVER: StudyReply = { type: "over" };
export const KEEP_ON: StudyReply = { type: "lease", keepOn: true, prune: false };
export const STOP: StudyReply = { type: "lease", keepOn: false, prune: false };

export function step(
  state: Study,
  now: Millis,
  effects: readonly StudyEffect[] = [],
  reply: StudyReply = NOTHING,
): StudyStep {
  return { state, effects, reply, alarmAt: alarmOf(state, now) };
}

/** The answer to a report that comes too late. Where the study is over, its worker deletes what it has written. */
export function voidClaim(study: Study, now: Millis): StudyStep {
  return step(study, now, [], isEnded(study) ? OVER : STOP);
}

/** The answer to a report that counts. */
export function taken(next: StudyStep): StudyStep {
  return { ...next, reply: KEEP_ON };
}

export function log(message: string): StudyEffect {
  return { type: "log", message };
}

export function isEnded({ phase }: Study): boolean {
  return phase === "completed" || phase === "failed" || phase === "cancelled";
}

export function findTrial({ trials }: Study, number: number): Trial | undefined {
  return trials[placeOfTrial(trials, number)];
}

export function withTrial(study: Study, trial: Trial): Study {
  return { ...study, trials: study.trials.with(placeOfTrial(study.trials, trial.number), trial) };
}

export function metricName({ spec }: Study): string {
  return `${spec.metric}@${spec.cutoff}`;
}

function alarmOf(study: Study, now: Millis): Millis | null {
  const measuring = measuringAlarms(study.measurings, study.pausedAt !== null, now);
  if (isEnded(study)) return earliest([study.settled ? null : now + SETTLE_RETRY_MS, ...measuring]);
  // A paused study waits for the tasks that run. Waiting tasks set no alarm.
  const isAwaited = (task: LeasedTask) =>
    !isOver(task) && (study.pausedAt === null || task.phase === "running");
  let first = earliest(measuring);
  for (const { task } of [...study.work, ...study.trials]) {
    if (isAwaited(task)) first = earliest([first, dueAt(task)]);
  }
  return first;
}
