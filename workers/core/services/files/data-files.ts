/** Uploaded files and their rows: training data and metadata of items and users, which differ only in their ingestion. */
import { eq, exists } from "drizzle-orm";
import type { ReadingSettings } from "#contract/reading.ts";
import type { DataPreviewResponse } from "#contract/training-data.ts";
import type { UploadKind } from "#contract/upload.ts";
import { insertWhere } from "#db/insert-where.ts";
import { itemMetaData, trainingData, upload, userMetaData } from "#db/schema.ts";
import { openTable } from "#engine/data/read/open-table.ts";
import { EngineError } from "#engine/engine-error.ts";
import { gunzip } from "#platform/gunzip.ts";
import { type QuotaRoom, UNLIMITED } from "../access/quotas.ts";
import { AppError, fieldError, notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { type ItemMetaDataRow, itemMetaDataFiles } from "../resources/item-meta-data.ts";
import { type TrainingDataRow, trainingDataFiles } from "../resources/training-data.ts";
import { type UserMetaDataRow, userMetaDataFiles } from "../resources/user-meta-data.ts";
import { fileReadingOf, formatOfReport, settingsAlike } from "./file-readings.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "routing" | "jobs" | "clock" | "sleep">;

export type DataFileRow = TrainingDataRow | ItemMetaDataRow | UserMetaDataRow;

export interface StoredFile {
  readonly kind: UploadKind;
  readonly projectId: number;
  readonly fileKey: string;
  readonly basename: string;
  readonly filesize: number;
  /** How to read it, if its upload says so. */
  readonly reading: ReadingSettings | null;
  /** The account's remaining quota, if it was not checked before. */
  readonly room?: QuotaRoom;
}

export const dataFileTables = {
  training_data: trainingData,
  item_meta_data: itemMetaData,
  user_meta_data: userMetaData,
} as const;
export const dataFileResources = {
  training_data: trainingDataFiles,
  item_meta_data: itemMetaDataFiles,
  user_meta_data: userMetaDataFiles,
} as const;

/**
 * Makes the row of a stored file and starts reading it. The same upload gives the same row, however often it is completed.
 *
 * @param uploadId The upload in parts of the file: it ends in the same transaction.
 */
export async function addDataFile(
  deps: Pick<Deps, "db" | "store" | "jobs" | "clock">,
  file: StoredFile,
  uploadId?: number,
): Promise<DataFileRow> {
  const now = deps.clock();
  const { kind, room = UNLIMITED, ...columns } = file;
  const table = dataFileTables[kind];
  const values = { ...columns, createdAt: now, updatedAt: now };
  if (uploadId === undefined) await insertWhere(deps.db, table, values, room.isLeft);
  else {
    const open = deps.db.select({ id: upload.id }).from(upload).where(eq(upload.id, uploadId));
    await deps.db.batch([
      insertWhere(deps.db, table, values, exists(open)),
      deps.db.delete(upload).where(eq(upload.id, uploadId)),
    ]);
  }
  const [row] = await deps.db.select().from(table).where(eq(table.fileKey, file.fileKey)).limit(1);
  if (row === undefined) {
    await deps.store.delete(file.fileKey);
    // An upload in parts was given up while its parts were joined.
    throw uploadId === undefined ? await room.refusal() : notFound("Upload");
  }
  await deps.jobs.ingest(kind, row.id);
  return row;
}

/** How long a form upload waits for its file to be read: small files are, and their errors come back at once. */
const WAITS_MS = [10, 20, 30, 50, 100, 100, 200, 200, 300, 500, 500, 1000, 1000, 1000, 1000, 2000, 2000];

/**
 * Waits a while for ingestion to end. A refused file leaves no row: the caller gets the reason as a field error, as if the file
 * had been read at once. A file that takes longer is returned with its present status.
 */
export async function awaitIngestion(deps: Deps, kind: UploadKind, row: DataFileRow): Promise<DataFileRow> {
  const table = dataFileTables[kind];
  let latest: DataFileRow = row;
  for (const wait of WAITS_MS) {
    await deps.sleep(wait);
    const [read] = await deps.db.select().from(table).where(eq(table.id, row.id)).limit(1);
    if (read === undefined) throw notFound(dataFileResources[kind].model);
    latest = read;
    if (read.status === "READY") return read;
    if (read.status === "FAILED") {
      await deps.db.delete(table).where(eq(table.id, row.id));
      // Its reason quotes the file.
      await deps.jobs.forget({ kind: "ingestion", source: kind, id: row.id });
      throw fieldError("file", read.error ?? "The file could not be read.");
    }
  }
  return latest;
}

/** An object to download; Recotem's text, as a list, if it is gone. */
export async function openDownload(
  { store }: Pick<Deps, "store">,
  key: string | null,
): Promise<R2ObjectBody> {
  const object = key === null ? null : await store.get(key);
  if (object === null) throw new AppError("not_found", "file deleted.", { detail: ["file deleted."] });
  return object;
}

/** The first rows of an uploaded file, whatever its format. Cells that are empty are null. */
export async function previewRows(
  deps: Pick<Deps, "store" | "sleep">,
  row: DataFileRow,
  rowCount: number,
): Promise<DataPreviewResponse> {
  const object = await openDownload(deps, row.fileKey);
  try {
    const table = await openTable(
      { name: row.basename, bytes: object.body },
      {
        wanted: [],
        allColumns: true,
        ...readingOf(row),
        gunzip,
        breathe: () => deps.sleep(0),
        limits: PREVIEW_LIMITS,
        blockBytes: PREVIEW_BLOCK_BYTES,
      },
    );
    const rows: unknown[][] = [];
    for await (const batch of table.rows) {
      for (const { cells } of batch) {
        if (rows.length < rowCount) rows.push(cells.map(shownCell));
      }
      if (rows.length >= rowCount) break;
    }
    const columns = [...table.names];
    for (const cells of rows) while (cells.length < columns.length) cells.push(null);
    return { columns, rows, total_rows: rows.length };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const text = error.code === "UNSUPPORTED" ? TOO_MUCH_TO_PREVIEW_TEXT : error.message;
    throw new AppError("bad_request", text);
  }
}

/** A request of a few rows, in a thread that others share. */
const PREVIEW_LIMITS = { plainBytes: 16 * 1024 * 1024, ratio: Number.POSITIVE_INFINITY };
/** A few milliseconds of work for the slowest form, which is JSON; a request in between takes several turns of the thread. */
const PREVIEW_BLOCK_BYTES = 4096;
const TOO_MUCH_TO_PREVIEW_TEXT =
  "This file has no preview: its first rows are not within its first 16 MB. For example, a JSON file that lists column by column ends its first row near its end.";

/** As ingestion found; without that, as the upload says, or as the content decides. */
function readingOf(row: DataFileRow): { header: boolean | undefined; separator: string | undefined } {
  const settings = settingsAlike(row.reading, formatOfReport(row.report));
  const { header, separator } = fileReadingOf("training_data", null, settings);
  return { header: header ?? undefined, separator: separator ?? undefined };
}

/** Text that is a number is shown as one, as in Recotem's table. */
function shownCell(cell: unknown): unknown {
  if (cell === undefined || cell === "") return null;
  const isNumber = typeof cell === "string" && /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(cell);
  return isNumber ? Number(cell) : cell;
}
