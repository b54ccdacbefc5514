/**
 * A project as one tar archive, to keep or to import elsewhere. `project.json` comes first, then the rows of each table in
 * files of JSON lines, then unchanged uploaded files and models. `manifest.json` comes last, with the hash of every file before
 * it. Ids are those of the exported project; an import gives new ones. Keys, secrets and accounts are not in it.
 */
import * as z from "zod";
import { AB_TEST_STATUSES, abTestRequest } from "./ab-test.ts";
import { OTHER_COLUMNS, SCHEMA_ORIGINS, schemaColumn } from "./column-schema.ts";
import { conversionEventRequest } from "./conversion-event.ts";
import { eventDataSettings } from "./event.ts";
import { eventSettingsRequest } from "./event-settings.ts";
import { MAX_COLUMN_NAME } from "./feature-columns.ts";
import { boolean, choice, float, integer } from "./field.ts";
import {
  MAX_ID_LENGTH,
  MAX_METRIC,
  MAX_MODEL_VERSION,
  MAX_PARALLEL_TRIALS,
  MAX_REASON_LENGTH,
  MAX_SLOT_WEIGHT,
  MAX_TIME_MS,
  MAX_TRIALS,
  MAX_TRIED_ALGORITHMS,
} from "./limits.ts";
import { MODEL_STATUSES, modelConfigurationRequest } from "./model.ts";
import { name256, rowId } from "./primitives.ts";
import { projectRequest } from "./project.ts";
import { fileCounting, fileLookup, readingRequest } from "./reading.ts";
import { retrainingScheduleRequest } from "./retraining.ts";
import { RULE_KINDS, savedRuleRequest } from "./saved-rule.ts";
import { evaluationConfigRequest, splitConfigRequest } from "./study-config.ts";
import { TABLE_SIDES } from "./table-sides.ts";
import { trafficRequest } from "./traffic.ts";
import { DATA_STATUSES } from "./training-data.ts";
import { JOB_STATUSES, tuningJobRequest } from "./tuning-job.ts";
import { UPLOAD_KINDS } from "./upload.ts";

export const ARCHIVE_FORMAT = "edgewise-project";
export const ARCHIVE_VERSION = 1;
export const MANIFEST_NAME = "manifest.json";
export const PROJECT_NAME = "project.json";

const size = z.number().int().nonnegative();
/** Older archives have none. */
const testPart = z.string().max(64).nullish();

export const archiveHead = z.object({
  format: z.literal(ARCHIVE_FORMAT),
  version: z.literal(ARCHIVE_VERSION),
  exported_at: z.string(),
  project: z.object({
    name: projectRequest.shape.name,
    user_column: projectRequest.shape.user_column,
    item_column: projectRequest.shape.item_column,
    time_column: projectRequest.shape.time_column.unwrap(),
    /** Older archives have none of these. */
    weight_column: projectRequest.shape.weight_column,
    event_type_column: projectRequest.shape.event_type_column,
    ...readingRequest.shape,
    ...eventSettingsRequest.shape,
    /** Older archives have none. */
    allowed_origins: projectRequest.shape.allowed_origins.unwrap().optional(),
    /** Older archives have none. */
    ...trafficRequest.shape,
    /** The highest version number of deleted models. */
    deleted_version: integer({ min: 0, max: MAX_MODEL_VERSION }).optional(),
  }),
});
export type ArchiveHead = z.infer<typeof archiveHead>;

export const archiveManifest = z.object({
  format: z.literal(ARCHIVE_FORMAT),
  version: z.literal(ARCHIVE_VERSION),
  /** All other files in their order; sizes in bytes, hashes in hex. */
  files: z.array(z.object({ name: z.string(), size, sha256: z.string().length(64) })),
});
export type ArchiveManifest = z.infer<typeof archiveManifest>;

/** As many digits as a reference of the API has. */
const archiveId = rowId.max(999_999_999_999_999);
const time = size.max(MAX_TIME_MS);
const dated = { id: archiveId, created_at: time };
const reason = z.string().max(MAX_REASON_LENGTH).nullable();
const engineVersion = z.string().max(16).nullable();
const figure = float({ min: -MAX_METRIC, max: MAX_METRIC });
const metricName = z.string().max(64);
const metrics = z.record(metricName, figure).refine(isShort, "Too many figures.");
const intervals = z
  .record(metricName, z.object({ low: figure, high: figure }))
  .refine(isShort, "Too many figures.");
const coldFigure = z.object({ winner: metrics, popularity: metrics, users: size, measured_users: size });
const finalMetrics = z.object({
  winner: metrics,
  popularity: metrics,
  serving: metrics.optional(),
  intervals: z.object({ winner: intervals, popularity: intervals, serving: intervals.optional() }).optional(),
  /** Older archives have none. */
  cold: z.object({ cold_items: coldFigure.optional(), cold_users: coldFigure.optional() }).optional(),
});

const leftOutAlgorithms = z
  .array(z.object({ algorithm: z.string().max(128), reason: z.string().max(MAX_REASON_LENGTH) }))
  .max(MAX_TRIED_ALGORITHMS);
/** A century. */
const MAX_TRAINING_S = 100 * 366 * 86_400;

/** There are about twenty metrics, each at a few cutoffs. */
function isShort(record: object): boolean {
  return Object.keys(record).length <= 500;
}

const split = splitConfigRequest.shape;
const evaluation = evaluationConfigRequest.shape;
const job = tuningJobRequest.shape;
const configuration = modelConfigurationRequest.shape;
const schedule = retrainingScheduleRequest.shape;
const rule = savedRuleRequest.shape;
const conversion = conversionEventRequest.shape;
const abTest = abTestRequest.shape;

/**
 * One row of each table, in the order of the tables: a row comes after the rows it refers to. Fields of the API's requests pass
 * the API's own checks, and every field is required.
 */
export const archiveRows = {
  split_config: z.object({
    ...dated,
    name: split.name.unwrap(),
    scheme: split.scheme.unwrap(),
    heldout_ratio: split.heldout_ratio.unwrap(),
    n_heldout: split.n_heldout.unwrap(),
    test_user_ratio: split.test_user_ratio.unwrap(),
    n_test_users: split.n_test_users.unwrap(),
    /** Older archives have none. */
    keeps_seen: split.keeps_seen,
    random_seed: split.random_seed.unwrap(),
  }),
  evaluation_config: z.object({
    ...dated,
    name: evaluation.name.unwrap(),
    cutoff: evaluation.cutoff.unwrap(),
    target_metric: evaluation.target_metric.unwrap(),
  }),
  data_file: z.object({
    ...dated,
    kind: choice(UPLOAD_KINDS),
    basename: name256,
    filesize: integer({ min: 0 }).nullable(),
    status: choice(DATA_STATUSES),
    error: reason,
    has_file: boolean(),
    /** How ingestion reads the file; older archives have none. */
    reading: readingRequest
      .extend({
        form_had_no_end: z.literal(true).optional(),
        id_column: name256.optional(),
        events: eventDataSettings.optional(),
        counting: fileCounting.optional(),
        lookup: fileLookup.optional(),
      })
      .nullish(),
  }),
  tuning_job: z.object({
    ...dated,
    data: archiveId,
    split: archiveId,
    evaluation: archiveId,
    status: choice(JOB_STATUSES),
    // A deployment with Recotem's exact answers has jobs with numbers below 1.
    n_tasks_parallel: integer({ max: MAX_PARALLEL_TRIALS }),
    n_trials: integer({ max: MAX_TRIALS }),
    memory_budget: job.memory_budget.unwrap(),
    timeout_overall: job.timeout_overall.unwrap(),
    timeout_singlestep: job.timeout_singlestep.unwrap(),
    random_seed: job.random_seed.unwrap(),
    tried_algorithms_json: job.tried_algorithms_json.unwrap(),
    train_after_tuning: job.train_after_tuning.unwrap(),
    /** Older archives lack these five fields. */
    deploy: job.deploy.unwrap().optional(),
    left_out: leftOutAlgorithms.nullish(),
    fixed_configuration: archiveId.nullish(),
    measured_model: archiveId.nullish(),
    serving_model: archiveId.nullish(),
    best_score: figure.nullable(),
    best_config: archiveId.nullable(),
    tuned_model: archiveId.nullable(),
    final_metrics: finalMetrics.nullable(),
    test_part: testPart,
    engine_version: engineVersion,
    error: reason,
  }),
  model_configuration: z.object({
    ...dated,
    tuning_job: archiveId.nullable(),
    name: configuration.name.unwrap(),
    recommender_class_name: configuration.recommender_class_name,
    parameters_json: configuration.parameters_json.unwrap(),
  }),
  trained_model: z.object({
    ...dated,
    configuration: archiveId,
    data: archiveId,
    tuning_job: archiveId.nullable(),
    version: integer({ min: 1, max: MAX_MODEL_VERSION }),
    status: choice(MODEL_STATUSES),
    error: reason,
    metrics: metrics.nullable(),
    test_part: testPart,
    engine_version: engineVersion,
    has_file: boolean(),
    /** Older archives lack these five fields. */
    deployment: reason.optional(),
    deployed_at: time.nullish(),
    withdrawn_at: time.nullish(),
    measuring_job: archiveId.nullish(),
    training_seconds: z.number().nonnegative().max(MAX_TRAINING_S).nullish(),
  }),
  deployment_slot: z.object({
    ...dated,
    name: name256,
    trained_model: archiveId,
    previous_model: archiveId.nullable(),
    weight: float({ min: 0, max: MAX_SLOT_WEIGHT }),
    is_active: boolean(),
    is_default: boolean(),
    /** Older archives lack these two fields. */
    is_shadow: boolean().optional(),
    shadow_rate: float({ min: 0, max: 1 }).optional(),
  }),
  /** Older archives have none. */
  conversion_event: z.object({
    id: archiveId,
    created_at: time,
    slot: archiveId,
    user_id: conversion.user_id,
    item_id: conversion.item_id.unwrap(),
    event_type: conversion.event_type,
    request_id: conversion.recommendation_request_id.unwrap().unwrap().nullable(),
    metadata: conversion.metadata_json.unwrap(),
  }),
  /** Older archives have none. */
  ab_test: z.object({
    ...dated,
    name: name256,
    status: choice(AB_TEST_STATUSES),
    control_slot: archiveId,
    variant_slot: archiveId,
    target_metric: abTest.target_metric_name.unwrap(),
    min_sample_size: abTest.min_sample_size.unwrap(),
    confidence_level: abTest.confidence_level.unwrap(),
    started_at: time.nullable(),
    ended_at: time.nullable(),
    winner_slot: archiveId.nullable(),
  }),
  retraining_schedule: z.object({
    ...dated,
    is_enabled: schedule.is_enabled.unwrap(),
    cron_expression: schedule.cron_expression.unwrap(),
    training_data: archiveId.nullable(),
    model_configuration: archiveId.nullable(),
    /** Older archives lack these two fields. */
    uses_events: schedule.uses_events,
    every_events: schedule.every_events,
    retune: schedule.retune.unwrap(),
    split_config: archiveId.nullable(),
    evaluation_config: archiveId.nullable(),
    max_retries: schedule.max_retries.unwrap(),
    notify_on_failure: schedule.notify_on_failure.unwrap(),
    auto_deploy: schedule.auto_deploy.unwrap(),
    deploy_tolerance: schedule.deploy_tolerance.unwrap(),
    keep_versions: schedule.keep_versions.unwrap(),
  }),
  saved_rule: z.object({
    ...dated,
    name: rule.name,
    kind: choice(RULE_KINDS),
    rule: rule.rule,
    priority: rule.priority.unwrap(),
    starts_at: time.nullable(),
    ends_at: time.nullable(),
    is_enabled: rule.is_enabled.unwrap(),
  }),
  /** Older archives have none. */
  user_merge: z.object({
    ...dated,
    from_user: z.string().min(1).max(MAX_ID_LENGTH),
    to_user: z.string().min(1).max(MAX_ID_LENGTH),
  }),
  /** Older archives have none. */
  column_schema: z.object({
    ...dated,
    side: choice(TABLE_SIDES),
    version: integer({ min: 1 }),
    origin: choice(SCHEMA_ORIGINS),
    id_column: z.string().min(1).max(MAX_COLUMN_NAME).nullable(),
    other_columns: choice(OTHER_COLUMNS),
    columns: z
      .array(schemaColumn)
      .refine(
        (columns) => new Set(columns.map(({ name }) => name)).size === columns.length,
        "A column is there twice.",
      ),
  }),
} as const;

export type ArchiveTable = keyof typeof archiveRows;
export type ArchiveRow<T extends ArchiveTable> = z.infer<(typeof archiveRows)[T]>;
export const ARCHIVE_TABLES = Object.keys(archiveRows) as readonly ArchiveTable[];
