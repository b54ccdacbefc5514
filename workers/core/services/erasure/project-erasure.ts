/** Erases a project: its jobs, its objects, then its rows from the leaves to the root. */
import { and, eq, inArray, ne, type SQL } from "drizzle-orm";
import { QueryBuilder, type SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { UploadKind } from "#contract/upload.ts";
import { auditEntry } from "#db/audit-schema.ts";
import { columnSchema } from "#db/column-schema.ts";
import { abTest, conversionEvent } from "#db/experiment-schema.ts";
import { projectInvitation, projectMember } from "#db/member-schema.ts";
import { retrainingRun, retrainingSchedule, webhookDelivery } from "#db/retraining-schema.ts";
import { savedRule } from "#db/rule-schema.ts";
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
  upload,
  uploadPart,
  userMetaData,
} from "#db/schema.ts";
import { slotPeriod } from "#db/slot-schema.ts";
import { postgresSource } from "#db/source-schema.ts";
import { webhookCall, webhookEndpoint } from "#db/webhook-schema.ts";
import type { JobRef } from "#jobs/jobs.ts";
import { projectPrefix } from "#storage/keys.ts";
import type { DeletionRow } from "../resources/deletion.ts";
import { publishKeys } from "../serving/routing.ts";
import type { DeletionDeps, SliceOutcome } from "./deletion-slice.ts";
import { type Alongside, eraseRows, type RowsToErase, reportMore } from "./erase-rows.ts";

/** The audit log's name of the operation; it keeps who deleted a project. */
export const DELETE_PROJECT_ACTION = "DELETE /project/:id";

/** R2 lists and deletes at most this many objects at a time. */
const OBJECTS_PER_SLICE = 1_000;

export async function eraseProjectSlice(deps: DeletionDeps, row: DeletionRow): Promise<SliceOutcome> {
  // First, so that no later look misses what a seal is writing now.
  if (row.sweepAt === null) await eraseLive(deps, row);
  for (const erase of [eraseJobs, eraseObjects, eraseRest, eraseLive]) {
    const outcome = await erase(deps, row);
    if (outcome.type !== "nothing") return outcome;
  }
  return { type: "nothing" };
}

const idOf = (row: DeletionRow) => row.projectId ?? 0;
const ofProject = (column: SQLiteColumn) => (row: DeletionRow) => eq(column, idOf(row));

function table(name: string, rows: RowsToErase["table"] & { readonly projectId: SQLiteColumn }): RowsToErase {
  return { name, table: rows, where: ofProject(rows.projectId) };
}

const forgetting =
  (refOf: (id: number) => JobRef) =>
  async ({ jobs }: DeletionDeps, ids: readonly number[]): Promise<Alongside> => {
    await Promise.all(ids.map((id) => jobs.forget(refOf(id))));
    return { job_objects: ids.length };
  };

const ingestionOf =
  (source: UploadKind) =>
  (id: number): JobRef => ({ kind: "ingestion", source, id });

/** Rows with their own job: the job first, so that its worker is told to stop. Rows come before the rows they refer to. */
const WITH_JOBS: readonly RowsToErase[] = [
  table("task_log", taskLog),
  table("webhook_delivery", webhookDelivery),
  table("webhook_call", webhookCall),
  { name: "webhook_endpoint", table: webhookEndpoint, where: ofProject(webhookEndpoint.projectId) },
  table("retraining_run", retrainingRun),
  table("retraining_schedule", retrainingSchedule),
  table("saved_rule", savedRule),
  table("postgres_source", postgresSource),
  table("column_schema", columnSchema),
  table("ab_test", abTest),
  table("conversion_event", conversionEvent),
  table("deployment_slot", deploymentSlot),
  table("slot_period", slotPeriod),
  { ...table("trained_model", trainedModel), before: forgetting((id) => ({ kind: "training", id })) },
  { ...table("tuning_job", tuningJob), before: forgetting((id) => ({ kind: "study", id })) },
  { ...table("training_data", trainingData), before: forgetting(ingestionOf("training_data")) },
  { ...table("item_meta_data", itemMetaData), before: forgetting(ingestionOf("item_meta_data")) },
  { ...table("user_meta_data", userMetaData), before: forgetting(ingestionOf("user_meta_data")) },
  {
    name: "upload_part",
    table: uploadPart,
    where: (row): SQL => inArray(uploadPart.uploadId, uploadsOf(row)),
  },
  { ...table("upload", upload), before: abortUploads },
];

const REST: readonly RowsToErase[] = [
  { name: "split_config", table: splitConfig, where: (row) => eq(splitConfig.importId, row.id) },
  {
    name: "evaluation_config",
    table: evaluationConfig,
    where: (row) => eq(evaluationConfig.importId, row.id),
  },
  table("model_configuration", modelConfiguration),
  { ...table("api_key", apiKey), before: withdrawKeys },
  table("project_invitation", projectInvitation),
  table("project_member", projectMember),
  {
    name: "audit_entry",
    table: auditEntry,
    where: (row) => and(eq(auditEntry.projectId, idOf(row)), ne(auditEntry.action, DELETE_PROJECT_ACTION)),
  },
  { name: "project", table: project, where: ofProject(project.id) },
];

const eraseJobs = (deps: DeletionDeps, row: DeletionRow) => eraseRows(deps, row, WITH_JOBS);
const eraseRest = (deps: DeletionDeps, row: DeletionRow) => eraseRows(deps, row, REST);

function uploadsOf(row: DeletionRow) {
  return new QueryBuilder()
    .select({ id: upload.id })
    .from(upload)
    .where(eq(upload.projectId, idOf(row)));
}

async function abortUploads({ db, store }: DeletionDeps, ids: readonly number[]): Promise<Alongside> {
  for (const { r2Key, r2UploadId } of await db
    .select()
    .from(upload)
    .where(inArray(upload.id, [...ids]))) {
    // Fails silently: R2 drops unfinished uploads by itself after a week.
    await store
      .resumeMultipartUpload(r2Key, r2UploadId)
      .abort()
      .catch(() => undefined);
  }
  return {};
}

/** Serving has dropped them since the mark; this also covers one that was made in the same moment. */
async function withdrawKeys(deps: DeletionDeps, ids: readonly number[]): Promise<Alongside> {
  const keys = await deps.db
    .select({ hash: apiKey.keyHash })
    .from(apiKey)
    .where(inArray(apiKey.id, [...ids]));
  await publishKeys(
    deps,
    keys.map(({ hash }) => hash),
  );
  return { serving_records: keys.length };
}

/**
 * Closes the objects of events and items, since a location may accept a key of the project for most of a minute more. The last look opens
 * them again, which leaves nothing of them: no location accepts a key then.
 */
async function eraseLive(
  { events, items, meters, clock }: DeletionDeps,
  row: DeletionRow,
): Promise<SliceOutcome> {
  const id = idOf(row);
  const isClosed = row.sweepAt === null || clock() < row.sweepAt;
  await Promise.all([events.forget(id, isClosed), items.forget(id, isClosed), meters.forget(id)]);
  return { type: "nothing" };
}

/** Counted once they are gone: after a kill in between the report lacks them, but the store never keeps them. */
async function eraseObjects(deps: DeletionDeps, row: DeletionRow): Promise<SliceOutcome> {
  const prefix = projectPrefix(idOf(row));
  const { objects } = await deps.store.list({ prefix, limit: OBJECTS_PER_SLICE });
  if (objects.length === 0) return { type: "nothing" };
  await deps.store.delete(objects.map((object) => object.key));
  const bytes = objects.reduce((sum, object) => sum + object.size, row.report.objects.bytes);
  const count = row.report.objects.count + objects.length;
  const report = { ...row.report, objects: { count, bytes } };
  return reportMore(deps, row, report);
}
