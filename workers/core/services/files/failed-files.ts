/**
 * Failed files and models serve nothing, but may hold a user's rows: an archive brings them, or work that failed after storing.
 */
import { and, eq, isNotNull, or } from "drizzle-orm";
import { trainedModel, trainingData, userMetaData } from "#db/schema.ts";
import type { JobRef } from "#jobs/jobs.ts";
import type { ServiceDeps } from "../deps.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "jobs" | "clock">;

const ROWS_PER_SLICE = 20;

export interface DroppedObjects {
  readonly count: number;
  readonly bytes: number;
}

/**
 * Deletes the stored objects of failed rows of a project; the rows stay with the reason of their failure. A limited number at a
 * time.
 */
export async function dropFailedFiles(deps: Deps, projectId: number): Promise<DroppedObjects> {
  let dropped: DroppedObjects = { count: 0, bytes: 0 };
  for (const source of ["training_data", "user_meta_data"] as const) {
    const table = { training_data: trainingData, user_meta_data: userMetaData }[source];
    const rows = await deps.db
      .select({ id: table.id, fileKey: table.fileKey, artifactKey: table.artifactKey })
      .from(table)
      .where(
        and(
          eq(table.projectId, projectId),
          eq(table.status, "FAILED"),
          or(isNotNull(table.fileKey), isNotNull(table.artifactKey)),
        ),
      )
      .limit(ROWS_PER_SLICE);
    for (const { id, fileKey, artifactKey } of rows) {
      dropped = sum(dropped, await drop(deps, [fileKey, artifactKey], { kind: "ingestion", source, id }));
      await deps.db
        .update(table)
        .set(goneAt(deps, { fileKey: null }))
        .where(eq(table.id, id));
    }
  }
  const models = await deps.db
    .select({ id: trainedModel.id, artifactKey: trainedModel.artifactKey })
    .from(trainedModel)
    .where(
      and(
        eq(trainedModel.projectId, projectId),
        eq(trainedModel.status, "FAILED"),
        isNotNull(trainedModel.artifactKey),
      ),
    )
    .limit(ROWS_PER_SLICE);
  for (const { id, artifactKey } of models) {
    dropped = sum(dropped, await drop(deps, [artifactKey], { kind: "training", id }));
    await deps.db.update(trainedModel).set(goneAt(deps, {})).where(eq(trainedModel.id, id));
  }
  return dropped;
}

function goneAt<T>({ clock }: Deps, more: T) {
  return { artifactKey: null, filesize: null, updatedAt: clock(), ...more };
}

/** The objects are deleted before the row is changed, so that after a kill in between they are found again. */
async function drop(deps: Deps, keys: readonly (string | null)[], job: JobRef): Promise<DroppedObjects> {
  const named = keys.filter((key) => key !== null);
  const heads = await Promise.all(named.map((key) => deps.store.head(key)));
  await deps.store.delete(named);
  await deps.jobs.forget(job);
  // Counted although the object is missing: the row named it, so there is more to look at.
  return { count: named.length, bytes: heads.reduce((bytes, head) => bytes + (head?.size ?? 0), 0) };
}

function sum(a: DroppedObjects, b: DroppedObjects): DroppedObjects {
  return { count: a.count + b.count, bytes: a.bytes + b.bytes };
}
