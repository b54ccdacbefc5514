import * as z from "zod";
import { boolean, float, integer, reference, text } from "./field.ts";
import { rowId, timestamp } from "./primitives.ts";

export const RUN_STATUSES = ["PENDING", "RUNNING", "COMPLETED", "FAILED", "SKIPPED"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Why a run began: its time had come, somebody asked, or enough events had arrived. */
export const RUN_TRIGGERS = ["CRON", "MANUAL", "EVENTS"] as const;
export type RunTrigger = (typeof RUN_TRIGGERS)[number];

export const MAX_RETRIES = 10;
export const MAX_KEPT_VERSIONS = 100;
/** Number of upcoming runs that a schedule shows. */
export const SHOWN_RUNS = 5;

export const retrainingScheduleRequest = z.object({
  project: reference(),
  is_enabled: boolean().default(false),
  /** Minute, hour, day of the month, month, day of the week; in UTC. */
  cron_expression: text({ max: 100 }).default("0 2 * * 0"),
  /** Null: the newest data at the time of the run. */
  training_data: reference().nullish(),
  model_configuration: reference().nullish(),
  /** Makes training data of all events after that file, for each run. */
  uses_events: boolean().optional(),
  /** Also runs whenever this many events, without impressions, have arrived since the last completed run or the last one by events. */
  every_events: integer({ min: 1 }).nullish(),
  /** Searches for the best configuration again; needs a split and an evaluation. */
  retune: boolean().default(false),
  split_config: reference().nullish(),
  evaluation_config: reference().nullish(),
  max_retries: integer({ min: 0, max: MAX_RETRIES }).default(3),
  notify_on_failure: boolean().default(true),
  /** The address that failures are reported to, by a signed call; see `webhook.ts`. */
  webhook_url: text({ max: 2048 }).nullish(),
  auto_deploy: boolean().default(false),
  /** How much worse a new model may measure than the live one and still be deployed, as a share of the live one's figure. */
  deploy_tolerance: float({ min: 0, max: 1 }).default(0.02),
  /** Number of models of this schedule whose artifacts are kept; live ones are always kept. */
  keep_versions: integer({ min: 1, max: MAX_KEPT_VERSIONS }).default(5),
});
export type RetrainingScheduleRequest = z.infer<typeof retrainingScheduleRequest>;

export const retrainingScheduleResponse = z.object({
  id: rowId,
  project: rowId,
  is_enabled: z.boolean(),
  cron_expression: z.string(),
  training_data: rowId.nullable(),
  model_configuration: rowId.nullable(),
  uses_events: z.boolean().optional(),
  every_events: z.number().int().nullable().optional(),
  retune: z.boolean(),
  split_config: rowId.nullable(),
  evaluation_config: rowId.nullable(),
  max_retries: z.number().int(),
  notify_on_failure: z.boolean(),
  webhook_url: z.string().nullable(),
  last_run_at: timestamp.nullable(),
  last_run_status: z.enum(RUN_STATUSES).nullable(),
  /** Null while disabled. */
  next_run_at: timestamp.nullable(),
  auto_deploy: z.boolean(),
  ins_datetime: timestamp,
  updated_at: timestamp,
  deploy_tolerance: z.number(),
  keep_versions: z.number().int(),
  /** The next times of the expression, also for a disabled schedule. */
  next_runs: z.array(timestamp),
});
export type RetrainingScheduleResponse = z.infer<typeof retrainingScheduleResponse>;

export const retrainingRunResponse = z.object({
  id: rowId,
  schedule: rowId,
  status: z.enum(RUN_STATUSES),
  trained_model: rowId.nullable(),
  tuning_job: rowId.nullable(),
  /** Why it failed or was skipped; for a run that waits for its next attempt, why the last one failed. */
  error_message: z.string(),
  ins_datetime: timestamp,
  completed_at: timestamp.nullable(),
  data_rows_at_trigger: z.number().int().nullable(),
  trigger: z.enum(RUN_TRIGGERS),
  /** Failed attempts so far. */
  attempts: z.number().int(),
  /** The result of the new model. */
  deployment: z.string(),
});
export type RetrainingRunResponse = z.infer<typeof retrainingRunResponse>;

export const retrainingTriggered = z.object({
  status: z.literal("triggered"),
  /** The new run, or null: the schedule is disabled, or a run of this project is in progress. */
  run: rowId.nullable().optional(),
});
export type RetrainingTriggered = z.infer<typeof retrainingTriggered>;
