/** The tables of retraining: schedules and their runs. */
import { sql } from "drizzle-orm";
import { index, integer, real, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { RUN_TRIGGERS } from "#contract/retraining.ts";
import { createdAt, flag, id, leaseUntil, updatedAt } from "./columns.ts";
import {
  evaluationConfig,
  modelConfiguration,
  projectId,
  splitConfig,
  trainedModel,
  trainingData,
  tuningJob,
} from "./schema.ts";

/** When and how a project retrains automatically; one per project. */
export const retrainingSchedule = sqliteTable(
  "retraining_schedule",
  {
    id: id(),
    projectId: projectId(),
    isEnabled: flag("is_enabled").notNull(),
    /** Five fields, in UTC. */
    cronExpression: text("cron_expression").notNull(),
    /** Null takes the newest data each time. */
    dataId: integer("data_id").references(() => trainingData.id, { onDelete: "set null" }),
    configurationId: integer("configuration_id").references(() => modelConfiguration.id, {
      onDelete: "set null",
    }),
    /** Each run makes training data of the events so far, after the data above. */
    usesEvents: flag("uses_events").notNull().default(false),
    /** A run begins after this many events; null: only by time and on request. */
    everyEvents: integer("every_events"),
    /** Events that had arrived, without impressions, when their number last began a run. */
    eventsAtRun: integer("events_at_run").notNull().default(0),
    eventsCheckedAt: integer("events_checked_at").notNull().default(0),
    retune: flag("retune").notNull(),
    splitId: integer("split_id").references(() => splitConfig.id, { onDelete: "set null" }),
    evaluationId: integer("evaluation_id").references(() => evaluationConfig.id, { onDelete: "set null" }),
    maxRetries: integer("max_retries").notNull(),
    notifyOnFailure: flag("notify_on_failure").notNull(),
    /** Where failures are reported; null for nowhere. */
    webhookUrl: text("webhook_url"),
    /** Signs these reports; made together with the first address. */
    webhookSecret: text("webhook_secret"),
    autoDeploy: flag("auto_deploy").notNull(),
    /** How much worse a new model may measure than the live one and still be deployed, as a share of the live one's figure. */
    deployTolerance: real("deploy_tolerance").notNull(),
    keepVersions: integer("keep_versions").notNull(),
    /** Null while disabled. */
    nextRunAt: integer("next_run_at"),
    lastRunAt: integer("last_run_at"),
    lastRunStatus: text("last_run_status", { enum: ["COMPLETED", "FAILED", "SKIPPED"] }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex("retraining_schedule_project").on(table.projectId),
    index("retraining_schedule_due").on(table.isEnabled, table.nextRunAt),
  ],
);

/** One training of a schedule, with all its attempts. */
export const retrainingRun = sqliteTable(
  "retraining_run",
  {
    id: id(),
    projectId: projectId(),
    scheduleId: integer("schedule_id")
      .notNull()
      .references(() => retrainingSchedule.id, { onDelete: "cascade" }),
    trigger: text("trigger", { enum: RUN_TRIGGERS }).notNull(),
    /** The due time: the same due time makes one run, however often the cron fires. */
    dueAt: integer("due_at").notNull(),
    status: text("status", { enum: ["PENDING", "RUNNING", "COMPLETED", "FAILED", "SKIPPED"] })
      .notNull()
      .default("PENDING"),
    dataId: integer("data_id").references(() => trainingData.id, { onDelete: "set null" }),
    configurationId: integer("configuration_id").references(() => modelConfiguration.id, {
      onDelete: "set null",
    }),
    /** Data that the run made of events. */
    eventDataId: integer("event_data_id").references(() => trainingData.id, { onDelete: "set null" }),
    /** Events that had arrived then, without impressions. */
    eventsAtTrigger: integer("events_at_trigger"),
    modelId: integer("model_id").references(() => trainedModel.id, { onDelete: "set null" }),
    tuningJobId: integer("tuning_job_id").references(() => tuningJob.id, { onDelete: "set null" }),
    /** Failed attempts so far. */
    attempts: integer("attempts").notNull().default(0),
    /** A PENDING run does not begin before this time: it waits after a failed attempt. */
    notBefore: integer("not_before").notNull().default(0),
    leaseUntil: leaseUntil(),
    errorMessage: text("error_message").notNull().default(""),
    /** The result of the new model, as a text. */
    deployment: text("deployment").notNull().default(""),
    rowsAtTrigger: integer("rows_at_trigger"),
    completedAt: integer("completed_at"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("retraining_run_project").on(table.projectId, table.id),
    index("retraining_run_status").on(table.status),
    index("retraining_run_model").on(table.modelId),
    index("retraining_run_job").on(table.tuningJobId),
    uniqueIndex("retraining_run_due").on(table.scheduleId, table.dueAt),
    uniqueIndex("retraining_run_lock").on(table.projectId).where(sql`status in ('PENDING', 'RUNNING')`),
  ],
);

/** A report of a failed run for the address that the schedule had then. */
export const webhookDelivery = sqliteTable(
  "webhook_delivery",
  {
    id: id(),
    projectId: projectId(),
    scheduleId: integer("schedule_id")
      .notNull()
      .references(() => retrainingSchedule.id, { onDelete: "cascade" }),
    runId: integer("run_id")
      .notNull()
      .references(() => retrainingRun.id, { onDelete: "cascade" }),
    event: text("event").notNull(),
    url: text("url").notNull(),
    /** The exact text to send: the signature covers it. */
    body: text("body").notNull(),
    status: text("status", { enum: ["PENDING", "DELIVERED", "FAILED"] })
      .notNull()
      .default("PENDING"),
    attempts: integer("attempts").notNull().default(0),
    responseStatus: integer("response_status"),
    error: text("error"),
    /** The time of the next attempt; null once it is over. */
    nextAttemptAt: integer("next_attempt_at"),
    leaseUntil: leaseUntil(),
    deliveredAt: integer("delivered_at"),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    index("webhook_delivery_project").on(table.projectId, table.id),
    index("webhook_delivery_due").on(table.status, table.nextAttemptAt),
    uniqueIndex("webhook_delivery_run").on(table.runId),
  ],
);
