/** Ingestion jobs and the database: the input of a reading, and its outcome. */
import { and, desc, eq, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import { EVENT_DATA_COLUMNS, type EventDataSettings } from "#contract/event.ts";
import { HEADER_ONLY_TEXT, type MetadataCoverage, type MetadataReport } from "#contract/ingestion.ts";
import type { TableSide } from "#contract/table-sides.ts";
import type { UploadKind } from "#contract/upload.ts";
import type { Database } from "#db/database.ts";
import { itemMetaData, project, trainingData, userMetaData } from "#db/schema.ts";
import type { FileReading } from "#jobs/file-reading.ts";
import type {
  EventSnapshot,
  FileColumns,
  IngestionJob,
  IngestionPeer,
  IngestionSpec,
} from "#jobs/ingestion-job.ts";
import type { Clock } from "#platform/clock.ts";
import { readingKeys } from "#storage/keys.ts";
import type { KeyValueStore } from "#storage/routing-store.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { noteNewestFile, schemaForReading } from "../tables/column-schemas.ts";
import { metadataIdColumn } from "../tables/id-column.ts";
import { fileReadingOf, rowWeights } from "./file-readings.ts";

/** Why a deleted file was not read. */
export const DELETED_UNREAD_TEXT = "The file was deleted before it was read.";

export interface IngestionDeps {
  readonly db: Database;
  readonly store: Pick<R2Bucket, "delete">;
  readonly routing: KeyValueStore;
  readonly clock: Clock;
  /** Whether training data with a header and no rows are kept, as in Recotem. They cannot be used for training. */
  readonly keepsHeaderOnly?: boolean;
}

const metadataTables = { item_meta_data: itemMetaData, user_meta_data: userMetaData } as const;

/** All kinds of upload have the same ingestion columns, and callers of this function use only these. */
function tableOf(source: UploadKind) {
  return source === "training_data" ? trainingData : metadataTables[source];
}

function sideOf(source: Exclude<UploadKind, "training_data">): TableSide {
  return source === "user_meta_data" ? "user" : "item";
}

/** Reads the input for the ingestion of a row; null when the row or its file is gone. */
export async function ingestionSpecOf(
  { db }: Pick<IngestionDeps, "db">,
  source: UploadKind,
  rowId: number,
): Promise<IngestionSpec | null> {
  const table = tableOf(source);
  const [row] = await db
    .select({ fileKey: table.fileKey, basename: table.basename, reading: table.reading, project })
    .from(table)
    .innerJoin(project, and(eq(project.id, table.projectId), isNull(project.deletedAt)))
    .where(eq(table.id, rowId));
  if (!row?.fileKey) return null;
  const reading = fileReadingOf(source, row.project.reading, row.reading, row.project.eventSettings);
  const side = source === "training_data" ? null : sideOf(source);
  const schema = side && (await schemaForReading(db, row.project.id, side));
  const columns = columnsOf(source, row.project, reading);
  const idColumn = schema?.idColumn ?? null;
  return {
    source,
    rowId,
    projectId: row.project.id,
    fileKey: row.fileKey,
    fileName: row.basename,
    artifactKey: readingKeys[source](row.project.id, rowId),
    columns: row.reading?.events
      ? EVENT_DATA_COLUMNS
      : { ...columns, ...(side && idColumn !== null && { [side]: idColumn }) },
    ...(schema && schema.chosen.length > 0 && { chosen: schema.chosen }),
    ...(row.reading?.events && { snapshot: await snapshotOf(db, row.project, row.reading.events) }),
    reading,
    peers: await peersOf(db, source, row.project.id),
  };
}

/** What a file of events is made of. The base as it is now: its rows are copied. */
async function snapshotOf(
  db: Database,
  ofProject: typeof project.$inferSelect,
  { up_to: upTo, base, weights, half_life_days: halfLifeDays, rule }: EventDataSettings,
): Promise<EventSnapshot> {
  const events = {
    upTo,
    weights,
    ...(halfLifeDays !== undefined && { halfLifeDays }),
    ...(rule && { rule }),
  };
  if (base === null) return { ...events, base: null };
  const condition = and(eq(trainingData.id, base), eq(trainingData.projectId, ofProject.id));
  const [row] = await db.select().from(trainingData).where(condition);
  if (!row?.fileKey) return { ...events, base: null };
  const { fileKey, basename: fileName, reading: settings, createdAt: at } = row;
  const reading = fileReadingOf("training_data", ofProject.reading, settings, ofProject.eventSettings);
  const columns = columnsOf("training_data", ofProject, reading);
  return { ...events, base: { fileKey, fileName, columns, reading, at } };
}

/** The columns of a file. Weights and event types are in files of interactions alone. */
export function columnsOf(
  source: UploadKind,
  ofProject: Pick<
    typeof project.$inferSelect,
    "userColumn" | "itemColumn" | "timeColumn" | "weightColumn" | "eventTypeColumn"
  >,
  reading: FileReading,
): FileColumns {
  const { userColumn: user, itemColumn: item, timeColumn: time, weightColumn, eventTypeColumn } = ofProject;
  const { idColumn, sessionColumn } = reading;
  if (source !== "training_data") {
    return { user: idColumn ?? metadataIdColumn(user), item: idColumn ?? metadataIdColumn(item), time };
  }
  return {
    ...{ user, item, time: time || null },
    ...(weightColumn && { weight: weightColumn }),
    ...(eventTypeColumn && { event: { column: eventTypeColumn, weights: rowWeights(reading) } }),
    ...(sessionColumn !== undefined && { session: { column: sessionColumn } }),
  };
}

/** The newest files whose ids are compared with those of a file of this kind. */
async function peersOf(db: Database, source: UploadKind, projectId: number): Promise<IngestionPeer[]> {
  const sources: readonly UploadKind[] =
    source === "training_data" ? ["item_meta_data", "user_meta_data"] : ["training_data"];
  const found = await Promise.all(sources.map((peer) => newestReady(db, peer, projectId)));
  return found.filter((peer) => peer !== null);
}

async function newestReady(
  db: Database,
  source: UploadKind,
  projectId: number,
): Promise<IngestionPeer | null> {
  const table = tableOf(source);
  const [row] = await db
    .select({ rowId: table.id, artifactKey: table.artifactKey })
    .from(table)
    .where(and(eq(table.projectId, projectId), eq(table.status, "READY"), isNotNull(table.artifactKey)))
    .orderBy(desc(table.id))
    .limit(1);
  return row?.artifactKey ? { source, rowId: row.rowId, artifactKey: row.artifactKey } : null;
}

export async function markIngesting({ db, clock }: IngestionDeps, spec: IngestionSpec): Promise<void> {
  const table = tableOf(spec.source);
  await db
    .update(table)
    .set({ status: "INGESTING", updatedAt: clock() })
    .where(and(eq(table.id, spec.rowId), eq(table.status, "PENDING")));
}

/** Ends the reading of a deleted file, so that no caller waits for it. */
export async function giveUpIngestion(
  { db, clock }: Pick<IngestionDeps, "db" | "clock">,
  source: UploadKind,
  rowId: number,
): Promise<void> {
  const table = tableOf(source);
  const isUnread = inArray(table.status, ["PENDING", "INGESTING"]);
  await db
    .update(table)
    .set({ status: "FAILED", error: DELETED_UNREAD_TEXT, filesize: null, updatedAt: clock() })
    .where(and(eq(table.id, rowId), isUnread, isNull(table.fileKey)));
}

/**
 * Writes the outcome. A refused file is deleted, so that nothing half-read stays; the row remains with the reason. The dataset of
 * a file that was deleted meanwhile is deleted, too.
 */
export async function settleIngestion(deps: IngestionDeps, job: IngestionJob): Promise<void> {
  const { fileKey, artifactKey, projectId, source } = job.spec;
  if (await recordOutcome(deps, job)) {
    if (source !== "training_data") {
      await noteNewestFile(deps, projectId, sideOf(source));
      await rebuildManifest(deps, projectId);
    }
    return;
  }
  await deps.store.delete([fileKey, artifactKey]);
}

/** Whether the row accepts the result; only while it still has the file that was read. */
async function recordOutcome(deps: IngestionDeps, job: IngestionJob): Promise<boolean> {
  const { db, clock } = deps;
  const { source, rowId, fileKey, artifactKey } = job.spec;
  const table = tableOf(source);
  const isThere = and(eq(table.id, rowId), eq(table.fileKey, fileKey));
  const id = { id: table.id };
  const updatedAt = clock();
  if (!job.result) {
    const error = job.task.lastError;
    const isKept = deps.keepsHeaderOnly && source === "training_data" && error === HEADER_ONLY_TEXT;
    const ending = isKept
      ? ({ status: "READY", updatedAt } as const)
      : ({ status: "FAILED", error, fileKey: null, updatedAt } as const);
    const rows = await db.update(table).set(ending).where(isThere).returning(id);
    return isKept === true && rows.length > 0;
  }
  const reading = readingOfJob(table, job.spec);
  const ready = { status: "READY", error: null, artifactKey, updatedAt, ...reading } as const;
  if (source === "training_data") {
    const { report, coverages = [], fileBytes } = job.result;
    const values = { ...ready, report, ...(fileBytes !== undefined && { filesize: fileBytes }) };
    const rows = await db.update(trainingData).set(values).where(isThere).returning(id);
    for (const { peer, coverage } of coverages) await storeCoverage(db, peer, coverage);
    return rows.length > 0;
  }
  const validColumns = [...(job.result.validColumns ?? [])];
  const report = job.result.report as MetadataReport | null;
  const values = { ...ready, validColumns, report };
  const rows = await db.update(metadataTables[source]).set(values).where(isThere).returning(id);
  return rows.length > 0;
}

/**
 * The settings for words for nothing and for how much a row counts stay with the file, also when the project's change. Its header
 * and separator are in its report. An erasure then reads the rest of the file in the same way.
 */
function readingOfJob({ reading: column }: ReturnType<typeof tableOf>, { reading, snapshot }: IngestionSpec) {
  if (reading === undefined) return {};
  const words = reading.keepsMissingWords ? "keep" : "reject";
  const kept = sql`json_set(coalesce(${column}, '{}'), '$.missing_words', ${words})`;
  const { counting } = reading;
  if (counting === undefined || snapshot) return { reading: kept };
  const { weights, cap, halfLifeDays: half_life_days, capQuantile: cap_quantile, rule } = counting;
  const counted = JSON.stringify({ weights, cap, half_life_days, cap_quantile, rule });
  return { reading: sql`json_set(${kept}, '$.counting', json(${counted}))` };
}

/** Newer data change how much a metadata file describes. Metadata from before there were reports are left unchanged. */
async function storeCoverage(db: Database, peer: IngestionPeer, coverage: MetadataCoverage): Promise<void> {
  if (peer.source === "training_data") return;
  const table = metadataTables[peer.source];
  await db
    .update(table)
    .set({ report: sql`json_set(${table.report}, '$.coverage', json(${JSON.stringify(coverage)}))` })
    .where(and(eq(table.id, peer.rowId), isNotNull(table.report)));
}

/** Files of a project that are not read yet. */
export async function unfinishedIngestions(
  db: Database,
  source: UploadKind,
  projectId: number,
): Promise<number[]> {
  const table = tableOf(source);
  const rows = await db
    .select({ id: table.id })
    .from(table)
    .where(and(inArray(table.status, ["PENDING", "INGESTING"]), eq(table.projectId, projectId)));
  return rows.map((row) => row.id);
}
