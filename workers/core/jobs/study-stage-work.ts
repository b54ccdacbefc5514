/** The work of a study's stages: claims and results of each piece. Reports count only from the holder of the present claim. */

import type { Configuration } from "./configuration.ts";
import {
  claimTask,
  endClaim,
  finishTask,
  holdsClaim,
  type LeasedTask,
  refuseTask,
  renewTask,
} from "./leased-task.ts";
import { assertNever } from "./step.ts";
import { type Study, type StudyEffect, type StudyStep, type WorkEvent, winnerOf } from "./study-job.ts";
import { moveOn } from "./study-stages.ts";
import { findTrial, KEEP_ON, log, step, type Turn, taken, voidClaim, withTrial } from "./study-steps.ts";
import {
  type BlendSlot,
  isSameWork,
  nameOfWork,
  type StudyWork,
  type WorkAssignment,
  type WorkResult,
} from "./study-work.ts";

export function claimWork(study: Study, work: StudyWork, { now }: Turn): StudyStep {
  const known = study.pausedAt === null ? taskOf(study, work) : undefined;
  const task = known && claimTask(known, now);
  const assignment = task && assignmentOf(study, work);
  if (!task || !assignment) return step(study, now);
  const { spec } = study;
  return step(withTask(study, work, task), now, [], { type: "work", claim: task.claims, spec, assignment });
}

export function hearWork(study: Study, event: WorkEvent, turn: Turn): StudyStep {
  const { work } = event;
  const task = taskOf(study, work);
  if (!task || !holdsClaim(task, event.claim)) return voidClaim(study, turn.now);
  switch (event.type) {
    case "renew-work":
      return step(withTask(study, work, renewTask(task, turn.now)), turn.now, [], KEEP_ON);
    case "complete-work": {
      const done = withResult(withTask(study, work, finishTask(task)), work, event.result);
      return taken(moveOn(done, turn, study.sample ? [] : sampleSaid(event.result)));
    }
    case "fail-work":
      return taken(loseWork(study, work, endClaim(task, event.reason, turn.now), turn));
    case "refuse-work":
      return taken(loseWork(study, work, refuseTask(task, event.reason), turn));
    default:
      return assertNever(event);
  }
}

function sampleSaid(result: WorkResult): StudyEffect[] {
  if ((result.kind !== "plan" && result.kind !== "final") || !result.sample) return [];
  const { users, ofUsers } = result.sample;
  return [
    log(
      `The data do not fit one isolate: trials use ${users} of ${ofUsers} users. A model with the best settings learns from all data.`,
    ),
  ];
}

/** Tries a piece again, or continues without it if its task has finally failed. */
export function loseWork(study: Study, work: StudyWork, task: LeasedTask, turn: Turn): StudyStep {
  const lost = withTask(study, work, task);
  if (task.phase === "waiting") return step(lost, turn.now, [{ type: "send-work", work }]);
  // The end of the study says more about these.
  const isSaid = work.kind !== "plan" && work.kind !== "final";
  return moveOn(lost, turn, isSaid ? [log(`${sentenceOf(work)} ${task.lastError}`)] : []);
}

export function withTask(study: Study, work: StudyWork, task: LeasedTask): Study {
  const pieces = study.work.map((piece) => (isSameWork(piece.work, work) ? { ...piece, task } : piece));
  return { ...study, work: pieces };
}

function taskOf({ work: pieces }: Study, work: StudyWork): LeasedTask | undefined {
  return pieces.find((piece) => isSameWork(piece.work, work))?.task;
}

function sentenceOf(work: StudyWork): string {
  if (work.kind === "finalist") return `Trial ${work.trial} could not be measured on all users.`;
  if (work.kind === "cold") return `The winner could not be measured on ${work.scheme.replace("-", " ")}.`;
  if (work.kind === "fit-part") return `Trial ${work.trial} could not be fitted for the blend.`;
  return `The study goes on without "${nameOfWork(work)}".`;
}

function assignmentOf(study: Study, work: StudyWork): WorkAssignment | null {
  switch (work.kind) {
    case "plan":
      return { kind: "plan" };
    case "finalist":
    case "fit-part": {
      const configuration = learnedBy(study, work.trial);
      return configuration && { kind: work.kind, trial: work.trial, configuration };
    }
    case "blend-weights":
      return { kind: "blend-weights", slots: fittedSlots(study) };
    case "final":
    case "cold": {
      const found = winnerOf(study);
      if (!found) return null;
      const winner = { algorithm: found.algorithm, params: found.params };
      return work.kind === "final" ? { kind: "final", winner } : { ...work, winner };
    }
    default:
      return assertNever(work);
  }
}

/** A trial's configuration with what its fit learned. */
function learnedBy(study: Study, number: number): Configuration | null {
  const trial = findTrial(study, number);
  if (!trial?.configuration || !trial.outcome) return null;
  return { algorithm: trial.configuration.algorithm, params: trial.outcome.params };
}

/** The slots of the blend, with only the stored parts. */
function fittedSlots(study: Study): BlendSlot[] {
  const slots = (study.blendSlots ?? []).map((slot) =>
    slot.flatMap((number) => {
      const part = study.parts.find(({ trial }) => trial === number);
      const configuration = learnedBy(study, number);
      const value = findTrial(study, number)?.outcome?.value;
      if (!part || !configuration || value === undefined) return [];
      return [{ trial: number, configuration, value, part }];
    }),
  );
  return slots.filter(({ length }) => length > 0);
}

function withResult(study: Study, work: StudyWork, result: WorkResult): Study {
  switch (result.kind) {
    case "plan":
      return { ...study, plan: result.plan, ...(result.sample && { sample: result.sample }) };
    case "finalist": {
      const trial = work.kind === "finalist" ? findTrial(study, work.trial) : undefined;
      return trial ? withTrial(study, { ...trial, remeasured: result.remeasured }) : study;
    }
    case "fit-part":
      return { ...study, parts: [...study.parts, result.part] };
    case "blend-weights":
      return { ...study, blend: result.blend };
    case "final":
      return { ...study, finalResult: result.result, ...(result.sample && { sample: result.sample }) };
    case "cold": {
      const name = result.scheme === "cold-items" ? "cold_items" : "cold_users";
      return { ...study, coldResult: { ...study.coldResult, [name]: result.figures } };
    }
    default:
      return assertNever(result);
  }
}
