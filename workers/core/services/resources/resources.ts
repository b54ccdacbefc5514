/** The resources of the management API as data: names, visibility, filters and order. */
import { and, desc, eq, isNotNull, or } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { DELETION_KINDS, DELETION_STATUSES } from "#contract/deletion.ts";
import { RUN_STATUSES } from "#contract/retraining.ts";
import { JOB_STATUSES } from "#contract/tuning-job.ts";
import { DELIVERY_STATUSES } from "#contract/webhook.ts";
import { auditEntry } from "#db/audit-schema.ts";
import { evaluationRules, splitRules } from "#db/config-ownership.ts";
import { deletion } from "#db/deletion-schema.ts";
import { createdByViewer, inDeletedProject, inVisibleProject, type RowViewer } from "#db/ownership.ts";
import { retrainingRun, retrainingSchedule, webhookDelivery } from "#db/retraining-schema.ts";
import {
  apiKey,
  deploymentSlot,
  evaluationConfig,
  itemMetaData,
  modelConfiguration,
  project,
  splitConfig,
  taskLog,
  trainedModel,
  trainingData,
  tuningJob,
  userMetaData,
} from "#db/schema.ts";
import type { Resource, RowOf } from "./listing.ts";

/** Rows that are seen by everybody who sees their project. */
function ofProject(column: SQLiteColumn) {
  return {
    visibleTo: (viewer: RowViewer) => inVisibleProject(column, viewer),
    hidden: inDeletedProject(column),
  };
}

export const projects: Resource<typeof project> = {
  model: "Project",
  table: project,
  visibleTo: (viewer) => inVisibleProject(project.id, viewer),
  filters: { id: { kind: "number", column: project.id }, name: { kind: "text", column: project.name } },
  order: [desc(project.id)],
  searched: [project.name],
  sortedBy: { name: project.name, ins_datetime: project.createdAt, updated_at: project.updatedAt },
};
export type ProjectRow = RowOf<typeof projects>;

/** An unlinked file takes its row out of sight; one that was refused stays, to say why. */
export const trainingDataFiles: Resource<typeof trainingData> = {
  model: "TrainingData",
  table: trainingData,
  visibleTo: (viewer) =>
    and(
      inVisibleProject(trainingData.projectId, viewer),
      or(isNotNull(trainingData.filesize), eq(trainingData.status, "FAILED")),
    ),
  filters: {
    id: { kind: "number", column: trainingData.id },
    project: { kind: "reference", column: trainingData.projectId, to: project },
  },
  order: [desc(trainingData.id)],
};
export type TrainingDataRow = RowOf<typeof trainingDataFiles>;

export const itemMetaDataFiles: Resource<typeof itemMetaData> = {
  model: "ItemMetaData",
  table: itemMetaData,
  visibleTo: (viewer) =>
    and(
      inVisibleProject(itemMetaData.projectId, viewer),
      or(isNotNull(itemMetaData.filesize), eq(itemMetaData.status, "FAILED")),
    ),
  filters: {
    id: { kind: "number", column: itemMetaData.id },
    project: { kind: "reference", column: itemMetaData.projectId, to: project },
  },
  order: [desc(itemMetaData.id)],
};
export type ItemMetaDataRow = RowOf<typeof itemMetaDataFiles>;

export const userMetaDataFiles: Resource<typeof userMetaData> = {
  model: "UserMetaData",
  table: userMetaData,
  visibleTo: (viewer) =>
    and(
      inVisibleProject(userMetaData.projectId, viewer),
      or(isNotNull(userMetaData.filesize), eq(userMetaData.status, "FAILED")),
    ),
  filters: {
    id: { kind: "number", column: userMetaData.id },
    project: { kind: "reference", column: userMetaData.projectId, to: project },
  },
  order: [desc(userMetaData.id)],
};
export type UserMetaDataRow = RowOf<typeof userMetaDataFiles>;

export const splitConfigs: Resource<typeof splitConfig> = {
  model: "SplitConfig",
  table: splitConfig,
  visibleTo: splitRules.visibleTo,
  filters: {
    id: { kind: "number", column: splitConfig.id },
    name: { kind: "text", column: splitConfig.name },
    unnamed: { kind: "isNull", column: splitConfig.name },
  },
  order: [desc(splitConfig.id)],
};
export type SplitConfigRow = RowOf<typeof splitConfigs>;

export const evaluationConfigs: Resource<typeof evaluationConfig> = {
  model: "EvaluationConfig",
  table: evaluationConfig,
  visibleTo: evaluationRules.visibleTo,
  filters: {
    id: { kind: "number", column: evaluationConfig.id },
    name: { kind: "text", column: evaluationConfig.name },
    unnamed: { kind: "isNull", column: evaluationConfig.name },
  },
  order: [desc(evaluationConfig.id)],
};
export type EvaluationConfigRow = RowOf<typeof evaluationConfigs>;

export const modelConfigurations: Resource<typeof modelConfiguration> = {
  model: "ModelConfiguration",
  table: modelConfiguration,
  ...ofProject(modelConfiguration.projectId),
  filters: {
    id: { kind: "number", column: modelConfiguration.id },
    project: { kind: "reference", column: modelConfiguration.projectId, to: project },
  },
  order: [desc(modelConfiguration.id)],
};
export type ModelConfigurationRow = RowOf<typeof modelConfigurations>;

export const tuningJobs: Resource<typeof tuningJob> = {
  model: "ParameterTuningJob",
  table: tuningJob,
  ...ofProject(tuningJob.projectId),
  filters: {
    id: { kind: "number", column: tuningJob.id },
    data__project: { kind: "reference", column: tuningJob.projectId, to: project },
    data: { kind: "reference", column: tuningJob.dataId, to: trainingData },
    status: { kind: "choice", column: tuningJob.status, choices: JOB_STATUSES },
  },
  order: [desc(tuningJob.id)],
};
export type TuningJobRow = RowOf<typeof tuningJobs>;

export const trainedModels: Resource<typeof trainedModel> = {
  model: "TrainedModel",
  table: trainedModel,
  ...ofProject(trainedModel.projectId),
  filters: {
    id: { kind: "number", column: trainedModel.id },
    data_loc: { kind: "reference", column: trainedModel.dataId, to: trainingData },
    data_loc__project: { kind: "reference", column: trainedModel.projectId, to: project },
  },
  order: [desc(trainedModel.id)],
};
export type TrainedModelRow = RowOf<typeof trainedModels>;

export const deploymentSlots: Resource<typeof deploymentSlot> = {
  model: "DeploymentSlot",
  table: deploymentSlot,
  ...ofProject(deploymentSlot.projectId),
  filters: {
    id: { kind: "number", column: deploymentSlot.id },
    project: { kind: "reference", column: deploymentSlot.projectId, to: project },
    is_active: { kind: "flag", column: deploymentSlot.isActive },
  },
  order: [desc(deploymentSlot.id)],
};
export type DeploymentSlotRow = RowOf<typeof deploymentSlots>;

export const apiKeys: Resource<typeof apiKey> = {
  model: "ApiKey",
  table: apiKey,
  ...ofProject(apiKey.projectId),
  filters: {
    id: { kind: "number", column: apiKey.id },
    project: { kind: "reference", column: apiKey.projectId, to: project },
  },
  order: [desc(apiKey.id)],
};
export type ApiKeyRow = RowOf<typeof apiKeys>;

export const taskLogs: Resource<typeof taskLog> = {
  model: "TaskLog",
  table: taskLog,
  ...ofProject(taskLog.projectId),
  filters: {
    id: { kind: "number", column: taskLog.id },
    id_gt: { kind: "above", column: taskLog.id },
    tuning_job_id: { kind: "number", column: taskLog.tuningJobId },
    model_id: { kind: "number", column: taskLog.modelId },
  },
  order: [desc(taskLog.id)],
};
export type TaskLogRow = RowOf<typeof taskLogs>;

export const retrainingSchedules: Resource<typeof retrainingSchedule> = {
  model: "RetrainingSchedule",
  table: retrainingSchedule,
  ...ofProject(retrainingSchedule.projectId),
  filters: { project: { kind: "reference", column: retrainingSchedule.projectId, to: project } },
  order: [desc(retrainingSchedule.id)],
};
export type RetrainingScheduleRow = RowOf<typeof retrainingSchedules>;

export const retrainingRuns: Resource<typeof retrainingRun> = {
  model: "RetrainingRun",
  table: retrainingRun,
  ...ofProject(retrainingRun.projectId),
  filters: {
    schedule: { kind: "reference", column: retrainingRun.scheduleId, to: retrainingSchedule },
    status: { kind: "choice", column: retrainingRun.status, choices: RUN_STATUSES },
  },
  order: [desc(retrainingRun.id)],
};
export type RetrainingRunRow = RowOf<typeof retrainingRuns>;

export const webhookDeliveries: Resource<typeof webhookDelivery> = {
  model: "WebhookDelivery",
  table: webhookDelivery,
  ...ofProject(webhookDelivery.projectId),
  filters: {
    schedule: { kind: "reference", column: webhookDelivery.scheduleId, to: retrainingSchedule },
    status: { kind: "choice", column: webhookDelivery.status, choices: DELIVERY_STATUSES },
  },
  order: [desc(webhookDelivery.id)],
};
export type WebhookDeliveryRow = RowOf<typeof webhookDeliveries>;

export const auditEntries: Resource<typeof auditEntry> = {
  model: "AuditEntry",
  table: auditEntry,
  ...ofProject(auditEntry.projectId),
  filters: {
    project: { kind: "reference", column: auditEntry.projectId, to: project },
    user: { kind: "number", column: auditEntry.userId },
  },
  order: [desc(auditEntry.id)],
};
export type AuditEntryRow = RowOf<typeof auditEntries>;

/** What was deleted is gone, so its rows are found by whose they were; a key sees those of its own project. */
export const deletions: Resource<typeof deletion> = {
  model: "Deletion",
  table: deletion,
  visibleTo: (viewer) =>
    viewer.key
      ? and(eq(deletion.ownerId, viewer.userId), eq(deletion.projectId, viewer.key.projectId))
      : createdByViewer(deletion.ownerId, viewer),
  filters: {
    id: { kind: "number", column: deletion.id },
    project: { kind: "number", column: deletion.projectId },
    kind: { kind: "choice", column: deletion.kind, choices: DELETION_KINDS },
    status: { kind: "choice", column: deletion.status, choices: DELETION_STATUSES },
  },
  order: [desc(deletion.id)],
};
export type DeletionRow = RowOf<typeof deletions>;
