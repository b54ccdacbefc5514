/**
 * The copies of written items and users that a job reads, taken when it begins. A job is begun by several calls, some of them after a
 * kill: the first copy stays, so that the job is the same whenever it is repeated. A copy goes with its job.
 */

import { MAX_WRITTEN_BYTES } from "#contract/limits.ts";
import type { TableSide } from "#contract/table-sides.ts";
import { CHECKPOINT_KIND } from "#engine/artifact/kinds.ts";
import { bytesOfUser, type UserRow } from "#jobs/event-shard/user-properties.ts";
import { packShelf, shelfSections } from "#jobs/item-shelf/packed-shelf.ts";
import { namesOfKey } from "#storage/artifact-names.ts";
import { createArtifactStore } from "#storage/artifact-store.ts";
import type { ServiceDeps } from "../deps.ts";
import { toEntry, type WrittenDeps } from "../tables/written-rows.ts";

export type CopyDeps = WrittenDeps & Pick<ServiceDeps, "store" | "artifactKeys">;

/** `none`: nothing was written. `too-much`: more than a worker has memory for. */
export type Copied = "none" | "stored" | "too-much";

/** As much of users as a project may have of items: a worker holds it beside the table of a file. */
export const MAX_COPIED_USER_BYTES = MAX_WRITTEN_BYTES;

/** @param key Of the job, see `studyWrittenKey` and `modelWrittenKey`. */
export async function copyWritten(
  deps: CopyDeps,
  projectId: number,
  side: TableSide,
  key: string,
): Promise<Copied> {
  if ((await deps.store.head(key)) !== null) return "stored";
  if (side === "item") return (await deps.items.copyTo(projectId, key)) ? "stored" : "none";
  return copyUsers(deps, projectId, key);
}

async function copyUsers(deps: CopyDeps, projectId: number, key: string): Promise<Copied> {
  // A user may come twice while the project grows.
  const users = new Map<string, UserRow>();
  let bytes = 0;
  for await (const rows of deps.events.mergedUsers(projectId)) {
    for (const row of rows) {
      bytes += users.has(row.userId) ? 0 : bytesOfUser(row);
      users.set(row.userId, row);
    }
    if (bytes > MAX_COPIED_USER_BYTES) return "too-much";
  }
  if (users.size === 0) return "none";
  const sections = shelfSections(packShelf([...users.values()].map(toEntry)), []);
  const artifacts = createArtifactStore(deps.store, deps.artifactKeys);
  await artifacts.putFirst(key, { kind: CHECKPOINT_KIND, meta: { ...namesOfKey(key) }, sections });
  return "stored";
}
