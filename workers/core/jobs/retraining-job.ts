/**
 * A run of a retraining schedule, from its due time to a model that is live or not. The whole behaviour, without a runtime: the caller
 * reads what an event tells, writes the next state, and does what the effects say. Events may come twice, and a run may be looked at any
 * number of times.
 *
 *   PENDING  → SKIPPED    there is nothing to learn from, nothing to do, or nothing new
 *   PENDING  → FAILED     no attempt could succeed
 *   PENDING  → RUNNING    the row of its work is written, in one transaction with this change (`db/adopt-new-row.ts`)
 *   RUNNING  → PENDING    the work failed, and an attempt is left: it waits twice as long before each
 *   RUNNING  → FAILED     the work failed, and no attempt is left
 *   RUNNING  → COMPLETED  the model is ready, and it is decided whether it goes live
 */
import type { DeployMode } from "#contract/deployment.ts";
import type { ModelStatus } from "#contract/model.ts";
import type { RunStatus, RunTrigger } from "#contract/retraining.ts";
import type { DataStatus } from "#contract/training-data.ts";
import { isOpenJob, type JobStatus } from "#contract/tuning-job.ts";
import type { Millis } from "./leased-task.ts";
import { assertNever, type Step } from "./step.ts";

export interface RetrainingRun {
  readonly status: RunStatus;
  readonly trigger: RunTrigger;
  /** Failed attempts so far. */
  readonly attempts: number;
  /** A PENDING run does not begin before this time. */
  readonly notBefore: Millis;
  /** What the run learns from, and by which configuration; the configuration is null for a search. */
  readonly dataId: number | null;
  readonly configurationId: number | null;
  readonly rowsAtTrigger: number | null;
  /** The data that the run has made of events, and how many had arrived; null until then, and for schedules without events. */
  readonly eventDataId: number | null;
  readonly eventsAtTrigger: number | null;
  /** Its work: a training or a job. Both are null while the run waits. */
  readonly modelId: number | null;
  readonly tuningJobId: number | null;
  readonly errorMessage: string;
  /** What became of the new model, for people. */
  readonly deployment: string;
  readonly completedAt: Millis | null;
}

/** What a schedule says now; it may have changed since the run began. */
export interface RetrainingSettings {
  readonly retune: boolean;
  readonly splitId: number | null;
  readonly evaluationId: number | null;
  readonly configurationId: number | null;
  readonly maxRetries: number;
  readonly autoDeploy: boolean;
}

/** What a run finds when it begins. */
export interface RetrainingFacts {
  readonly settings: RetrainingSettings;
  /** The data to learn from, its size in rows, and why nothing can be learnt from it. */
  readonly data: {
    readonly id: number;
    readonly rows: number | null;
    readonly problem: string | null;
  } | null;
  /** Of a schedule that uses events: how many have arrived, and the data that the run has made of them. Null otherwise. */
  readonly events: {
    readonly count: number;
    readonly data: {
      readonly id: number;
      readonly rows: number | null;
      readonly status: DataStatus;
      readonly error: string | null;
    } | null;
  } | null;
  /** The schedule's last completed run. */
  readonly lastCompleted: {
    readonly eventsAtTrigger: number | null;
    readonly id: number;
    readonly dataId: number | null;
    readonly configurationId: number | null;
  } | null;
  /** Why the schedule's configuration cannot be trained; null when it can. */
  readonly configurationProblem: string | null;
  /** The live model. */
  readonly servingModelId: number | null;
  /** Whether a new model takes the place of the live one without being measured beside it. */
  readonly deploysUnmeasured: boolean;
}

/** How far the work of a run is. What is null was deleted, or is not there yet. */
export interface RetrainingWork {
  readonly job: {
    readonly status: JobStatus;
    readonly error: string | null;
    readonly tunedModelId: number | null;
  } | null;
  readonly model: { readonly id: number; readonly status: ModelStatus; readonly error: string | null } | null;
}

export type RetrainingEvent =
  | { readonly type: "begin"; readonly facts: RetrainingFacts }
  /** Its work was refused for a reason that no other attempt changes. */
  | { readonly type: "refused"; readonly reason: string }
  | {
      readonly type: "look";
      readonly work: RetrainingWork;
      readonly settings: Pick<RetrainingSettings, "maxRetries">;
    }
  /** The decision about the new model was taken. */
  | { readonly type: "deployed"; readonly modelId: number; readonly deployment: string };

export type RetrainingEffect =
  /** Makes data of the events so far, after those of `baseId`. The run waits, and begins with them. */
  | { readonly type: "snapshot"; readonly baseId: number | null }
  | {
      readonly type: "train";
      readonly dataId: number;
      readonly configurationId: number;
      readonly deploy: DeployMode;
    }
  /** Trains too, after both configurations are measured side by side. */
  | {
      readonly type: "measure";
      readonly dataId: number;
      readonly configurationId: number;
      readonly servingModelId: number;
    }
  | {
      readonly type: "search";
      readonly dataId: number;
      readonly splitId: number;
      readonly evaluationId: number;
      readonly servingModelId: number | null;
      readonly deploy: DeployMode;
    }
  /** Decides whether the model goes live, and says so by `deployed`. May be repeated. */
  | { readonly type: "deploy"; readonly modelId: number }
  /** Tells the schedule's address that the run has failed; written together with the state. */
  | { readonly type: "report" }
  /** Deletes the artifacts of older models. */
  | { readonly type: "prune" };

type RunStep = Step<RetrainingRun, RetrainingEffect, null>;

const MINUTE_MS = 60_000;
const LONGEST_WAIT_MS = 60 * MINUTE_MS;
const NO_DATA = "No training data";
const NOTHING_TO_DO = "No model configuration or retune settings";

/** Null when the event changes nothing: the run is over, or not where the event belongs. */
export function advanceRetraining(run: RetrainingRun, event: RetrainingEvent, now: Millis): RunStep | null {
  switch (event.type) {
    case "begin":
      return run.status === "PENDING" && now >= run.notBefore ? begin(run, event.facts, now) : null;
    case "refused":
      return run.status === "PENDING" ? fail(run, event.reason, now) : null;
    case "look":
      return run.status === "RUNNING" ? look(run, event, now) : null;
    case "deployed": {
      if (run.status !== "RUNNING") return null;
      const { modelId, deployment } = event;
      const completed = { ...run, status: "COMPLETED", modelId, deployment, errorMessage: "" } as const;
      return step({ ...completed, completedAt: now }, now, [{ type: "prune" }]);
    }
    default:
      return assertNever(event);
  }
}

/** A schedule with events first makes data of them; then the run begins with these. */
function begin(waiting: RetrainingRun, facts: RetrainingFacts, now: Millis): RunStep | null {
  const { events, data: base } = facts;
  if (events === null) return beginWith(waiting, facts, now);
  const { count, data } = events;
  if (data === null) return takeSnapshot(waiting, facts, count, now);
  if (data.status === "READY") {
    const made = { id: data.id, rows: data.rows, problem: base?.problem ?? null };
    return beginWith(waiting, { ...facts, data: made }, now);
  }
  if (data.status !== "FAILED") return null;
  const { maxRetries } = facts.settings;
  return lose(
    { ...waiting, eventDataId: null },
    data.error ?? "No data could be made of the events.",
    maxRetries,
    now,
  );
}

function takeSnapshot(waiting: RetrainingRun, facts: RetrainingFacts, count: number, now: Millis): RunStep {
  const { data: base, lastCompleted: last, settings } = facts;
  const run = { ...waiting, eventsAtTrigger: count };
  if (count === 0 && base === null) return skip(run, NO_DATA, now);
  if (searchOf(settings) === null && settings.configurationId === null) return skip(run, NOTHING_TO_DO, now);
  const isSame =
    last?.eventsAtTrigger === count &&
    last.configurationId === (searchOf(settings) ? null : settings.configurationId);
  if (run.trigger === "CRON" && run.attempts === 0 && last && isSame) {
    return skip(run, `Nothing new since run ${last.id}.`, now);
  }
  return step(run, now, [{ type: "snapshot", baseId: base?.id ?? null }]);
}

/** Cases, first match wins: no data, nothing to do, nothing new, unusable data, unusable configuration; else the work begins. */
function beginWith(waiting: RetrainingRun, facts: RetrainingFacts, now: Millis): RunStep {
  const { data, settings } = facts;
  if (data === null) return skip(waiting, NO_DATA, now);
  const search = searchOf(settings);
  const configurationId = search ? null : settings.configurationId;
  const run = { ...waiting, dataId: data.id, configurationId, rowsAtTrigger: data.rows };
  if (search === null && configurationId === null) return skip(run, NOTHING_TO_DO, now);
  const same = run.trigger === "CRON" && run.attempts === 0 ? sameRun(run, facts.lastCompleted) : null;
  if (same !== null) return skip(run, `Nothing new since run ${same}.`, now);
  if (data.problem !== null) return fail(run, data.problem, now);
  const servingModelId = settings.autoDeploy && !facts.deploysUnmeasured ? facts.servingModelId : null;
  const deploy = deployModeOf(facts);
  if (search !== null) {
    return step(run, now, [{ type: "search", dataId: data.id, ...search, servingModelId, deploy }]);
  }
  if (configurationId === null || facts.configurationProblem !== null) {
    return fail(run, facts.configurationProblem ?? NOTHING_TO_DO, now);
  }
  const learning = { dataId: data.id, configurationId };
  if (servingModelId !== null) return step(run, now, [{ type: "measure", ...learning, servingModelId }]);
  return step(run, now, [{ type: "train", ...learning, deploy }]);
}

function searchOf({ retune, splitId, evaluationId }: RetrainingSettings) {
  return retune && splitId !== null && evaluationId !== null ? { splitId, evaluationId } : null;
}

function sameRun(run: RetrainingRun, last: RetrainingFacts["lastCompleted"]): number | null {
  const isSame = last?.dataId === run.dataId && last.configurationId === run.configurationId;
  return last && isSame ? last.id : null;
}

function deployModeOf({ settings, deploysUnmeasured }: RetrainingFacts): DeployMode {
  if (!settings.autoDeploy) return "never";
  return deploysUnmeasured ? "always" : "if_better";
}

/** Cases, first match wins: the job is open; it failed; the work is gone; the model is being trained; it failed; it is ready. */
function look(
  run: RetrainingRun,
  { work: { job, model }, settings: { maxRetries } }: Extract<RetrainingEvent, { type: "look" }>,
  now: Millis,
): RunStep {
  if (run.tuningJobId !== null) {
    if (job !== null && isOpenJob(job.status)) return step(run, now);
    if (job?.status !== "COMPLETED") return lose(run, taskFailed(job?.error), maxRetries, now);
  }
  const modelId = run.tuningJobId === null ? run.modelId : (job?.tunedModelId ?? null);
  if (modelId === null) return lose(run, taskFailed("the work was deleted"), maxRetries, now);
  if (model?.status === "PENDING" || model?.status === "TRAINING") return step(run, now);
  if (model?.status !== "READY") return lose(run, taskFailed(model?.error), maxRetries, now);
  return step(run, now, [{ type: "deploy", modelId: model.id }]);
}

function taskFailed(reason: string | null | undefined): string {
  return `Tuning or training task failed${reason ? `: ${reason}` : "."}`;
}

function skip(run: RetrainingRun, errorMessage: string, now: Millis): RunStep {
  return step({ ...run, status: "SKIPPED", errorMessage, completedAt: now }, now);
}

/** Ends a run for good. */
function fail(run: RetrainingRun, errorMessage: string, now: Millis): RunStep {
  const attempts = run.attempts + 1;
  const failed = {
    ...run,
    status: "FAILED",
    attempts,
    errorMessage,
    modelId: null,
    completedAt: now,
  } as const;
  return step(failed, now, [{ type: "report" }]);
}

/** Ends an attempt: the run waits for the next one, or has failed when none is left. */
function lose(run: RetrainingRun, errorMessage: string, maxRetries: number, now: Millis): RunStep {
  if (run.attempts >= maxRetries) return fail(run, errorMessage, now);
  const notBefore = now + Math.min(LONGEST_WAIT_MS, MINUTE_MS * 2 ** run.attempts);
  const attempts = run.attempts + 1;
  const noWork = { modelId: null, tuningJobId: null };
  return step({ ...run, status: "PENDING", attempts, notBefore, errorMessage, ...noWork }, now);
}

/** A waiting run is looked at when its time has come, a running one at every chance. */
function step(state: RetrainingRun, now: Millis, effects: readonly RetrainingEffect[] = []): RunStep {
  const alarmAt = state.completedAt !== null ? null : state.status === "PENDING" ? state.notBefore : now;
  return { state, effects, reply: null, alarmAt };
}
