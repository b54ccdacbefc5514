/** Deletes models, together with the rows that cause it: slots move first, in the same batch, so that serving has no gap. */
import type { BatchItem } from "drizzle-orm/batch";
import type { MovedResponse } from "#contract/deployment.ts";
import { trainedModel } from "#db/schema.ts";
import { deleteObjects } from "#storage/delete-objects.ts";
import { modelKeys } from "#storage/keys.ts";
import type { ServiceDeps } from "../deps.ts";
import { rebuildManifest } from "../serving/routing.ts";
import {
  type Going,
  moveSlots,
  type RemovalOptions,
  recordMoves,
  refuseToStop,
} from "../serving/slot-moves.ts";
import { keepHighestVersion } from "./next-version.ts";

export type RemovalDeps = Pick<ServiceDeps, "db" | "routing" | "clock" | "jobs" | "wakeAddress"> & {
  readonly store: Pick<R2Bucket, "delete">;
};

export interface Removal extends Going {
  /** Deletes the models, or the row whose deletion takes them along. Objects of the returned keys are deleted, too. */
  readonly remove: BatchItem<"sqlite">;
  /** More objects to delete. */
  readonly keys?: readonly (string | null)[];
}

/**
 * Stops running trainings, moves slots, deletes rows, informs serving, and deletes the files last: every served model has its
 * file. Returns the moves, or null.
 */
export async function removeModels(
  deps: RemovalDeps,
  { projectId, models, remove, keys = [] }: Removal,
  options: RemovalOptions,
): Promise<MovedResponse | null> {
  const { db } = deps;
  const going = { projectId, models };
  await refuseToStop(db, going, options);
  const find = db
    .select({ id: trainedModel.id, artifactKey: trainedModel.artifactKey })
    .from(trainedModel)
    .where(models);
  for (const { id } of await find) await deps.jobs.forget({ kind: "training", id });
  // Their objects at that moment: a training may have ended meanwhile.
  const [moved, , rows, , removed] = await db.batch([
    ...moveSlots(db, going, deps.clock()),
    find,
    keepHighestVersion(db, projectId),
    remove,
  ]);
  const answer = await recordMoves(deps, projectId, moved);
  await rebuildManifest(deps, projectId);
  const written = rows.flatMap(({ id }) => modelKeys(projectId, id));
  const gone = [...keys, ...keysIn(rows), ...keysIn(removed), ...written].filter((key) => key !== null);
  await deleteObjects(deps.store, gone);
  return answer;
}

/** The keys of rows, where there are any. */
function keysIn(rows: unknown): (string | null)[] {
  if (!Array.isArray(rows)) return [];
  return rows.flatMap(({ fileKey = null, artifactKey = null }: StoredRow) => [fileKey, artifactKey]);
}

interface StoredRow {
  readonly fileKey?: string | null;
  readonly artifactKey?: string | null;
}
