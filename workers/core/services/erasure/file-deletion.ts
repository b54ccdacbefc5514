/** Deletes uploaded files in any state, together with the work that uses them. */
import { and, eq, inArray, sql } from "drizzle-orm";
import type { MovedResponse } from "#contract/deployment.ts";
import type { UploadKind } from "#contract/upload.ts";
import { trainedModel, tuningJob } from "#db/schema.ts";
import { deleteObjects } from "#storage/delete-objects.ts";
import { modelKeys, readingKeys } from "#storage/keys.ts";
import { notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { type DataFileRow, dataFileResources, dataFileTables } from "../files/data-files.ts";
import { DELETED_UNREAD_TEXT } from "../files/ingestions.ts";
import { removeModels } from "../models/remove-models.ts";
import { giveUpTraining } from "../models/trainings.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { type RemovalOptions, refuseToStop } from "../serving/slot-moves.ts";
import { cancelRunningJobs } from "../tuning/running-jobs.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "routing" | "jobs" | "clock" | "wakeAddress">;

/** If there are more jobs than this, their objects stay: they keep no data of users. */
const STUDIES_FORGOTTEN = 100;

/** Stops jobs and trainings on a file, then deletes its row with all dependent rows, then their objects. */
export async function deleteDataFile(
  deps: Deps,
  kind: UploadKind,
  row: DataFileRow,
  options: RemovalOptions = {},
): Promise<MovedResponse | null> {
  const { id, projectId } = row;
  const table = dataFileTables[kind];
  const models = kind === "training_data" ? eq(trainedModel.dataId, id) : sql`false`;
  await refuseToStop(deps.db, { projectId, models }, options);
  const studies = kind === "training_data" ? await stopStudies(deps, id) : [];
  await deps.jobs.forget({ kind: "ingestion", source: kind, id });
  const remove = deps.db
    .delete(table)
    .where(eq(table.id, id))
    .returning({ fileKey: table.fileKey, artifactKey: table.artifactKey });
  const keys = [row.fileKey, row.artifactKey, readingKeys[kind](projectId, id)];
  const moved = await removeModels(deps, { projectId, models, remove, keys }, options);
  for (const study of studies) await deps.jobs.forget({ kind: "study", id: study });
  return moved;
}

async function stopStudies(deps: Deps, dataId: number): Promise<number[]> {
  await cancelRunningJobs(deps, eq(tuningJob.dataId, dataId));
  const rows = await deps.db
    .select({ id: tuningJob.id })
    .from(tuningJob)
    .where(eq(tuningJob.dataId, dataId))
    .limit(STUDIES_FORGOTTEN);
  return rows.map((job) => job.id);
}

/**
 * Deletes a file and its dataset. Models trained on it stay; running work on it ends, since it could not continue. A file that
 * was not read yet fails, with this reason.
 */
export async function unlinkDataFile(deps: Deps, kind: UploadKind, row: DataFileRow): Promise<DataFileRow> {
  const { db } = deps;
  const { id, projectId } = row;
  const table = dataFileTables[kind];
  const isUnread = inArray(table.status, ["PENDING", "INGESTING"]);
  const [before, [unlinked]] = await db.batch([
    // Its objects at that moment: its reading may have ended since the row was read.
    db.select({ fileKey: table.fileKey, artifactKey: table.artifactKey }).from(table).where(eq(table.id, id)),
    db
      .update(table)
      .set({
        fileKey: null,
        filesize: null,
        artifactKey: null,
        status: sql`case when ${isUnread} then 'FAILED' else ${table.status} end`,
        error: sql`case when ${isUnread} then ${DELETED_UNREAD_TEXT} else ${table.error} end`,
        updatedAt: deps.clock(),
      })
      .where(eq(table.id, id))
      .returning(),
  ]);
  if (unlinked === undefined) throw notFound(dataFileResources[kind].model);
  await deps.jobs.forget({ kind: "ingestion", source: kind, id });
  if (kind === "training_data") await stopLearning(deps, projectId, id);
  await rebuildManifest(deps, projectId);
  const had = before.flatMap(({ fileKey, artifactKey }) => [fileKey, artifactKey]);
  const keys = [...had, readingKeys[kind](projectId, id)].filter((key) => key !== null);
  await deleteObjects(deps.store, keys);
  return unlinked;
}

/** Ends the jobs and trainings that read the data. */
async function stopLearning(deps: Deps, projectId: number, dataId: number): Promise<void> {
  await cancelRunningJobs(deps, eq(tuningJob.dataId, dataId));
  const isUnderWay = inArray(trainedModel.status, ["PENDING", "TRAINING"]);
  const models = await deps.db
    .select({ id: trainedModel.id })
    .from(trainedModel)
    .where(and(eq(trainedModel.dataId, dataId), isUnderWay));
  for (const { id } of models) {
    await deps.jobs.forget({ kind: "training", id });
    await giveUpTraining(deps, id);
    await deleteObjects(deps.store, modelKeys(projectId, id));
  }
}
