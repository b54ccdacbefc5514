/** What a study does when something happens to its measurements on all data. */
import type { Study, StudyEffect, StudyStep } from "./study-job.ts";
import {
  advanceMeasuring,
  isMeasured,
  jobsOf,
  type MeasuringEvent,
  type MeasuringJob,
  type MeasuringStep,
} from "./study-measuring.ts";
import { withMeasuring } from "./study-on-all-data.ts";
import { moveOn } from "./study-stages.ts";
import { step, type Turn } from "./study-steps.ts";

/** A call of a worker, or of the shell that has deleted the objects. When all tasks are done, the study goes on. */
export function hearMeasuring(study: Study, { part, event }: MeasuringEvent, turn: Turn): StudyStep {
  const { now } = turn;
  const job = study.measurings?.[part];
  const isHeld = event.type === "claim-task" && study.pausedAt !== null;
  if (!job || isHeld) return step(study, now);
  const next = advanceMeasuring(job, event, now);
  const told = withMeasuring(study, next);
  const reply = { type: "measuring", reply: next.reply } as const;
  const goesOn = !isMeasured(job) && isMeasured(next.job);
  if (!goesOn) return step(told.study, now, told.effects, reply);
  return { ...moveOn(told.study, turn, told.effects), reply };
}

/** Tells something to all measurements. */
export function tellMeasurings(study: Study, tell: (job: MeasuringJob) => MeasuringStep) {
  let current = study;
  const effects: StudyEffect[] = [];
  for (const job of jobsOf(study.measurings)) {
    const told = withMeasuring(current, tell(job));
    current = told.study;
    effects.push(...told.effects);
  }
  return { study: current, effects };
}
