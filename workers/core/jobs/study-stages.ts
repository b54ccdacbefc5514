/**
 * The stages of a study: plan, search, measure the best on all users, blend, measure the winner. `moveOn` starts what may start now, and
 * goes to the next stage when all work of the present one is over.
 */
import { COLD_SCHEMES } from "#engine/split/cold-split.ts";
import { isOver, newTask } from "./leased-task.ts";
import {
  bestTrial,
  type Study,
  type StudyEffect,
  type StudyStep,
  type Trial,
  winnerOf,
} from "./study-job.ts";
import {
  beginFinalistsOnAll,
  beginWinnerOnAll,
  endFinalistsOnAll,
  endWinnerOnAll,
  isMeasuring,
} from "./study-on-all-data.ts";
import { log, metricName, step, type Turn } from "./study-steps.ts";
import type { StudyWork } from "./study-work.ts";

/** Fewer models than this cannot be blended. */
const FEWEST_SLOTS = 2;

/** Starts all work that may start; when the work of the stage is over, begins the next stage or ends. */
export function moveOn(study: Study, turn: Turn, effects: readonly StudyEffect[] = []): StudyStep {
  if (study.pausedAt !== null) return step(study, turn.now, effects);
  if (study.phase === "searching") return startTrials(study, turn, effects);
  const isBusy = study.work.some(({ task }) => !isOver(task)) || isMeasuring(study);
  if (isBusy) return step(study, turn.now, effects);
  switch (study.phase) {
    case "planning":
      return endPlanning(study, turn, effects);
    case "remeasuring": {
      const ended = endFinalistsOnAll(study);
      return beginBlend(ended.study, turn, [...effects, ...ended.effects]);
    }
    case "blending":
      return goOnBlending(study, turn, effects);
    case "finalizing":
      return complete(study, turn, effects);
    default:
      return step(study, turn.now, effects);
  }
}

function endPlanning(study: Study, turn: Turn, effects: readonly StudyEffect[]): StudyStep {
  if (study.plan) return startTrials({ ...study, phase: "searching", work: [] }, turn, effects);
  const reason = study.work[0]?.task.lastError;
  return fail(study, `The study could not be planned.${reason ? ` ${reason}` : ""}`, turn, effects);
}

/**
 * Trial n starts as soon as trials 0 … n − parallelTrials have ended: so its choice does not depend on which worker was faster.
 */
function startTrials(study: Study, turn: Turn, effects: readonly StudyEffect[]): StudyStep {
  const { spec, trials } = study;
  const mayStart =
    !study.isExhausted &&
    (spec.overallTimeoutMs === null || turn.now < study.startedAt + spec.overallTimeoutMs);
  const open = trials.filter(({ task }) => !isOver(task));
  const firstOpen = open[0]?.number ?? trials.length;
  const until = mayStart ? Math.min(spec.trialCount, firstOpen + spec.parallelTrials) : 0;
  const begun: Trial[] = [];
  for (let number = trials.length; number < until; number++) {
    begun.push({ number, task: newTask(turn.now), configuration: null, reports: [], outcome: null });
  }
  if (open.length + begun.length === 0) return endSearch(study, turn, effects);
  const next = begun.length > 0 ? { ...study, trials: [...trials, ...begun] } : study;
  const sends = begun.map(({ number }) => ({ type: "send-trial", trial: number }) as const);
  return step(next, turn.now, [...effects, ...sends]);
}

function endSearch(study: Study, turn: Turn, effects: readonly StudyEffect[]): StudyStep {
  const best = bestTrial(study);
  if (!best) {
    const cause = study.trials.findLast((trial) => trial.task.lastError)?.task.lastError;
    return fail(study, `No trial was completed.${cause ? ` Last reason: ${cause}` : ""}`, turn, effects);
  }
  if (best.outcome.value <= 0) {
    const metric = metricName(study);
    const why = `Every trial scored 0 in ${metric}: the validation part may be too small, or the timeout too short.`;
    return fail(study, why, turn, effects);
  }
  const onAll = beginFinalistsOnAll({ ...study, phase: "remeasuring", work: [] }, turn);
  if (onAll) return step(onAll.study, turn.now, [...effects, ...onAll.effects]);
  const finalists = study.plan ? turn.policy.finalists(study) : [];
  if (finalists.length === 0) return beginBlend(study, turn, effects);
  const work = finalists.map((trial) => ({ kind: "finalist", trial }) as const);
  const said = log(`The best ${finalists.length} trials are measured on all users of the validation part.`);
  return beginWork({ ...study, phase: "remeasuring" }, work, turn, [...effects, said]);
}

function beginBlend(study: Study, turn: Turn, effects: readonly StudyEffect[]): StudyStep {
  const blendSlots = study.spec.triesBlend && study.plan ? turn.policy.blendSlots(study) : [];
  if (blendSlots.length < FEWEST_SLOTS) return beginFinal(study, turn, effects);
  const isKept = (number: number) => study.parts.some(({ trial }) => trial === number);
  const missing = blendSlots.flat().filter((trial) => !isKept(trial));
  const work = missing.map((trial) => ({ kind: "fit-part", trial }) as const);
  const said = log(`The best trials are blended: ${blendSlots.flat().join(", ")}.`);
  const blending: Study = { ...study, phase: "blending", blendSlots, work: [] };
  if (work.length === 0) return goOnBlending(blending, turn, [...effects, said]);
  return beginWork(blending, work, turn, [...effects, said]);
}

/** The parts are at hand, or the weights found. Parts whose fit failed are left out. */
function goOnBlending(study: Study, turn: Turn, effects: readonly StudyEffect[]): StudyStep {
  const areWeightsDone = study.work.some(({ work }) => work.kind === "blend-weights");
  const fitted = new Set(study.parts.map(({ trial }) => trial));
  const slots = (study.blendSlots ?? []).filter((slot) => slot.some((trial) => fitted.has(trial)));
  if (areWeightsDone || slots.length < FEWEST_SLOTS) return beginFinal(study, turn, effects);
  return beginWork(study, [{ kind: "blend-weights" }], turn, effects);
}

/** The log names this stage if it names one before it. A plain search has the lines of Recotem only. */
function beginFinal(study: Study, turn: Turn, effects: readonly StudyEffect[]): StudyStep {
  const said = study.phase === "searching" ? [] : [log("The winner is measured on the test part.")];
  const cold = COLD_SCHEMES.map((scheme) => ({ kind: "cold", scheme }) as const);
  const work: StudyWork[] = [{ kind: "final" }, ...(study.spec.features ? cold : [])];
  return beginWork({ ...study, phase: "finalizing" }, work, turn, [...effects, ...said]);
}

export function beginWork(
  study: Study,
  pieces: readonly StudyWork[],
  { now }: Turn,
  effects: readonly StudyEffect[],
): StudyStep {
  const work = pieces.map((piece) => ({ work: piece, task: newTask(now) }));
  const sends = pieces.map((piece) => ({ type: "send-work", work: piece }) as const);
  return step({ ...study, work }, now, [...effects, ...sends]);
}

/** The winner is known even if its measurement finally failed: the study completes and says that the test is missing. */
function complete(before: Study, turn: Turn, done: readonly StudyEffect[]): StudyStep {
  const { now } = turn;
  const onAll = beginWinnerOnAll(before, turn);
  if (onAll) return step(onAll.study, now, [...done, ...onAll.effects]);
  const measured = endWinnerOnAll(before);
  const { study } = measured;
  const effects = [...done, ...measured.effects];
  const { spec, finalResult, work } = study;
  const winner = winnerOf(study);
  const missing = finalResult
    ? []
    : [log(`The winner could not be measured on the test part. ${work[0]?.task.lastError}`)];
  const found = `Found best configuration: ${winner?.algorithm} / ${JSON.stringify(winner?.params)}`;
  const ends = [log(`Job ${spec.jobId} complete.`), log(found), { type: "settle" } as const];
  return step({ ...study, phase: "completed" }, now, [...effects, ...missing, ...ends]);
}

export function fail(
  study: Study,
  error: string,
  { now }: Pick<Turn, "now">,
  effects: readonly StudyEffect[],
): StudyStep {
  const ends = [log(`Job ${study.spec.jobId} failed. ${error}`), { type: "settle" } as const];
  return step({ ...study, phase: "failed", error }, now, [...effects, ...ends]);
}
