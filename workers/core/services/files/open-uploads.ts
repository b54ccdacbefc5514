/** Uploads in parts that nobody ended, where a person is erased: what was put together is a file, the rest is given up. */
import { and, asc, eq, lte } from "drizzle-orm";
import { upload } from "#db/schema.ts";
import type { ServiceDeps } from "../deps.ts";
import { addDataFile } from "./data-files.ts";
import { abortUpload, fileOf } from "./uploads.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "jobs" | "clock">;

const UPLOADS_AT_ONCE = 20;

/**
 * Adds the files of uploads that were put together and then broke off; the client that asked for it may be gone. Returns how many there
 * were.
 */
export async function finishUploads(deps: Deps, projectId: number): Promise<number> {
  const open = await deps.db
    .select()
    .from(upload)
    .where(eq(upload.projectId, projectId))
    .orderBy(asc(upload.id))
    .limit(UPLOADS_AT_ONCE);
  let finished = 0;
  for (const row of open) {
    const object = await deps.store.head(row.r2Key);
    if (object?.size !== row.size) continue;
    await addDataFile(deps, fileOf(row), row.id);
    finished++;
  }
  return finished;
}

/**
 * Ends uploads that were begun until then: nobody can look through parts. Those that were put together become files. Returns how many
 * were given up; fewer than were there, maybe: to be called until it finds none.
 */
export async function giveUpUploads(deps: Deps, projectId: number, begunUntil: number): Promise<number> {
  const open = await deps.db
    .select()
    .from(upload)
    .where(and(eq(upload.projectId, projectId), lte(upload.createdAt, begunUntil)))
    .orderBy(asc(upload.id))
    .limit(UPLOADS_AT_ONCE);
  let givenUp = 0;
  for (const row of open) {
    const object = await deps.store.head(row.r2Key);
    if (object?.size === row.size) await addDataFile(deps, fileOf(row), row.id);
    else {
      await abortUpload(deps, row);
      givenUp++;
    }
  }
  return givenUp;
}
