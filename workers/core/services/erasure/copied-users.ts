/** Studies under way that read a copy of what was written of a user: they end, and the copy goes with them. */
import { and, eq, inArray } from "drizzle-orm";
import { OPEN_JOB_STATUSES } from "#contract/tuning-job.ts";
import { tuningJob } from "#db/schema.ts";
import { CHECKPOINT_KIND } from "#engine/artifact/kinds.ts";
import { idsOfShelf, isIdOfShelf } from "#jobs/item-shelf/packed-shelf.ts";
import { ArtifactMissing, createArtifactStore } from "#storage/artifact-store.ts";
import { studyWrittenKey } from "#storage/keys.ts";
import { cancelJob } from "../tuning/running-jobs.ts";
import type { DeletionDeps } from "./deletion-slice.ts";

/** Cancels the studies of a project whose copy has the user. Returns how many there were. */
export async function endStudiesOf(deps: DeletionDeps, projectId: number, userId: string): Promise<number> {
  const open = await deps.db
    .select({ id: tuningJob.id })
    .from(tuningJob)
    .where(and(eq(tuningJob.projectId, projectId), inArray(tuningJob.status, [...OPEN_JOB_STATUSES])));
  let ended = 0;
  for (const { id } of open) {
    if (!(await hasCopied(deps, studyWrittenKey(projectId, id, "user"), userId))) continue;
    await cancelJob(deps, id);
    ended++;
  }
  return ended;
}

/** Reads the ids alone. */
async function hasCopied(
  { store, artifactKeys }: Pick<DeletionDeps, "store" | "artifactKeys">,
  key: string,
  userId: string,
): Promise<boolean> {
  try {
    const artifacts = createArtifactStore(store, artifactKeys);
    const sections = await artifacts.getSections(key, CHECKPOINT_KIND, isIdOfShelf);
    return idsOfShelf(sections).indexOf(userId) >= 0;
  } catch (error) {
    if (error instanceof ArtifactMissing) return false;
    throw error;
  }
}
