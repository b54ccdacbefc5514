/** Open uploads in parts when a user is erased: joined parts become a file, the others are given up. */
import { and, asc, eq, lte } from "drizzle-orm";
import { upload } from "#db/schema.ts";
import type { ServiceDeps } from "../deps.ts";
import { addDataFile } from "./data-files.ts";
import { abortUpload, fileOf } from "./uploads.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "jobs" | "clock">;

const UPLOADS_AT_ONCE = 20;

/** Adds the files of uploads whose parts were joined before they broke off; their client may be gone. Returns their number. */
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
 * Ends uploads that were begun before a time: their parts cannot be searched. Joined ones become files. Returns the number of
 * ended ones, perhaps fewer than there are: call it until it finds none.
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
