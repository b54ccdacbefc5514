import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { TargetMetric } from "#contract/study-config.ts";
import type { ColdMetrics, FinalMetrics, TrialResponse } from "#contract/tuning-job.ts";
import type { SplitConfig } from "#engine/split/split-config.ts";
import type { StudyPlan } from "#engine/tune/plan/study.ts";
import type { Configuration } from "./configuration.ts";
import type { JobData } from "./feature-sources.ts";
import type { LeasedTask, Millis } from "./leased-task.ts";
import type { SettleFailed, SettleState } from "./settling.ts";
import type { Step } from "./step.ts";
import type { MeasuringEffect, MeasuringEvent, MeasuringReply, Measurings } from "./study-measuring.ts";
import type {
  BlendChoice,
  Remeasured,
  SampledUsers,
  StageTask,
  StoredPart,
  StudyWork,
  WorkAssignment,
  WorkResult,
} from "./study-work.ts";

/** The specification that a study gets at its start; all its trials use the same split. */
export interface StudySpec extends JobData {
  readonly jobId: number;
  readonly projectId: number;
  readonly dataId: number;
  readonly split: SplitSpec;
  readonly metric: TargetMetric;
  readonly cutoff: number;
  /** The named algorithms; null lets the plan choose by the size of the data. */
  readonly algorithms: readonly AlgorithmName[] | null;
  /** Whether the data have times, which some algorithms need. */
  readonly hasTimes: boolean;
  /** Most memory of a fit, in MB; a Worker's own limit also applies. */
  readonly memoryBudgetMb?: number;
  readonly trialCount: number;
  readonly parallelTrials: number;
  readonly seed: number;
  /** After this no trial starts; running ones may end. */
  readonly overallTimeoutMs: Millis | null;
  readonly trialTimeoutMs: Millis | null;
  readonly trainAfterTuning: boolean;
  /** Whether the best trials are blended at the end. */
  readonly triesBlend: boolean;
  /** Nothing is searched: this is the only trial. */
  readonly fixed?: Configuration | null;
  /** Measured as well as the winner, on the same parts. */
  readonly serving?: Configuration | null;
}

export interface SplitSpec {
  readonly scheme: SplitConfig["scheme"];
  readonly heldout_ratio: number;
  readonly n_heldout: number | null;
  readonly test_user_ratio: number;
  readonly n_test_users: number | null;
  /** Absent in studies of earlier releases. */
  readonly keeps_seen?: boolean | null;
  readonly seed: number;
}

export interface TrialOutcome {
  readonly state: "COMPLETE" | "PRUNED";
  /** As suggested, with learned values (train_epochs). */
  readonly params: AlgorithmParams;
  /** The target metric on the validation part. */
  readonly value: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export interface Trial {
  /** From 0. */
  readonly number: number;
  readonly task: LeasedTask;
  /** When its last attempt began; absent before the first, and in studies of earlier releases. */
  readonly startedAt?: Millis;
  /** Suggested when the trial is first claimed, so that the suggestion uses every result so far. */
  readonly configuration: Configuration | null;
  readonly reports: readonly { readonly epoch: number; readonly value: number }[];
  readonly outcome: TrialOutcome | null;
  /** The value on all users or all data, if trials are measured on a sample and this one was among the best. */
  readonly remeasured?: Remeasured;
}

/** The stages of a study in their order; stages without work are skipped. */
export type StudyPhase =
  | "planning"
  | "searching"
  | "remeasuring"
  | "blending"
  | "finalizing"
  | "completed"
  | "failed"
  | "cancelled";

export interface Study extends SettleState {
  readonly spec: StudySpec;
  readonly phase: StudyPhase;
  /** The search space; null until it is decided, and for a measurement of one configuration. */
  readonly plan: StudyPlan | null;
  /** Moved by the time that the study was paused, which does not count. */
  readonly startedAt: Millis;
  /** Null unless paused: then no work begins, and running work may end. */
  readonly pausedAt: Millis | null;
  readonly trials: readonly Trial[];
  /** Nothing is left to try: no trial starts any more. */
  readonly isExhausted: boolean;
  /** The work of the present stage; empty during the search, and at the end. */
  readonly work: readonly StageTask[];
  /** Trials for the blend, by slots; null before that stage. */
  readonly blendSlots: readonly (readonly number[])[] | null;
  /** Those that are fitted. */
  readonly parts: readonly StoredPart[];
  readonly blend: BlendChoice | null;
  readonly finalResult: FinalMetrics | null;
  /** Absent without tables of properties, and in studies of earlier releases. */
  readonly coldResult?: ColdMetrics;
  /** Absent where trials use all data, before that is known, and in studies of earlier releases. */
  readonly sample?: SampledUsers;
  /** Those on all data, of a study whose trials use a sample. */
  readonly measurings?: Measurings;
  readonly error: string | null;
  /** Whether the outcome is in the database. */
  readonly settled: boolean;
}

export type StudyEvent =
  | { readonly type: "start"; readonly spec: StudySpec }
  | { readonly type: "claim-trial"; readonly trial: number }
  | TrialEvent
  | { readonly type: "claim-work"; readonly work: StudyWork }
  | WorkEvent
  | MeasuringEvent
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "cancel" }
  /** The outcome of that phase is in the database. */
  | { readonly type: "settled"; readonly phase: Study["phase"] }
  | SettleFailed
  | { readonly type: "alarm" }
  | { readonly type: "poke" };

export type TrialEvent = { readonly trial: number; readonly claim: number } & (
  | { readonly type: "renew-trial" }
  | { readonly type: "report-trial"; readonly epoch: number; readonly value: number }
  /** `part`: its model, kept for the blend. */
  | { readonly type: "complete-trial"; readonly outcome: TrialOutcome; readonly part?: StoredPart }
  | { readonly type: "fail-trial"; readonly reason: string }
  /** Another attempt would fail in the same way. */
  | { readonly type: "refuse-trial"; readonly reason: string }
);

export type WorkEvent = { readonly work: StudyWork; readonly claim: number } & (
  | { readonly type: "renew-work" }
  | { readonly type: "complete-work"; readonly result: WorkResult }
  | { readonly type: "fail-work"; readonly reason: string }
  /** Another attempt would fail in the same way. */
  | { readonly type: "refuse-work"; readonly reason: string }
);

export type StudyEffect =
  | { readonly type: "send-trial"; readonly trial: number }
  | { readonly type: "send-work"; readonly work: StudyWork }
  | MeasuringEffect
  /** Deletes models that the blend no longer needs. */
  | { readonly type: "forget-parts"; readonly parts: readonly StoredPart[] }
  | { readonly type: "log"; readonly message: string }
  | { readonly type: "begun" }
  | { readonly type: "paused" }
  | { readonly type: "resumed" }
  /** Writes again to the database whether the study runs or is paused: the earlier write may have been lost. */
  | { readonly type: "restate" }
  | { readonly type: "settle" };

export type StudyReply =
  | {
      readonly type: "trial";
      readonly claim: number;
      readonly spec: StudySpec;
      /** With the fixed parameters of the plan for the algorithm. */
      readonly configuration: Configuration;
      /** The value from which on the blend may need the model, so that it is kept; null: never. */
      readonly keepFrom: number | null;
    }
  | {
      readonly type: "work";
      readonly claim: number;
      readonly spec: StudySpec;
      readonly assignment: WorkAssignment;
    }
  /**
   * `keepOn: false`: the claim is void, stop. `prune: true`: stop the trial, it is not promising.
   */
  | { readonly type: "lease"; readonly keepOn: boolean; readonly prune: boolean }
  /** To a worker of a measurement on all data. */
  | { readonly type: "measuring"; readonly reply: MeasuringReply }
  /** After a claim: the study has ended or was deleted, and so were its objects. */
  | { readonly type: "over" }
  | { readonly type: "nothing" };

export type StudyStep = Step<Study, StudyEffect, StudyReply>;

/** How a study chooses: the engine's sampler, pruner and blend, passed in so that this layer needs no numerics. */
export interface StudyPolicy {
  /**
   * Chooses for a trial that has no configuration while all before it have one; null when every configuration has been tried.
   * Called at the claim; the shell makes sure that it answers at once.
   */
  suggest(study: Study, number: number): Configuration | null;
  /** Called after each report of a trial, with that report as the last of the study. */
  shouldPrune(study: Study, number: number): boolean;
  /** The trials to measure on all users after the search; none if all users were measured. */
  finalists(study: Study): readonly number[];
  /** The value from which on the blend may need the model of a trial of that algorithm. */
  keepFrom(study: Study, algorithm: AlgorithmName): number;
  /** Those of the stored parts that the blend may still need. */
  neededParts(study: Study): readonly StoredPart[];
  /** The trials to blend, by slots; none if there is nothing to blend. */
  blendSlots(study: Study): readonly (readonly number[])[];
}

/** The final configuration of a study: a blend's, or the best trial's with its learned values. Null while there is none. */
export function winnerOf(study: Study): (Configuration & { readonly value: number }) | null {
  const { blend, spec } = study;
  if (blend?.isBetter) return { ...blend.configuration, value: blend.value };
  const best = bestTrial(study);
  if (!best?.configuration) return null;
  const params = spec.fixed?.params ?? best.outcome.params;
  return { algorithm: best.configuration.algorithm, params, value: scoreOf(best) };
}

/** On all users where it was measured on them. */
export function scoreOf({ outcome, remeasured }: Pick<Trial, "outcome" | "remeasured">): number {
  return remeasured?.value ?? outcome?.value ?? 0;
}

/**
 * The complete trial with the highest value, the earlier one of equals. If some trials were measured on all users, only those
 * count, because values on a sample cannot be compared with theirs. Null while there is none.
 */
export function bestTrial({
  trials,
}: Pick<Study, "trials">): (Trial & { readonly outcome: TrialOutcome }) | null {
  const isFinal = trials.some(({ remeasured }) => remeasured);
  let best: (Trial & { readonly outcome: TrialOutcome }) | null = null;
  for (const trial of trials) {
    if (trial.outcome?.state !== "COMPLETE" || (isFinal && !trial.remeasured)) continue;
    if (!best || scoreOf(trial) > scoreOf(best)) best = { ...trial, outcome: trial.outcome };
  }
  return best;
}

/** The trials that differ from an earlier state of the study: the machine shares unchanged ones. */
export function changedTrials(trials: readonly Trial[], before: readonly Trial[]): readonly Trial[] {
  if (trials === before) return [];
  if (trials.length >= before.length) return trials.filter((trial, at) => trial !== before[at]);
  const known = new Set(before);
  return trials.filter((trial) => !known.has(trial));
}

/** Whether a trial with a configuration would be given to a worker that claims it now. */
export function lacksConfiguration({ phase, pausedAt, trials }: Study, number: number): boolean {
  const trial = trials[placeOfTrial(trials, number)];
  const mayBegin = phase === "searching" && pausedAt === null;
  return mayBegin && trial?.task.phase === "waiting" && trial.configuration === null;
}

/** The position of a trial, −1 if it is absent: its number, unless an earlier trial was removed. */
export function placeOfTrial(trials: readonly Trial[], number: number): number {
  return trials[number]?.number === number ? number : trials.findIndex((trial) => trial.number === number);
}

export function toTrialResponse(trial: Trial): TrialResponse {
  return {
    number: trial.number,
    algorithm: trial.configuration?.algorithm ?? null,
    params: { ...(trial.outcome?.params ?? trial.configuration?.params ?? {}) },
    state: stateOf(trial),
    value: trial.outcome?.value ?? null,
    value_on_all_users: trial.remeasured?.value ?? null,
    metrics: { ...trial.outcome?.metrics },
    reports: [...trial.reports],
    attempts: trial.task.claims,
    started_at: trial.startedAt === undefined ? null : new Date(trial.startedAt).toISOString(),
    seconds: trial.outcome?.seconds ?? null,
    error: trial.task.lastError,
  };
}

function stateOf(trial: Trial): TrialResponse["state"] {
  if (trial.task.phase === "waiting") return "WAITING";
  if (trial.task.phase === "running") return "RUNNING";
  return trial.outcome?.state ?? "FAILED";
}
