/**
 * The measurements of a study whose dataset no isolate holds: split, fits and evaluations by blocks, on all data. Each is a `StagedJob` in
 * the study, so its tasks may be lost, doubled and late, and its objects are deleted at its end. One that fails does not fail the study,
 * which then has the figures of its sample.
 */
import type { AlgorithmName, AlgorithmParams } from "#contract/algorithms.ts";
import type { TargetMetric } from "#contract/study-config.ts";
import type { MetricDifferences, MetricIntervals } from "#contract/tuning-job.ts";
import type { HeldOutPart } from "#engine/split/held-out-part.ts";
import type { SplitConfig } from "#engine/split/split-config.ts";
import type { LeasedJob } from "./leased-job.ts";
import { isOver, type Millis, newTask } from "./leased-task.ts";
import {
  advanceStagedJob,
  beginStages,
  type StagedEffect,
  type StagedEvent,
  type StagedJob,
  type StagedReply,
  stagedAlarm,
  stagedSends,
  type TaskEvent,
} from "./staged-job.ts";

/** The held-out part that is measured: validation for the best trials, test for the winner. */
export type MeasuredPart = HeldOutPart;

export interface MeasuringSpec {
  readonly jobId: number;
  readonly projectId: number;
  readonly datasetKey: string;
  readonly split: SplitConfig & { readonly seed: number };
  readonly hasTimes: boolean;
  readonly part: MeasuredPart;
  readonly metric: TargetMetric;
  readonly cutoff: number;
  readonly fits: readonly {
    readonly algorithm: AlgorithmName;
    readonly params: AlgorithmParams;
    readonly seed: number;
  }[];
}

export interface MeasuredFigures {
  readonly metrics: Readonly<Record<string, number>>;
  readonly intervals: MetricIntervals;
  /** How many users were measured. */
  readonly users: number;
  /** What the first fit has more than this one; absent of the first one. */
  readonly behind?: MetricDifferences;
}

/** A fit that cannot be cut has the reason. */
export type MeasuredOrNot = MeasuredFigures | { readonly reason: string };

export interface MeasuringResult {
  /** In the order of the fits. */
  readonly measured: readonly MeasuredOrNot[];
}

export type MeasuringJob = StagedJob<MeasuringSpec, MeasuringResult>;
export type Measurings = { readonly [Part in MeasuredPart]?: MeasuringJob };

/** What the tasks of a measurement say, with the part that it measures. */
export interface MeasuringEvent {
  readonly type: "measuring";
  readonly part: MeasuredPart;
  readonly event: TaskEvent<MeasuringResult>;
}

export type MeasuringEffect =
  | {
      readonly type: "send-measuring";
      readonly part: MeasuredPart;
      readonly stage: number;
      readonly tasks: readonly number[];
    }
  /** Deletes the objects of all tasks. */
  | { readonly type: "clean-measuring"; readonly part: MeasuredPart };

export type MeasuringReply = StagedReply<MeasuringSpec>;

/** The first stage: its task looks at the data and says which stages follow. */
export const CUT_STAGE = { name: "cut", taskCount: 1 } as const;

export interface MeasuringStep {
  readonly job: MeasuringJob;
  readonly effects: readonly MeasuringEffect[];
  readonly reply: MeasuringReply;
}

export function beginMeasuring(spec: MeasuringSpec, now: Millis): MeasuringStep {
  const whole: LeasedJob<MeasuringSpec, MeasuringResult> = {
    ...{ spec, task: newTask(now), slices: 0, checkpointKey: null, progress: 0, result: null },
    // The database has the outcome of the study alone.
    settled: true,
  };
  return stepOf(spec.part, beginStages(whole, { stages: [CUT_STAGE] }, now));
}

export function advanceMeasuring(
  job: MeasuringJob,
  event: StagedEvent<MeasuringResult>,
  now: Millis,
): MeasuringStep {
  return stepOf(job.spec.part, advanceStagedJob(job, event, now));
}

function stepOf(
  part: MeasuredPart,
  { state, effects, reply }: ReturnType<typeof advanceStagedJob<MeasuringSpec, MeasuringResult>>,
): MeasuringStep {
  const { stage } = state.staged;
  return { job: state, effects: effects.flatMap((effect) => effectsOf(part, stage, effect)), reply };
}

function effectsOf(part: MeasuredPart, stage: number, effect: StagedEffect): MeasuringEffect[] {
  if (effect.type === "send-tasks") return [{ type: "send-measuring", part, stage, tasks: effect.tasks }];
  return effect.type === "clean" ? [{ type: "clean-measuring", part }] : [];
}

/** Messages of tasks that wait for a worker, sent again when a study resumes. */
export function resendMeasuring(job: MeasuringJob, now: Millis): MeasuringStep {
  return stepOf(job.spec.part, stagedSends(job, now));
}

/** When to look at the measurements next. @param isPaused Then only workers and what is left to delete are waited for. */
export function measuringAlarms(measurings: Measurings | undefined, isPaused: boolean, now: Millis) {
  return jobsOf(measurings).map((job) => stagedAlarm(job, now, isPaused));
}

export function jobsOf(measurings: Measurings | undefined): MeasuringJob[] {
  return Object.values(measurings ?? {});
}

export function isMeasured({ task }: MeasuringJob): boolean {
  return isOver(task);
}
