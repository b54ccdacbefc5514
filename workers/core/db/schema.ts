/**
 * The relational tables (D1). Names are snake_case in SQL and camelCase here; every row id is an integer that is never used twice. Times
 * are epoch milliseconds. Deleting a project deletes its rows; the services delete their data in R2, KV and Durable Objects.
 */
import { sql } from "drizzle-orm";
import {
  type AnySQLiteColumn,
  index,
  integer,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from "drizzle-orm/sqlite-core";
import { DEPLOY_MODES } from "#contract/deployment.ts";
import type { MetadataReport } from "#contract/ingestion.ts";
import type { KeyScope } from "#contract/key-scopes.ts";
import type { ReadingSettings } from "#contract/reading.ts";
import {
  COLD_SPLIT_SCHEMES,
  NEXT_ITEM_SPLIT_SCHEMES,
  SPLIT_SCHEMES,
  TARGET_METRICS,
} from "#contract/study-config.ts";
import type { FinalMetrics, LeftOutAlgorithm } from "#contract/tuning-job.ts";
import type { JobWork } from "#contract/work.ts";
import { account } from "./account-schema.ts";
import { createdAt, flag, id, json, updatedAt } from "./columns.ts";
import { project, projectId } from "./project-schema.ts";

export { account, refreshToken, socketTicket } from "./account-schema.ts";
export { project, projectId } from "./project-schema.ts";

/** An upload in parts that is not complete yet. */
export const upload = sqliteTable(
  "upload",
  {
    id: id(),
    projectId: projectId(),
    kind: text("kind", { enum: ["training_data", "item_meta_data", "user_meta_data"] }).notNull(),
    filename: text("filename").notNull(),
    size: integer("size").notNull(),
    r2Key: text("r2_key").notNull(),
    r2UploadId: text("r2_upload_id").notNull(),
    reading: json<ReadingSettings>("reading"),
    createdAt: createdAt(),
  },
  (table) => [index("upload_project").on(table.projectId)],
);

export const uploadPart = sqliteTable(
  "upload_part",
  {
    id: id(),
    uploadId: integer("upload_id")
      .notNull()
      .references(() => upload.id, { onDelete: "cascade" }),
    partNumber: integer("part_number").notNull(),
    etag: text("etag").notNull(),
    bytes: integer("bytes").notNull(),
  },
  (table) => [uniqueIndex("upload_part_number").on(table.uploadId, table.partNumber)],
);

const ingestion = () => ({
  /** The key of the uploaded file; null once unlinked or refused. */
  fileKey: text("file_key"),
  basename: text("basename").notNull(),
  filesize: integer("filesize"),
  status: text("status", { enum: ["PENDING", "INGESTING", "READY", "FAILED"] })
    .notNull()
    .default("PENDING"),
  error: text("error"),
  /** How to read this file, as far as its upload says, or an erasure detected. */
  reading: json<ReadingSettings>("reading"),
  /** The artifact from ingestion; null until READY. */
  artifactKey: text("artifact_key"),
});

export const trainingData = sqliteTable(
  "training_data",
  {
    id: id(),
    projectId: projectId(),
    ...ingestion(),
    report: json<unknown>("report"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("training_data_project").on(table.projectId, table.id),
    uniqueIndex("training_data_file").on(table.fileKey),
  ],
);

const metaData = () => ({
  id: id(),
  projectId: projectId(),
  ...ingestion(),
  validColumns: json<string[]>("valid_columns"),
  report: json<MetadataReport>("report"),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

export const userMetaData = sqliteTable("user_meta_data", metaData(), (table) => [
  index("user_meta_data_project").on(table.projectId, table.id),
  uniqueIndex("user_meta_data_file").on(table.fileKey),
]);

export const itemMetaData = sqliteTable("item_meta_data", metaData(), (table) => [
  index("item_meta_data_project").on(table.projectId, table.id),
  uniqueIndex("item_meta_data_file").on(table.fileKey),
]);

const createdBy = () =>
  integer("created_by")
    .notNull()
    .references(() => account.id, { onDelete: "cascade" });

/** The request to erase the rows of an import, while the import runs; null otherwise. */
const importId = () => integer("import_id");

/** The project whose API key made the row; null for an account, which shares the row among all its projects. */
const ofKeysProject = () => integer("project_id").references(() => project.id, { onDelete: "set null" });

export const splitConfig = sqliteTable(
  "split_config",
  {
    id: id(),
    name: text("name"),
    createdBy: createdBy(),
    scheme: text("scheme", {
      enum: [...SPLIT_SCHEMES, ...COLD_SPLIT_SCHEMES, ...NEXT_ITEM_SPLIT_SCHEMES],
    }).notNull(),
    heldoutRatio: real("heldout_ratio").notNull(),
    nHeldout: integer("n_heldout"),
    testUserRatio: real("test_user_ratio").notNull(),
    nTestUsers: integer("n_test_users"),
    /** Of next items: whether known items may be in a list; null for the default of the scheme. */
    keepsSeen: flag("keeps_seen"),
    randomSeed: integer("random_seed").notNull(),
    projectId: ofKeysProject(),
    importId: importId(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("split_config_creator").on(table.createdBy, table.id),
    index("split_config_project").on(table.projectId),
    index("split_config_import").on(table.importId).where(sql`import_id is not null`),
  ],
);

export const evaluationConfig = sqliteTable(
  "evaluation_config",
  {
    id: id(),
    name: text("name"),
    createdBy: createdBy(),
    cutoff: integer("cutoff").notNull(),
    targetMetric: text("target_metric", { enum: TARGET_METRICS }).notNull(),
    projectId: ofKeysProject(),
    importId: importId(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("evaluation_config_creator").on(table.createdBy, table.id),
    index("evaluation_config_project").on(table.projectId),
    index("evaluation_config_import").on(table.importId).where(sql`import_id is not null`),
  ],
);

/** Whether the model goes live once it is ready. */
const deploy = () => text("deploy", { enum: DEPLOY_MODES }).notNull().default("if_better");

export const tuningJob = sqliteTable(
  "tuning_job",
  {
    id: id(),
    projectId: projectId(),
    dataId: integer("data_id")
      .notNull()
      .references(() => trainingData.id, { onDelete: "cascade" }),
    splitId: integer("split_id")
      .notNull()
      .references(() => splitConfig.id, { onDelete: "cascade" }),
    evaluationId: integer("evaluation_id")
      .notNull()
      .references(() => evaluationConfig.id, { onDelete: "cascade" }),
    status: text("status", { enum: ["PENDING", "RUNNING", "PAUSED", "COMPLETED", "FAILED", "CANCELLED"] })
      .notNull()
      .default("PENDING"),
    parallelTrials: integer("parallel_trials").notNull(),
    trialCount: integer("trial_count").notNull(),
    memoryBudgetMb: integer("memory_budget_mb").notNull(),
    overallTimeoutS: integer("overall_timeout_s"),
    trialTimeoutS: integer("trial_timeout_s"),
    /** As in the request; null lets the job draw one, which the job's object then keeps. */
    randomSeed: integer("random_seed"),
    /** Nothing is searched; this configuration is measured. */
    fixedConfigurationId: integer("fixed_configuration_id").references(
      (): AnySQLiteColumn => modelConfiguration.id,
      { onDelete: "cascade" },
    ),
    /** The model that gets the metrics of the measurement. */
    measuredModelId: integer("measured_model_id").references((): AnySQLiteColumn => trainedModel.id, {
      onDelete: "set null",
    }),
    /** The model that was live when the job was made, where the job decides whether its own model replaces it: its configuration is measured, too. */
    servingModelId: integer("serving_model_id").references((): AnySQLiteColumn => trainedModel.id, {
      onDelete: "set null",
    }),
    algorithms: json<string[]>("algorithms"),
    trainAfterTuning: flag("train_after_tuning").notNull(),
    deploy: deploy(),
    /** Requested algorithms that are not tried. */
    leftOut: json<LeftOutAlgorithm[]>("left_out"),
    bestScore: real("best_score"),
    bestConfigId: integer("best_config_id"),
    tunedModelId: integer("tuned_model_id"),
    finalMetrics: json<FinalMetrics>("final_metrics"),
    /** Where they were measured. */
    testPart: text("test_part"),
    engineVersion: text("engine_version"),
    error: text("error"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("tuning_job_project").on(table.projectId, table.id),
    index("tuning_job_data").on(table.dataId),
    index("tuning_job_split").on(table.splitId),
    index("tuning_job_evaluation").on(table.evaluationId),
    index("tuning_job_status").on(table.status),
    index("tuning_job_fixed").on(table.fixedConfigurationId),
    index("tuning_job_measured").on(table.measuredModelId),
    index("tuning_job_serving").on(table.servingModelId),
  ],
);

export const modelConfiguration = sqliteTable(
  "model_configuration",
  {
    id: id(),
    projectId: projectId(),
    tuningJobId: integer("tuning_job_id").references(() => tuningJob.id, { onDelete: "set null" }),
    name: text("name"),
    recommenderClassName: text("recommender_class_name").notNull(),
    parameters: json<Record<string, unknown>>("parameters").notNull(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("model_configuration_name").on(table.projectId, table.name),
    uniqueIndex("model_configuration_job").on(table.tuningJobId),
  ],
);

export const trainedModel = sqliteTable(
  "trained_model",
  {
    id: id(),
    projectId: projectId(),
    configurationId: integer("configuration_id")
      .notNull()
      .references(() => modelConfiguration.id, { onDelete: "cascade" }),
    dataId: integer("data_id")
      .notNull()
      .references(() => trainingData.id, { onDelete: "cascade" }),
    /** The study that trained it automatically; at most one model per study, which makes the hand-over idempotent. */
    tuningJobId: integer("tuning_job_id").references(() => tuningJob.id, { onDelete: "set null" }),
    version: integer("version").notNull(),
    status: text("status", { enum: ["PENDING", "TRAINING", "READY", "FAILED"] })
      .notNull()
      .default("PENDING"),
    progress: real("progress").notNull().default(0),
    error: text("error"),
    artifactKey: text("artifact_key"),
    filesize: integer("filesize"),
    metrics: json<Record<string, number>>("metrics"),
    /** Where they were measured. */
    testPart: text("test_part"),
    deploy: deploy(),
    /** The decision once it was ready, as a text; null until then. */
    deployment: text("deployment"),
    /** When it last went live; null if never, or if it was withdrawn. */
    deployedAt: integer("deployed_at"),
    /** When a caller rolled back from it; null if never, or if it went live again. */
    withdrawnAt: integer("withdrawn_at"),
    /** The job that measured it, if not the one that trained it. */
    measuringJobId: integer("measuring_job_id").references(() => tuningJob.id, { onDelete: "set null" }),
    /** From the request to the stored model, seconds. */
    trainingSeconds: real("training_seconds"),
    work: json<JobWork>("work"),
    engineVersion: text("engine_version"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("trained_model_version").on(table.projectId, table.version),
    uniqueIndex("trained_model_job").on(table.tuningJobId),
    index("trained_model_data").on(table.dataId),
    index("trained_model_status").on(table.status),
    index("trained_model_measuring").on(table.measuringJobId),
  ],
);

export const deploymentSlot = sqliteTable(
  "deployment_slot",
  {
    id: id(),
    projectId: projectId(),
    name: text("name").notNull(),
    modelId: integer("model_id")
      .notNull()
      .references(() => trainedModel.id, { onDelete: "cascade" }),
    /** Serves when the current model's artifact is refused. */
    previousModelId: integer("previous_model_id").references(() => trainedModel.id, { onDelete: "set null" }),
    weight: real("weight").notNull().default(100),
    isActive: flag("is_active").notNull().default(true),
    /** The slot that a finished training points to the new model; at most one per project. */
    isDefault: flag("is_default").notNull().default(false),
    /** Answers no request, and is scored beside the answers of others. */
    isShadow: flag("is_shadow").notNull().default(false),
    /** The share of requests for which a shadow is scored. */
    shadowRate: real("shadow_rate").notNull().default(0.1),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("deployment_slot_project").on(table.projectId, table.id),
    uniqueIndex("deployment_slot_default").on(table.projectId).where(sql`is_default = 1`),
  ],
);

export const apiKey = sqliteTable(
  "api_key",
  {
    id: id(),
    projectId: projectId(),
    ownerId: integer("owner_id")
      .notNull()
      .references(() => account.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    keyPrefix: text("key_prefix").notNull(),
    /** Hex SHA-256 of the whole key; the key itself is stored nowhere. */
    keyHash: text("key_hash").notNull(),
    scopes: json<KeyScope[]>("scopes").notNull(),
    isActive: flag("is_active").notNull().default(true),
    /** Acts only for the user of a signed token. */
    isBrowser: flag("is_browser").notNull().default(false),
    /** Of a browser key; empty for those of the project. */
    allowedOrigins: json<string[] | null>("allowed_origins").notNull().default(sql`'[]'`),
    /** Requests of serving; null for no limit. */
    requestsPerSecond: integer("requests_per_second"),
    requestsPerMinute: integer("requests_per_minute"),
    expiresAt: integer("expires_at"),
    lastUsedAt: integer("last_used_at"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("api_key_name").on(table.projectId, table.name),
    uniqueIndex("api_key_hash").on(table.keyHash),
  ],
);

/** The log of jobs and trainings, line by line, for clients that poll. */
export const taskLog = sqliteTable(
  "task_log",
  {
    id: id(),
    projectId: projectId(),
    tuningJobId: integer("tuning_job_id").references(() => tuningJob.id, { onDelete: "cascade" }),
    modelId: integer("model_id").references(() => trainedModel.id, { onDelete: "cascade" }),
    /** The line's number within its job or training, from 1: a line that is sent twice is stored once. */
    lineNumber: integer("line_number").notNull(),
    contents: text("contents").notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    index("task_log_project").on(table.projectId, table.id),
    uniqueIndex("task_log_job_line").on(table.tuningJobId, table.lineNumber),
    uniqueIndex("task_log_model_line").on(table.modelId, table.lineNumber),
  ],
);

/** Counters of calls for all locations together; a row is useless once its window has ended. */
export const rateWindow = sqliteTable(
  "rate_window",
  {
    key: text("key").primaryKey(),
    startedAt: integer("started_at").notNull(),
    calls: integer("calls").notNull(),
  },
  (table) => [index("rate_window_start").on(table.startedAt)],
);
