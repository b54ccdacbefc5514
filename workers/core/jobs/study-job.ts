import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { SplitScheme, TargetMetric } from "#contract/study-config.ts";
import type { FinalMetrics, TrialResponse } from "#contract/tuning-job.ts";
import type { LeasedTask, Millis } from "./leased-task.ts";
import type { SettleFailed, SettleState } from "./settling.ts";
import type { Step } from "./step.ts";

/** All that a study is told at its start; every trial of it sees the same split. */
export interface StudySpec {
  readonly jobId: number;
  readonly projectId: number;
  readonly dataId: number;
  readonly datasetKey: string;
  readonly split: SplitSpec;
  readonly metric: TargetMetric;
  readonly cutoff: number;
  readonly algorithms: readonly AlgorithmName[];
  /** Highest values of searched sizes, so that fits stay within their memory; by prefixed names. */
  readonly limits?: Readonly<Record<string, { readonly low?: number; readonly high?: number }>>;
  /** Most memory of a fit, in MB; a Worker's own limit holds, too. */
  readonly memoryBudgetMb?: number;
  readonly trialCount: number;
  readonly parallelTrials: number;
  readonly seed: number;
  /** After this no trial starts any more; those that run may end. */
  readonly overallTimeoutMs: Millis | null;
  readonly trialTimeoutMs: Millis | null;
  readonly trainAfterTuning: boolean;
  /** Nothing is searched: the one trial is this. */
  readonly fixed?: Configuration | null;
  /** Measured beside the winner, on the same parts. */
  readonly serving?: Configuration | null;
}

export interface SplitSpec {
  readonly scheme: SplitScheme;
  readonly heldout_ratio: number;
  readonly n_heldout: number | null;
  readonly test_user_ratio: number;
  readonly n_test_users: number | null;
  readonly seed: number;
}

export interface Configuration {
  readonly algorithm: AlgorithmName;
  readonly params: AlgorithmParams;
}

export interface TrialOutcome {
  readonly state: "COMPLETE" | "PRUNED";
  /** As suggested, with what the fit learned (train_epochs). */
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
  /** Suggested when the trial is first claimed, so that it knows every result there is by then. */
  readonly configuration: Configuration | null;
  readonly reports: readonly { readonly epoch: number; readonly value: number }[];
  readonly outcome: TrialOutcome | null;
}

export type FinalResult = FinalMetrics;

export interface Study extends SettleState {
  readonly spec: StudySpec;
  readonly phase: "searching" | "finalizing" | "completed" | "failed" | "cancelled";
  /** Later by all the time that the study was paused, which its timeout does not count. */
  readonly startedAt: Millis;
  /** Null unless paused: then no work begins, and what runs may end. */
  readonly pausedAt: Millis | null;
  readonly trials: readonly Trial[];
  /** Nothing is left to try: no trial starts any more, however few there were. */
  readonly isExhausted: boolean;
  /** Measuring the winner and the baseline on the test part, once the search is over. */
  readonly finalTask: LeasedTask | null;
  readonly finalResult: FinalResult | null;
  readonly error: string | null;
  /** Whether the outcome stands in the database. */
  readonly settled: boolean;
}

export type StudyEvent =
  | { readonly type: "start"; readonly spec: StudySpec }
  | { readonly type: "claim-trial"; readonly trial: number }
  | TrialEvent
  | { readonly type: "claim-final" }
  | FinalEvent
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "cancel" }
  /** The outcome of that phase stands in the database. */
  | { readonly type: "settled"; readonly phase: Study["phase"] }
  | SettleFailed
  | { readonly type: "alarm" }
  | { readonly type: "poke" };

export type TrialEvent = { readonly trial: number; readonly claim: number } & (
  | { readonly type: "renew-trial" }
  | { readonly type: "report-trial"; readonly epoch: number; readonly value: number }
  | { readonly type: "complete-trial"; readonly outcome: TrialOutcome }
  | { readonly type: "fail-trial"; readonly reason: string }
  /** Another attempt would fail alike. */
  | { readonly type: "refuse-trial"; readonly reason: string }
);

export type FinalEvent = { readonly claim: number } & (
  | { readonly type: "renew-final" }
  | { readonly type: "complete-final"; readonly result: FinalResult }
  | { readonly type: "fail-final"; readonly reason: string }
  | { readonly type: "refuse-final"; readonly reason: string }
);

export type StudyEffect =
  | { readonly type: "send-trial"; readonly trial: number }
  | { readonly type: "send-final" }
  | { readonly type: "log"; readonly message: string }
  | { readonly type: "begun" }
  | { readonly type: "paused" }
  | { readonly type: "resumed" }
  /** Writes once more to the database whether the study runs or is paused: what was to say so may have been lost. */
  | { readonly type: "restate" }
  | { readonly type: "settle" };

export type StudyReply =
  | {
      readonly type: "trial";
      readonly claim: number;
      readonly spec: StudySpec;
      readonly configuration: Configuration;
    }
  | {
      readonly type: "final";
      readonly claim: number;
      readonly spec: StudySpec;
      readonly winner: Configuration;
    }
  /** `keepOn: false`: the claim is void, stop. `prune: true`: end the trial, it does not look promising. */
  | { readonly type: "lease"; readonly keepOn: boolean; readonly prune: boolean }
  | { readonly type: "nothing" };

export type StudyStep = Step<Study, StudyEffect, StudyReply>;

/** How a study chooses: the sampler and the pruner of the engine, handed in so that this layer needs no numerics. */
export interface StudyPolicy {
  /** Null when every configuration that there is has been tried. Called at the claim; the shell sees to it that it answers at once. */
  suggest(spec: StudySpec, trials: readonly Trial[], number: number): Configuration | null;
  /** Asked after each report of a trial, which is the last of its reports in `trials`. */
  shouldPrune(spec: StudySpec, trials: readonly Trial[], number: number): boolean;
}

/** The complete trial with the highest value; the earlier one of equals. Null while there is none. */
export function bestTrial(study: Study): (Trial & { readonly outcome: TrialOutcome }) | null {
  let best: (Trial & { readonly outcome: TrialOutcome }) | null = null;
  for (const trial of study.trials) {
    if (trial.outcome?.state !== "COMPLETE") continue;
    if (!best || trial.outcome.value > best.outcome.value) best = { ...trial, outcome: trial.outcome };
  }
  return best;
}

/** The trials that an earlier state of the study does not have as they are: the machine shares what it does not touch. */
export function changedTrials(trials: readonly Trial[], before: readonly Trial[]): readonly Trial[] {
  if (trials === before) return [];
  if (trials.length >= before.length) return trials.filter((trial, at) => trial !== before[at]);
  const known = new Set(before);
  return trials.filter((trial) => !known.has(trial));
}

/** Whether a trial would be given to a worker that claims it now, had it a configuration. */
export function lacksConfiguration({ phase, pausedAt, trials }: Study, number: number): boolean {
  const trial = trials[placeOfTrial(trials, number)];
  const mayBegin = phase === "searching" && pausedAt === null;
  return mayBegin && trial?.task.phase === "waiting" && trial.configuration === null;
}

/** Where a trial stands, −1 if nowhere: at its number, unless one before it was taken out. */
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
    metrics: { ...trial.outcome?.metrics },
    reports: [...trial.reports],
    attempts: trial.task.claims,
    seconds: trial.outcome?.seconds ?? null,
    error: trial.task.lastError,
  };
}

function stateOf(trial: Trial): TrialResponse["state"] {
  if (trial.task.phase === "waiting") return "WAITING";
  if (trial.task.phase === "running") return "RUNNING";
  return trial.outcome?.state ?? "FAILED";
}
