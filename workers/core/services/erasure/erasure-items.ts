/** Items of a user's erasure: one file or model each, with its own job. What such a job reads, and when an item has ended. */
import { eq } from "drizzle-orm";
import { ingestionReport } from "#contract/ingestion.ts";
import type { UploadKind } from "#contract/upload.ts";
import { deletion, deletionItem } from "#db/deletion-schema.ts";
import { project, trainedModel, trainingData, userMetaData } from "#db/schema.ts";
import type { ErasureSource, ErasureSpec } from "#jobs/erasure-job.ts";
import { type FileReading, READ_BY_CONTENT } from "#jobs/file-reading.ts";
import { toHex } from "#platform/encoding.ts";
import { erasedKey, uploadKey } from "#storage/keys.ts";
import type { ServiceDeps } from "../deps.ts";
import { fileReadingOf, formatOfReport, rowWeights, settingsAlike } from "../files/file-readings.ts";
import { columnsOf } from "../files/ingestions.ts";
import type { ProjectRow } from "../resources/project.ts";
import { metadataIdColumn } from "../tables/id-column.ts";
import type { DeletionDeps } from "./deletion-slice.ts";

export const erasureTables = {
  training_data: trainingData,
  user_meta_data: userMetaData,
  trained_model: trainedModel,
} as const;

export type ItemState = typeof deletionItem.$inferSelect.state;

const START_TOKEN_BYTES = 6;

/** Reads the input of an item's job; null when it is done, or its file or model is gone. */
export async function erasureSpecOf(
  { db, randomBytes }: Pick<ServiceDeps, "db" | "randomBytes">,
  itemId: number,
): Promise<ErasureSpec | null> {
  const [found] = await db
    .select({ item: deletionItem, order: deletion, project })
    .from(deletionItem)
    .innerJoin(deletion, eq(deletion.id, deletionItem.deletionId))
    .innerJoin(project, eq(project.id, deletion.projectId))
    .where(eq(deletionItem.id, itemId));
  if (!found?.order.subject || isOver(found.item.state)) return null;
  const { source, rowId } = found.item;
  const table = erasureTables[source];
  const [row] = await db.select().from(table).where(eq(table.id, rowId));
  if (!row?.artifactKey) return null;
  // Late writes of an abandoned attempt must not use a key that is in use.
  const start = `${itemId}-${toHex(randomBytes(START_TOKEN_BYTES))}`;
  const { id: projectId } = found.project;
  const isFile = "fileKey" in row && source !== "trained_model";
  const reading = isFile ? readingAlike(source, found.project, row) : null;
  return {
    itemId,
    source,
    rowId,
    projectId,
    userId: found.order.subject,
    fileName: "basename" in row ? row.basename : "",
    fileKey: "fileKey" in row ? row.fileKey : null,
    artifactKey: row.artifactKey,
    newFileKey: uploadKey(projectId, `erased${start}`),
    newArtifactKey: erasedKey(projectId, start),
    ...(reading && { reading }),
    columns: columnsAlike(source, found.project, {
      report: "report" in row ? row.report : null,
      reading: reading ?? READ_BY_CONTENT,
    }),
  };
}

const readColumns = ingestionReport.shape.columns;

/** As the file was read for its report: the project may have named other columns since. */
function columnsAlike(
  source: ErasureSource,
  project: ProjectRow,
  { report, reading }: { readonly report: unknown; readonly reading: FileReading },
): ErasureSpec["columns"] {
  const { columns, id_column } = (report ?? {}) as {
    readonly columns?: unknown;
    readonly id_column?: unknown;
  };
  const { userColumn: user, itemColumn: item, timeColumn: time } = project;
  if (source === "user_meta_data") {
    return { user: typeof id_column === "string" ? id_column : metadataIdColumn(user), item, time };
  }
  const read = readColumns.safeParse(columns);
  if (!read.success) return columnsOf("training_data", project, reading);
  const { event, session, ...others } = read.data;
  return {
    ...others,
    ...(event && { event: { column: event, weights: rowWeights(reading) } }),
    // The rows that stay may be those without one.
    ...(session && { session: { column: session, isOptional: true } }),
  };
}

/** As the file was read for its report, whatever has been set since. */
function readingAlike(
  kind: UploadKind,
  { reading: ofProject, eventSettings }: ProjectRow,
  { reading, report }: Pick<typeof trainingData.$inferSelect, "reading" | "report">,
): FileReading {
  // A file that was read before its project had settings of events counts as it did then.
  const settings = settingsAlike(reading, formatOfReport(report));
  return fileReadingOf(kind, ofProject, settings, report === null ? eventSettings : null);
}

/** Items whose row or file is gone have nothing left to erase. */
export async function closeGoneItem({ db }: Pick<DeletionDeps, "db">, itemId: number): Promise<void> {
  await db.update(deletionItem).set({ state: "DONE" }).where(eq(deletionItem.id, itemId));
}

/** Nothing is left to do for the item. */
export function isOver(state: ItemState): boolean {
  return state === "DONE" || state === "FORGOTTEN";
}
