/**
 * A project as one tar archive, to keep or to import elsewhere: `project.json` first, the rows of each table in files of JSON lines,
 * uploaded files and models as they are, and `manifest.json` last, with the hash of every file before it. Ids are those of the
 * project that was exported; an import gives new ones. Keys, secrets and people are not in it.
 */
import { z } from "zod";
import { MODEL_STATUSES } from "./model.ts";
import { rowId } from "./primitives.ts";
import { SPLIT_SCHEMES, TARGET_METRICS } from "./study-config.ts";
import { DATA_STATUSES } from "./training-data.ts";
import { finalMetrics, JOB_STATUSES } from "./tuning-job.ts";
import { UPLOAD_KINDS } from "./upload.ts";

export const ARCHIVE_FORMAT = "edgewise-project";
export const ARCHIVE_VERSION = 1;
export const MANIFEST_NAME = "manifest.json";
export const PROJECT_NAME = "project.json";

const name = z.string().max(256);
const metrics = z.record(z.string(), z.number());
const int = z.number().int();
const millis = int.nonnegative();

export const archiveHead = z.object({
  format: z.literal(ARCHIVE_FORMAT),
  version: z.literal(ARCHIVE_VERSION),
  exported_at: z.string(),
  project: z.object({ name, user_column: name, item_column: name, time_column: name.nullable() }),
});
export type ArchiveHead = z.infer<typeof archiveHead>;

export const archiveManifest = z.object({
  format: z.literal(ARCHIVE_FORMAT),
  version: z.literal(ARCHIVE_VERSION),
  /** All other files in their order; sizes in bytes, hashes in hex. */
  files: z.array(z.object({ name: z.string(), size: int.nonnegative(), sha256: z.string().length(64) })),
});
export type ArchiveManifest = z.infer<typeof archiveManifest>;

const dated = { id: rowId, created_at: millis };

/** One row of each table, in the order in which the tables follow each other: what a row names comes before it. */
export const archiveRows = {
  split_config: z.object({
    ...dated,
    name: name.nullable(),
    scheme: z.enum(SPLIT_SCHEMES),
    heldout_ratio: z.number().min(0).max(1),
    n_heldout: int.nullable(),
    test_user_ratio: z.number().min(0).max(1),
    n_test_users: int.nullable(),
    random_seed: int,
  }),
  evaluation_config: z.object({
    ...dated,
    name: name.nullable(),
    cutoff: int,
    target_metric: z.enum(TARGET_METRICS),
  }),
  data_file: z.object({
    ...dated,
    kind: z.enum(UPLOAD_KINDS),
    basename: name,
    filesize: int.nonnegative().nullable(),
    status: z.enum(DATA_STATUSES),
    error: z.string().nullable(),
    has_file: z.boolean(),
  }),
  tuning_job: z.object({
    ...dated,
    data: rowId,
    split: rowId,
    evaluation: rowId,
    status: z.enum(JOB_STATUSES),
    n_tasks_parallel: int.positive(),
    n_trials: int.positive(),
    memory_budget: int.positive(),
    timeout_overall: int.nullable(),
    timeout_singlestep: int.nullable(),
    random_seed: int.nullable(),
    tried_algorithms_json: z.array(z.string()).nullable(),
    train_after_tuning: z.boolean(),
    best_score: z.number().nullable(),
    best_config: rowId.nullable(),
    tuned_model: rowId.nullable(),
    final_metrics: finalMetrics.nullable(),
    engine_version: z.string().max(16).nullable(),
    error: z.string().nullable(),
  }),
  model_configuration: z.object({
    ...dated,
    tuning_job: rowId.nullable(),
    name: name.nullable(),
    recommender_class_name: z.string().max(128),
    parameters_json: z.record(z.string(), z.unknown()),
  }),
  trained_model: z.object({
    ...dated,
    configuration: rowId,
    data: rowId,
    tuning_job: rowId.nullable(),
    version: int.positive(),
    status: z.enum(MODEL_STATUSES),
    error: z.string().nullable(),
    metrics: metrics.nullable(),
    engine_version: z.string().max(16).nullable(),
    has_file: z.boolean(),
  }),
  deployment_slot: z.object({
    ...dated,
    name,
    trained_model: rowId,
    previous_model: rowId.nullable(),
    weight: z.number().min(0),
    is_active: z.boolean(),
    is_default: z.boolean(),
  }),
  retraining_schedule: z.object({
    ...dated,
    is_enabled: z.boolean(),
    cron_expression: z.string().max(100),
    training_data: rowId.nullable(),
    model_configuration: rowId.nullable(),
    retune: z.boolean(),
    split_config: rowId.nullable(),
    evaluation_config: rowId.nullable(),
    max_retries: int.nonnegative(),
    notify_on_failure: z.boolean(),
    auto_deploy: z.boolean(),
    deploy_tolerance: z.number().min(0).max(1),
    keep_versions: int.positive(),
  }),
} as const;

export type ArchiveTable = keyof typeof archiveRows;
export type ArchiveRow<T extends ArchiveTable> = z.infer<(typeof archiveRows)[T]>;
export const ARCHIVE_TABLES = Object.keys(archiveRows) as readonly ArchiveTable[];
