import { desc } from "drizzle-orm";
import type { ArchiveRow } from "#contract/archive.ts";
import type { RetrainingScheduleResponse } from "#contract/retraining.ts";
import { retrainingSchedule } from "#db/retraining-schema.ts";
import { project } from "#db/schema.ts";
import { archivedCodec, leftOut } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type RetrainingScheduleRow = typeof retrainingSchedule.$inferSelect;

export const retrainingSchedules: Resource<typeof retrainingSchedule> = {
  model: "RetrainingSchedule",
  path: "retraining_schedule",
  one: "a retraining schedule",
  many: "retraining schedules",
  table: retrainingSchedule,
  ...ofProject(retrainingSchedule.projectId),
  filters: { project: { kind: "reference", column: retrainingSchedule.projectId, to: project } },
  order: [desc(retrainingSchedule.id)],
};

export const retrainingScheduleCodec = archivedCodec<
  RetrainingScheduleRow,
  RetrainingScheduleResponse,
  ArchiveRow<"retraining_schedule">
>()({
  id: {
    api: "id",
    archive: { field: "id", write: (id) => id, notRestored: "The copy has an id of its own." },
  },
  projectId: { api: "project", archive: leftOut("Rows go into the project that the import makes.") },
  isEnabled: {
    api: "is_enabled",
    archive: {
      field: "is_enabled",
      write: (isEnabled) => isEnabled,
      // The exported project may still retrain with this schedule. The owner of the copy enables it.
      read: () => false,
    },
  },
  cronExpression: { api: "cron_expression", archive: "cron_expression" },
  dataId: {
    api: "training_data",
    archive: { field: "training_data", to: "training_data", whenGone: "forget" },
  },
  configurationId: {
    api: "model_configuration",
    archive: { field: "model_configuration", to: "model_configuration", whenGone: "forget" },
  },
  usesEvents: {
    api: "uses_events",
    archive: {
      field: "uses_events",
      write: (usesEvents) => usesEvents,
      read: (usesEvents = false) => usesEvents,
    },
  },
  everyEvents: { api: "every_events", archive: "every_events" },
  eventsAtRun: { api: leftOut("It follows from the runs."), archive: leftOut("Runs are not in an archive.") },
  eventsCheckedAt: {
    api: leftOut("Nothing depends on it."),
    archive: leftOut("The cron looks again."),
  },
  retune: { api: "retune", archive: "retune" },
  splitId: {
    api: "split_config",
    archive: { field: "split_config", to: "split_config", whenGone: "forget" },
  },
  evaluationId: {
    api: "evaluation_config",
    archive: { field: "evaluation_config", to: "evaluation_config", whenGone: "forget" },
  },
  maxRetries: { api: "max_retries", archive: "max_retries" },
  notifyOnFailure: { api: "notify_on_failure", archive: "notify_on_failure" },
  webhookUrl: { api: "webhook_url", archive: leftOut("An address may hold a secret.") },
  webhookSecret: {
    api: leftOut("It is shown once, by the route that makes it."),
    archive: leftOut("Secrets are not in an archive."),
  },
  autoDeploy: { api: "auto_deploy", archive: "auto_deploy" },
  deployTolerance: { api: "deploy_tolerance", archive: "deploy_tolerance" },
  keepVersions: { api: "keep_versions", archive: "keep_versions" },
  nextRunAt: { api: { time: "next_run_at" }, archive: leftOut("The schedule arrives switched off.") },
  lastRunAt: { api: { time: "last_run_at" }, archive: leftOut("Runs are not in an archive.") },
  lastRunStatus: { api: "last_run_status", archive: leftOut("Runs are not in an archive.") },
  createdAt: { api: { time: "ins_datetime" }, archive: "created_at" },
  updatedAt: { api: { time: "updated_at" }, archive: leftOut("The copy is as new as its import.") },
});
