/** Replaces a file or model by its new version without the erased user. */
import { and, eq, isNotNull, isNull, or, sql } from "drizzle-orm";
import type { MetadataReport } from "#contract/ingestion.ts";
import { deletion, deletionItem } from "#db/deletion-schema.ts";
import { trainedModel, trainingData, tuningJob, userMetaData } from "#db/schema.ts";
import type { ErasureJob, ErasureSpec } from "#jobs/erasure-job.ts";
import { formatOfReport, settingsAlike } from "../files/file-readings.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { cancelRunningJobs } from "../tuning/running-jobs.ts";
import type { DeletionDeps } from "./deletion-slice.ts";
import { erasureTables, isOver } from "./erasure-items.ts";

/** Replaces the old version by the new one and deletes the old one; adds to the report once. */
export async function settleErasure(deps: DeletionDeps, job: ErasureJob): Promise<void> {
  const { spec, result } = job;
  const [item] = await deps.db.select().from(deletionItem).where(eq(deletionItem.id, spec.itemId));
  if (item === undefined || isOver(item.state)) return;
  if (result === null) return recordFailure(deps, item, job.task.lastError ?? "unknown reason");
  const isChanged = result.removed > 0 || result.isLost;
  if (isChanged && !(await replace(deps, spec, result))) {
    return recordFailure(deps, item, "It has changed meanwhile, and is searched again.");
  }
  const { source } = spec;
  const counted = {
    training_data: "interaction_rows",
    user_meta_data: "metadata_rows",
    trained_model: "models",
  } as const;
  const path = `$.person.${counted[source]}`;
  const isOpen = sql`exists (select 1 from ${deletionItem} where ${deletionItem.id} = ${spec.itemId} and ${deletionItem.state} in ('OPEN', 'FAILED'))`;
  const files = result.removed > 0 && source !== "trained_model" ? 1 : 0;
  await deps.db.batch([
    deps.db
      .update(deletion)
      .set({
        report: sql`json_set(${deletion.report}, ${path}, json_extract(${deletion.report}, ${path}) + ${result.removed},
          '$.person.files', json_extract(${deletion.report}, '$.person.files') + ${files}, '$.person.problem', null)`,
        isWaiting: false,
      })
      .where(and(eq(deletion.id, item.deletionId), isOpen)),
    deps.db.update(deletionItem).set({ state: "DONE" }).where(eq(deletionItem.id, spec.itemId)),
  ]);
}

/** The request stays open with the reason; the cron tries again. */
async function recordFailure(
  { db }: DeletionDeps,
  { id, deletionId, source, rowId }: typeof deletionItem.$inferSelect,
  reason: string,
): Promise<void> {
  const problem = `${source} ${rowId}: ${reason}`;
  await db.batch([
    db
      .update(deletion)
      .set({ report: sql`json_set(${deletion.report}, '$.person.problem', ${problem})` })
      .where(eq(deletion.id, deletionId)),
    db.update(deletionItem).set({ state: "FAILED" }).where(eq(deletionItem.id, id)),
  ]);
}

type Replacement = NonNullable<ErasureJob["result"]>;

/**
 * False when the row no longer has the version that was read. The new one would bring back data that another request removed, or
 * a deleted file. It is then deleted unused.
 */
async function replace(deps: DeletionDeps, spec: ErasureSpec, result: Replacement): Promise<boolean> {
  if (!(await pointToNew(deps, spec, result))) {
    const unused = [result.file?.key, result.artifact?.key].filter((key) => key !== undefined);
    if (unused.length > 0) await deps.store.delete(unused);
    return false;
  }
  // A running study learns from the erased rows.
  if (spec.source === "training_data") {
    await cancelRunningJobs(deps, eq(tuningJob.dataId, spec.rowId));
    await forgetUserCoverage(deps, spec.projectId);
  }
  await rebuildManifest(deps, spec.projectId);
  await deps.store.delete([spec.fileKey, spec.artifactKey].filter((key) => key !== null));
  await forgetMaker(deps, spec);
  return true;
}

/** The job of the old version keeps its report, with ids of the file. */
async function forgetMaker({ jobs }: DeletionDeps, { source, rowId: id }: ErasureSpec): Promise<void> {
  if (source !== "trained_model") await jobs.forget({ kind: "ingestion", source, id });
}

/** Earlier reports of user metadata may name the user: their warnings show ids of the data. */
async function forgetUserCoverage({ db }: DeletionDeps, projectId: number): Promise<void> {
  await db
    .update(userMetaData)
    .set({ report: sql`json_set(${userMetaData.report}, '$.coverage', null)` })
    .where(and(eq(userMetaData.projectId, projectId), isNotNull(userMetaData.report)));
}

/** Points the row to the new version if it still has the old one, or, if a settlement is repeated, already the new one. */
async function pointToNew(
  { db, clock }: DeletionDeps,
  spec: ErasureSpec,
  result: Replacement,
): Promise<boolean> {
  const { source, rowId } = spec;
  const table = erasureTables[source];
  const artifactKey = result.artifact?.key ?? null;
  const isNew = artifactKey === null ? isNull(table.artifactKey) : eq(table.artifactKey, artifactKey);
  const where = and(eq(table.id, rowId), or(eq(table.artifactKey, spec.artifactKey), isNew));
  const id = { id: table.id };
  const updatedAt = clock();
  if (source === "trained_model") {
    const ready = { artifactKey, filesize: result.artifact?.bytes ?? null };
    const values = artifactKey === null ? { ...GONE, error: LOST_MODEL_TEXT } : ready;
    const rows = await db
      .update(trainedModel)
      .set({ ...values, updatedAt })
      .where(where)
      .returning(id);
    return rows.length > 0;
  }
  const values = { ...newFileOf(result), ...readingOf(spec, result), updatedAt };
  if (source === "user_meta_data") {
    const described = { ...values, report: result.report as MetadataReport | null };
    return (await db.update(userMetaData).set(described).where(where).returning(id)).length > 0;
  }
  const described = { ...values, report: result.report };
  return (await db.update(trainingData).set(described).where(where).returning(id)).length > 0;
}

/** From now on the new file is read like the old one. */
function readingOf({ reading }: ErasureSpec, { report }: Replacement) {
  const alike = settingsAlike(null, formatOfReport(report));
  const missing_words = reading?.keepsMissingWords ? ("keep" as const) : ("reject" as const);
  const upload = reading?.mayBeCut ? ({ form_had_no_end: true } as const) : {};
  const sessions = {
    ...(reading?.sessionColumn !== undefined && { session_column: reading.sessionColumn }),
    ...(reading?.sessionGapMinutes !== undefined && { session_gap_minutes: reading.sessionGapMinutes }),
  };
  return alike && { reading: { ...alike, missing_words, ...upload, ...sessions } };
}

const GONE = { artifactKey: null, filesize: null, status: "FAILED" } as const;
const EMPTY_FILE_TEXT = "All rows of this file belonged to users who have been erased.";
const LOST_FILE_TEXT = "The file is gone, and its dataset was deleted when a user was erased.";
const LOST_MODEL_TEXT = "The file of this model is gone.";

/** The columns of a row whose file was rewritten or deleted. */
function newFileOf({ file, artifact, isLost }: Replacement) {
  if (file === null || artifact === null) {
    return { ...GONE, fileKey: null, error: isLost ? LOST_FILE_TEXT : EMPTY_FILE_TEXT };
  }
  const { key: fileKey, name: basename, bytes: filesize } = file;
  return { fileKey, artifactKey: artifact.key, basename, filesize };
}
