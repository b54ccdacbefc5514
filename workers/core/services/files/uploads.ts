/**
 * Uploads in parts: large files go to R2 piece by piece, resumable after a dropped connection, never whole in memory.
 */
import { and, asc, eq, gt, lt } from "drizzle-orm";
import { EMPTY_FILE_TEXT } from "#contract/ingestion.ts";
import { UPLOAD_PART_BYTES } from "#contract/limits.ts";
import { readingSettingsOf } from "#contract/reading.ts";
import type { UploadRequest, UploadResponse } from "#contract/upload.ts";
import { insertWhere } from "#db/insert-where.ts";
import { inOwnProject } from "#db/ownership.ts";
import { upload, uploadPart } from "#db/schema.ts";
import { toHex } from "#platform/encoding.ts";
import { uploadKey } from "#storage/keys.ts";
import { type QuotaRoom, UNLIMITED } from "../access/quotas.ts";
import { referable, requireReference } from "../access/references.ts";
import { AppError, FieldError, fieldError } from "../app-error.ts";
import { findByRole } from "../by-role.ts";
import { attemptEach } from "../cron/attempt-each.ts";
import { nextPage } from "../cron/cron-cursors.ts";
import type { ServiceDeps } from "../deps.ts";
import type { Viewer } from "../viewer.ts";
import { addDataFile, type DataFileRow, type StoredFile } from "./data-files.ts";
import { checkUploadName, cleanFileName } from "./file-names.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "routing" | "jobs" | "clock" | "sleep" | "randomBytes">;

export type UploadRow = typeof upload.$inferSelect;

const TOKEN_BYTES = 16;
const UPLOADS_PER_SWEEP = 100;

export function partCount(row: Pick<UploadRow, "size">): number {
  return Math.ceil(row.size / UPLOAD_PART_BYTES);
}

/** All parts have one size except the last. */
export function partLength(row: Pick<UploadRow, "size">, partNumber: number): number {
  return Math.min(UPLOAD_PART_BYTES, row.size - (partNumber - 1) * UPLOAD_PART_BYTES);
}

export function newUploadKey(deps: Pick<Deps, "randomBytes">, projectId: number): string {
  return uploadKey(projectId, toHex(deps.randomBytes(TOKEN_BYTES)));
}

export async function createUpload(
  deps: Deps,
  viewer: Viewer,
  request: UploadRequest,
  room: QuotaRoom = UNLIMITED,
): Promise<UploadRow> {
  const project = await requireReference(deps.db, viewer, referable.project, "project", request.project);
  const filename = cleanFileName(request.filename);
  const problem = checkUploadName(filename);
  if (problem !== null) throw fieldError("filename", problem);
  if (request.size === 0) throw fieldError("size", EMPTY_FILE_TEXT);
  const key = newUploadKey(deps, project.id);
  const { uploadId } = await deps.store.createMultipartUpload(key);
  const values = {
    projectId: project.id,
    kind: request.kind,
    filename,
    size: request.size,
    r2Key: key,
    r2UploadId: uploadId,
    reading: readingSettingsOf(request),
    createdAt: deps.clock(),
  };
  const [row] = await insertWhere(deps.db, upload, values, room.isLeft);
  if (row !== undefined) return row;
  await deps.store.resumeMultipartUpload(key, uploadId).abort();
  throw await room.refusal();
}

/** An erasure of a user in the project gives parts up, see `giveUpUploads`. */
function uploadGone(): AppError {
  const text =
    "This upload is not open: it was completed, given up, or inactive for too long, or it ended because a user was erased from its project. Send the file again.";
  return new AppError("not_found", text);
}

/** Only callers who may add to a project may continue an upload into it; staff is no exception. */
export async function getUpload({ db }: Pick<Deps, "db">, viewer: Viewer, id: number): Promise<UploadRow> {
  const row = await findByRole(viewer, async (as) => {
    const isTheirs = and(eq(upload.id, id), inOwnProject(upload.projectId, as));
    return (await db.select().from(upload).where(isTheirs).limit(1))[0] ?? null;
  });
  if (row === null) throw uploadGone();
  return row;
}

function partsOf({ db }: Pick<Deps, "db">, row: UploadRow) {
  return db
    .select()
    .from(uploadPart)
    .where(eq(uploadPart.uploadId, row.id))
    .orderBy(asc(uploadPart.partNumber));
}

export async function toUploadResponse(deps: Pick<Deps, "db">, row: UploadRow): Promise<UploadResponse> {
  const received = (await partsOf(deps, row)).map((part) => part.partNumber);
  const { id, projectId, kind, filename, size } = row;
  return { id, project: projectId, kind, filename, size, part_size: UPLOAD_PART_BYTES, received };
}

/**
 * Stores one part; sending it again replaces it.
 *
 * @param announced The request's content length; the body then streams through. Null when it has none: since R2 takes only
 * streams
 * of known length, the part (8 MiB at most) is then read first.
 */
export async function putPart(
  deps: Deps,
  row: UploadRow,
  partNumber: number,
  body: ReadableStream<Uint8Array> | null,
  announced: number | null,
): Promise<void> {
  const count = partCount(row);
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > count) {
    throw fieldError("part", `This upload has parts 1 to ${count}.`);
  }
  const expected = partLength(row, partNumber);
  const wrongLength = (got: number | string) =>
    fieldError("part", `Part ${partNumber} must be ${expected} bytes long, got ${got}.`);
  if (body === null) throw wrongLength(0);
  if (announced !== null && announced !== expected) throw wrongLength(announced);
  const content = announced === null ? await readPart(body, expected) : body;
  if (content === null) throw wrongLength("another number");
  try {
    const open = deps.store.resumeMultipartUpload(row.r2Key, row.r2UploadId);
    const { etag } = await open.uploadPart(partNumber, content);
    await recordPart(deps, { uploadId: row.id, partNumber, etag, bytes: expected });
  } catch (error) {
    const rows = await deps.db.select({ id: upload.id }).from(upload).where(eq(upload.id, row.id));
    // It was given up, or completed, while the part was being sent.
    throw rows.length === 0 ? uploadGone() : error;
  }
}

async function recordPart({ db }: Deps, part: typeof uploadPart.$inferInsert): Promise<void> {
  const { etag, bytes } = part;
  await db
    .insert(uploadPart)
    .values(part)
    .onConflictDoUpdate({
      target: [uploadPart.uploadId, uploadPart.partNumber],
      set: { etag, bytes },
    });
}

/** The bytes of a body with a required length; null for any other length. */
async function readPart(body: ReadableStream<Uint8Array>, expected: number): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(expected);
  let length = 0;
  for await (const chunk of body) {
    if (length + chunk.length > expected) return null;
    bytes.set(chunk, length);
    length += chunk.length;
  }
  return length === expected ? bytes : null;
}

/** Joins the parts and makes the row of the file. Repeatable: a caller whose connection broke asks again. */
export async function completeUpload(deps: Deps, row: UploadRow): Promise<DataFileRow> {
  const parts = await partsOf(deps, row);
  const have = new Set(parts.map((part) => part.partNumber));
  const missing = Array.from({ length: partCount(row) }, (_, index) => index + 1).filter((n) => !have.has(n));
  if (missing.length > 0) {
    const shown = missing.slice(0, 10).join(", ") + (missing.length > 10 ? ", …" : "");
    throw new FieldError({ parts: [`Parts not received yet: ${shown}.`] });
  }
  await assemble(deps, row, parts);
  return addDataFile(deps, fileOf(row), row.id);
}

/** R2 forgets an upload once its parts are joined; a second attempt then finds the object. */
async function assemble(
  { store }: Pick<Deps, "store">,
  row: UploadRow,
  parts: readonly { partNumber: number; etag: string }[],
): Promise<void> {
  const list = parts.map(({ partNumber, etag }) => ({ partNumber, etag }));
  try {
    await store.resumeMultipartUpload(row.r2Key, row.r2UploadId).complete(list);
  } catch (error) {
    const object = await store.head(row.r2Key);
    if (object?.size !== row.size) throw error;
  }
}

/** Gives an upload up, unless its file was added meanwhile. */
export async function abortUpload(deps: Pick<Deps, "db" | "store">, row: UploadRow): Promise<void> {
  const gone = await deps.db.delete(upload).where(eq(upload.id, row.id)).returning({ id: upload.id });
  if (gone.length === 0) return;
  // Fails silently: R2 drops unfinished uploads by itself after a week.
  await deps.store
    .resumeMultipartUpload(row.r2Key, row.r2UploadId)
    .abort()
    .catch(() => undefined);
  // Its parts may already be joined.
  await deps.store.delete(row.r2Key);
}

export function fileOf({ kind, projectId, r2Key, filename, size, reading }: UploadRow): StoredFile {
  return { kind, projectId, fileKey: r2Key, basename: filename, filesize: size, reading };
}

/** Aborts uploads that began before a time. Call it regularly; returns their number. */
export async function sweepUploads(
  deps: Pick<Deps, "db" | "store" | "clock">,
  olderThanMs: number,
): Promise<number> {
  const isStale = lt(upload.createdAt, deps.clock() - olderThanMs);
  const stale = await nextPage(deps, "uploads", UPLOADS_PER_SWEEP, (after, limit) =>
    deps.db
      .select()
      .from(upload)
      .where(and(isStale, gt(upload.id, after)))
      .orderBy(asc(upload.id))
      .limit(limit),
  );
  await attemptEach(stale, "uploads", (row) => abortUpload(deps, row));
  return stale.length;
}
