import * as z from "zod";
import { DEPLOY_MODES, deployMode } from "./deployment.ts";
import { boolean, integer, reference, textList } from "./field.ts";
import { MAX_PARALLEL_TRIALS, MAX_TRIALS, MAX_TRIED_ALGORITHMS } from "./limits.ts";
import { rowId, timestamp } from "./primitives.ts";
import { splitConfigRequest } from "./study-config.ts";
import { taskLink } from "./task.ts";

export const JOB_STATUSES = ["PENDING", "RUNNING", "PAUSED", "COMPLETED", "FAILED", "CANCELLED"] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** The statuses of jobs that have not ended. */
export const OPEN_JOB_STATUSES = ["PENDING", "RUNNING", "PAUSED"] as const satisfies readonly JobStatus[];

export function isOpenJob(status: JobStatus): boolean {
  return OPEN_JOB_STATUSES.some((open) => open === status);
}

export const tuningJobRequest = z.object({
  data: reference(),
  split: reference(),
  evaluation: reference(),
  n_tasks_parallel: integer({ min: 1, max: MAX_PARALLEL_TRIALS }).default(1),
  n_trials: integer({ min: 1, max: MAX_TRIALS }).default(40),
  /** Megabytes. */
  memory_budget: integer({ min: 1 }).default(8000),
  /** Seconds. */
  timeout_overall: integer({ min: 1 }).nullish(),
  timeout_singlestep: integer({ min: 1 }).nullish(),
  random_seed: integer().nullish(),
  tried_algorithms_json: textList({
    notAList: "Must be a JSON array of strings.",
    max: MAX_TRIED_ALGORITHMS,
  }).nullish(),
  train_after_tuning: boolean().default(true),
  /** What happens to the model that is trained after the search. */
  deploy: deployMode().default("if_better"),
});
export type TuningJobRequest = z.infer<typeof tuningJobRequest>;

/** An algorithm that a job does not try. */
export const leftOutAlgorithm = z.object({ algorithm: z.string(), reason: z.string() });
export type LeftOutAlgorithm = z.infer<typeof leftOutAlgorithm>;

export const jobEstimateRequest = tuningJobRequest
  .pick({ data: true, tried_algorithms_json: true, memory_budget: true })
  .extend({
    /** The scheme of the split that is meant; those of next items try algorithms of their own. */
    split_scheme: splitConfigRequest.shape.scheme.unwrap().optional(),
  });
export type JobEstimateRequest = z.infer<typeof jobEstimateRequest>;

/** The algorithms that a job with these settings would try, and those it would leave out. */
export const jobEstimate = z.object({
  algorithms: z.array(z.string()),
  left_out: z.array(leftOutAlgorithm),
  /** About how many users the trials use of how many, where no isolate holds the data; null where trials use all. */
  sample: z.object({ users: z.number().int(), of_users: z.number().int() }).nullable(),
});
export type JobEstimate = z.infer<typeof jobEstimate>;

const metricValues = z.record(z.string(), z.number());

/** The 95 % interval of a metric's mean over users, by bootstrap. */
export const metricIntervals = z.record(z.string(), z.object({ low: z.number(), high: z.number() }));
export type MetricIntervals = z.infer<typeof metricIntervals>;

/**
 * How much higher the mean of one model is than that of another over the same users, by metric, with the 95 % interval of that
 * difference by a paired bootstrap. The two differ clearly where it does not hold 0.
 */
export const metricDifferences = z.record(
  z.string(),
  z.object({ difference: z.number(), low: z.number(), high: z.number() }),
);
export type MetricDifferences = z.infer<typeof metricDifferences>;

/** Means over fewer users are chance. */
export const MIN_SEGMENT_USERS = 30;

/**
 * `head_items` are the fewest most popular items that make 80 % of the interactions in training, `tail_items` the others: only
 * held-out items of that part count. `few_interactions` to `many_interactions` are the measured users in thirds.
 */
export const SEGMENT_NAMES = [
  "head_items",
  "tail_items",
  "few_interactions",
  "middle_interactions",
  "many_interactions",
] as const;

export const measuredSegment = z.object({
  name: z.enum(SEGMENT_NAMES),
  /** Of the head or the tail; null for users. */
  items: z.number().int().nullable(),
  /** The fewest and the most items that one of these users has in training; null for items. */
  interactions: z.object({ from: z.number().int(), to: z.number().int() }).nullable(),
  /** Measured users who count: with fewer than 30, the figures are chance. */
  users: z.number().int(),
  winner: metricValues,
  popularity: metricValues,
  serving: metricValues.optional(),
});
export type MeasuredSegment = z.infer<typeof measuredSegment>;

/** The winner and popularity on items or users without any interaction in training. */
export const coldFigures = z.object({
  winner: metricValues,
  popularity: metricValues,
  /** Users with held-out interactions. */
  users: z.number().int(),
  /** Those of them that were measured: a sample of large data. */
  measured_users: z.number().int(),
});
export type ColdFigures = z.infer<typeof coldFigures>;

/** New items are ranked among themselves, new users get lists of all items. A fifth of each is held out. */
export const coldMetrics = z.object({
  cold_items: coldFigures.optional(),
  cold_users: coldFigures.optional(),
});
export type ColdMetrics = z.infer<typeof coldMetrics>;

/** All of them are fitted to the same training part and measured on the same test part. */
const measuredFigures = z.object({
  winner: metricValues,
  popularity: metricValues,
  /** The configuration of the model that was live when the job was made, fitted again. */
  serving: metricValues.optional(),
  intervals: z
    .object({ winner: metricIntervals, popularity: metricIntervals, serving: metricIntervals.optional() })
    .optional(),
  /** The winner minus the other; absent in jobs of earlier releases. */
  differences: z.object({ popularity: metricDifferences, serving: metricDifferences.optional() }).optional(),
  /** Absent in jobs of earlier releases; one without users is left out. */
  segments: z.array(measuredSegment).optional(),
});

/** What figures were measured on, where no isolate holds the data. */
export const measuredOn = z.object({
  /** `all`: fitted to all data and measured on users of all. `sample`: fitted to and measured on a sample of the users alone. */
  data: z.enum(["all", "sample"]),
  /** Of `all` those that were measured, of `sample` those that it has. */
  users: z.number().int(),
  /** Of the data. */
  of_users: z.number().int(),
});
export type MeasuredOn = z.infer<typeof measuredOn>;

export const finalMetrics = measuredFigures.extend({
  /** Of projects with metadata of items or users. Where no isolate holds the data, of a sample of the users. */
  cold: coldMetrics.optional(),
  /** Absent where one isolate holds the data, and in jobs of earlier releases. */
  measured_on: measuredOn.optional(),
  /** Beside figures of all data: those of the sample that the trials used. */
  of_sample: measuredFigures
    .extend({
      /** Users that the sample has. */
      users: z.number().int(),
      /** As `test_part` of the job: figures of other parts cannot be compared with these. */
      test_part: z.string().optional(),
    })
    .optional(),
});
export type FinalMetrics = z.infer<typeof finalMetrics>;

export const tuningJobResponse = z.object({
  id: rowId,
  data: rowId,
  split: rowId,
  evaluation: rowId,
  status: z.enum(JOB_STATUSES),
  n_tasks_parallel: z.number().int(),
  n_trials: z.number().int(),
  memory_budget: z.number().int(),
  timeout_overall: z.number().int().nullable(),
  timeout_singlestep: z.number().int().nullable(),
  random_seed: z.number().int().nullable(),
  tried_algorithms_json: z.array(z.string()).nullable(),
  irspack_version: z.string().nullable(),
  train_after_tuning: z.boolean(),
  tuned_model: rowId.nullable(),
  best_config: rowId.nullable(),
  best_score: z.number().nullable(),
  ins_datetime: timestamp,
  task_links: z.array(taskLink).optional(),
  /** Why a FAILED job failed. */
  error: z.string().nullable(),
  /** Measured on the test part, which no trial has seen: the winner and the popularity baseline. */
  final_metrics: finalMetrics.nullable(),
  /**
   * The test part of `final_metrics`, see `test-part.ts`; null before the measurement. Figures of all data and of a sample have different ones.
   */
  test_part: z.string().nullable(),
  deploy: z.enum(DEPLOY_MODES),
  /** Requested algorithms that are not tried, and why. */
  left_out: z.array(leftOutAlgorithm),
});
export type TuningJobResponse = z.infer<typeof tuningJobResponse>;

export const TRIAL_STATES = ["WAITING", "RUNNING", "COMPLETE", "PRUNED", "FAILED"] as const;
export type TrialState = (typeof TRIAL_STATES)[number];

export const trialResponse = z.object({
  /** From 0, in the order of their choice. */
  number: z.number().int(),
  algorithm: z.string().nullable(),
  params: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
  state: z.enum(TRIAL_STATES),
  /** The target metric on the validation part; the last report of a pruned trial. Large data: on a sample of its users. */
  value: z.number().nullable(),
  /** The same on all users of the data that trials use, or of all data, of the trials that were measured again after a search on a sample; null for others. */
  value_on_all_users: z.number().nullable(),
  metrics: z.record(z.string(), z.number()),
  /** Value after each epoch of an iterative algorithm. */
  reports: z.array(z.object({ epoch: z.number().int(), value: z.number() })),
  attempts: z.number().int(),
  /** When the last attempt began; null before the first, and for trials from before this was kept. */
  started_at: timestamp.nullable(),
  seconds: z.number().nullable(),
  error: z.string().nullable(),
});
export type TrialResponse = z.infer<typeof trialResponse>;
