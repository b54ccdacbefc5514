/** Takes models away, with what is about to take them along: slots move first, in the same batch, so that serving never falls between. */
import type { BatchItem } from "drizzle-orm/batch";
import type { MovedResponse } from "#contract/deployment.ts";
import { trainedModel } from "#db/schema.ts";
import type { ServiceDeps } from "./deps.ts";
import { rebuildManifest } from "./routing.ts";
import { describeMoves, type Going, moveSlots, type RemovalOptions, refuseToStop } from "./slot-moves.ts";

export type RemovalDeps = Pick<ServiceDeps, "db" | "routing" | "clock" | "jobs"> & {
  readonly store: Pick<R2Bucket, "delete">;
};

export interface Removal extends Going {
  /** Deletes the models, or the row that they go with. */
  readonly remove: BatchItem<"sqlite">;
  /** Objects to be deleted beside the models' own. */
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
  const rows = await db
    .select({ id: trainedModel.id, key: trainedModel.artifactKey })
    .from(trainedModel)
    .where(models);
  for (const { id } of rows) await deps.jobs.forget({ kind: "training", id });
  const [moved] = await db.batch([...moveSlots(db, going, deps.clock()), remove]);
  await rebuildManifest(deps, projectId);
  const gone = [...keys, ...rows.map((row) => row.key)].filter((key) => key !== null);
  if (gone.length > 0) await deps.store.delete(gone);
  return describeMoves(db, moved);
}
