/** Takes models away, with what is about to take them along: slots move first, in the same batch, so that serving never falls between. */
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

export type RemovalDeps = Pick<ServiceDeps, "db" | "routing" | "clock" | "jobs"> & {
  readonly store: Pick<R2Bucket, "delete">;
};

export interface Removal extends Going {
  /** Deletes the models, or the row that they go with. What it returns of their keys goes from the store, too. */
  readonly remove: BatchItem<"sqlite">;
  /** More objects to delete. */
  readonly keys?: readonly (string | null)[];
}

/**
 * Trainings under way stop, slots move, rows go, serving is told, and the files go last: nothing that is served lacks its file. What
 * moved, or null.
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
  // What they have at that moment: a training may have ended meanwhile.
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
