/**
 * How a person goes from a project: out of every file that was uploaded, of what was read from it, and of every model. Each is an
 * item with a job of its own; files and models serve on, as they were, until their new versions are stored.
 */
import { and, asc, eq, inArray, isNotNull, isNull, lt, notInArray, or, type SQL, sql } from "drizzle-orm";
import { type DeletionReport, EMPTY_PERSON_REPORT, EMPTY_REPORT } from "#contract/deletion.ts";
import type { MetadataReport } from "#contract/ingestion.ts";
import { deletion, deletionItem } from "#db/deletion-schema.ts";
import { project, trainedModel, trainingData, tuningJob, userMetaData } from "#db/schema.ts";
import type { ErasureJob, ErasureSource, ErasureSpec } from "#jobs/erasure-job.ts";
import { projectPrefix, uploadKey } from "#storage/keys.ts";
import { placeOrder } from "./deletion-orders.ts";
import type { DeletionDeps, SliceOutcome } from "./deletion-slice.ts";
import { advanceDeletion } from "./deletions.ts";
import { metadataIdColumn } from "./ingestions.ts";
import type { DeletionRow, ProjectRow } from "./resources.ts";
import { rebuildManifest } from "./routing.ts";
import { cancelRunningJobs } from "./running-jobs.ts";

const tables = {
  training_data: trainingData,
  user_meta_data: userMetaData,
  trained_model: trainedModel,
} as const;
const SOURCES = Object.keys(tables) as readonly ErasureSource[];

const ITEMS_PER_SLICE = 100;
const ITEMS_AT_ONCE = 20;

/** Orders that a person be taken out of a project. Files, models and metadata follow within minutes. */
export async function erasePerson(
  deps: DeletionDeps,
  requestedBy: number,
  row: ProjectRow,
  userId: string,
): Promise<DeletionRow> {
  const report: DeletionReport = { ...EMPTY_REPORT, person: EMPTY_PERSON_REPORT };
  const { id: projectId, ownerId } = row;
  const order = { kind: "PERSON", projectId, ownerId, requestedBy, subject: userId, report } as const;
  const placed = await placeOrder(deps, order);
  if (placed === null) throw new Error("the order is gone");
  await advanceDeletion(deps, placed.id);
  return placed;
}

/** Finds what has not been looked through, and waits for what is being. */
export async function erasePersonSlice(deps: DeletionDeps, row: DeletionRow): Promise<SliceOutcome> {
  for (const source of SOURCES) {
    const found = await addItems(deps, row, source);
    if (found > 0) return { type: "more", report: row.report };
  }
  if (await isBehindAnother(deps, row)) return { type: "wait" };
  const open = await itemsIn(deps, row, ["OPEN", "FAILED"]);
  for (const { id, state } of open) {
    // What failed is tried again from the beginning.
    if (state === "FAILED") await deps.jobs.forget({ kind: "erasure", id });
    await deps.jobs.erase(id);
  }
  if (open.length > 0 || (await isTraining(deps, row))) return { type: "wait" };
  const done = await itemsIn(deps, row, ["DONE"]);
  for (const { id } of done) {
    await deps.jobs.forget({ kind: "erasure", id });
    await deps.db.update(deletionItem).set({ state: "FORGOTTEN" }).where(eq(deletionItem.id, id));
  }
  return done.length > 0 ? { type: "more", report: row.report } : { type: "nothing" };
}

/** Orders of a project go one after another: each reads what the one before it has written. */
async function isBehindAnother({ db }: DeletionDeps, row: DeletionRow): Promise<boolean> {
  const ofProject = and(eq(deletion.kind, "PERSON"), eq(deletion.projectId, row.projectId ?? 0));
  const earlier = await db
    .select({ one: sql`1` })
    .from(deletionItem)
    .innerJoin(deletion, eq(deletion.id, deletionItem.deletionId))
    .where(and(ofProject, lt(deletion.id, row.id), eq(deletionItem.state, "OPEN")))
    .limit(1);
  return earlier.length > 0;
}

type ItemState = typeof deletionItem.$inferSelect.state;

function itemsIn({ db }: DeletionDeps, row: DeletionRow, states: readonly ItemState[]) {
  return db
    .select()
    .from(deletionItem)
    .where(and(eq(deletionItem.deletionId, row.id), inArray(deletionItem.state, [...states])))
    .orderBy(asc(deletionItem.id))
    .limit(ITEMS_AT_ONCE);
}

async function addItems(deps: DeletionDeps, row: DeletionRow, source: ErasureSource): Promise<number> {
  const table = tables[source];
  const known = deps.db
    .select({ id: deletionItem.rowId })
    .from(deletionItem)
    .where(and(eq(deletionItem.deletionId, row.id), eq(deletionItem.source, source)));
  const isReadable = and(isNotNull(table.artifactKey), eq(table.status, "READY"));
  const rows = await deps.db
    .select({ id: table.id })
    .from(table)
    .where(and(eq(table.projectId, row.projectId ?? 0), isReadable, notInArray(table.id, known)))
    .limit(ITEMS_PER_SLICE);
  for (const { id: rowId } of rows) {
    await deps.db.insert(deletionItem).values({ deletionId: row.id, source, rowId }).onConflictDoNothing();
  }
  return rows.length;
}

/** A model that is being trained may know the person still, and a file that is being read may hold the rows. */
async function isTraining({ db }: DeletionDeps, row: DeletionRow): Promise<boolean> {
  const ofProject = (column: typeof trainedModel.projectId): SQL => eq(column, row.projectId ?? 0);
  const models = await db
    .select({ one: sql`1` })
    .from(trainedModel)
    .where(and(ofProject(trainedModel.projectId), inArray(trainedModel.status, ["PENDING", "TRAINING"])))
    .limit(1);
  if (models.length > 0) return true;
  for (const table of [trainingData, userMetaData]) {
    const files = await db
      .select({ one: sql`1` })
      .from(table)
      .where(and(eq(table.projectId, row.projectId ?? 0), inArray(table.status, ["PENDING", "INGESTING"])))
      .limit(1);
    if (files.length > 0) return true;
  }
  return false;
}

/** Reads what the job of an item needs; null when it is done, or what it is about is gone. */
export async function erasureSpecOf(
  { db }: Pick<DeletionDeps, "db">,
  itemId: number,
): Promise<ErasureSpec | null> {
  const [found] = await db
    .select({ item: deletionItem, order: deletion, project })
    .from(deletionItem)
    .innerJoin(deletion, eq(deletion.id, deletionItem.deletionId))
    .innerJoin(project, eq(project.id, deletion.projectId))
    .where(eq(deletionItem.id, itemId));
  if (!found?.order.subject || isOver(found.item.state)) return null;
  const { source, rowId } = found.item;
  const table = tables[source];
  const [row] = await db.select().from(table).where(eq(table.id, rowId));
  if (!row?.artifactKey) return null;
  const { id: projectId, userColumn: user, itemColumn: item, timeColumn: time } = found.project;
  return {
    itemId,
    source,
    rowId,
    projectId,
    userId: found.order.subject,
    fileName: "basename" in row ? row.basename : "",
    fileKey: "fileKey" in row ? row.fileKey : null,
    artifactKey: row.artifactKey,
    newFileKey: uploadKey(projectId, `erased${itemId}`),
    newArtifactKey: `${projectPrefix(projectId)}erased/${itemId}.edgewise`,
    columns: { user: source === "user_meta_data" ? metadataIdColumn(user) : user, item, time },
  };
}

/** Items whose row or file has gone by itself have nothing left to erase. */
export async function closeGoneItem({ db }: Pick<DeletionDeps, "db">, itemId: number): Promise<void> {
  await db.update(deletionItem).set({ state: "DONE" }).where(eq(deletionItem.id, itemId));
}

/** Puts the new version in the place of the old, which goes; adds to the report once. */
export async function settleErasure(deps: DeletionDeps, job: ErasureJob): Promise<void> {
  const { spec, result } = job;
  const [item] = await deps.db.select().from(deletionItem).where(eq(deletionItem.id, spec.itemId));
  if (item === undefined || isOver(item.state)) return;
  if (result === null) return recordFailure(deps, item, job.task.lastError ?? "unknown reason");
  if (result.removed > 0 && !(await replace(deps, spec, result))) {
    return recordFailure(deps, item, "It has changed meanwhile, and is looked through again.");
  }
  const { source } = spec;
  const counted = {
    training_data: "interaction_rows",
    user_meta_data: "metadata_rows",
    trained_model: "models",
  } as const;
  const path = `$.person.${counted[source]}`;
  const isOpen = sql`exists (select 1 from ${deletionItem} where ${deletionItem.id} = ${spec.itemId} and ${deletionItem.state} in ('OPEN', 'FAILED'))`;
  const files = result.removed > 0 && source !== "trained_model" ? 1 : 0;
  await deps.db.batch([
    deps.db
      .update(deletion)
      .set({
        report: sql`json_set(${deletion.report}, ${path}, json_extract(${deletion.report}, ${path}) + ${result.removed},
          '$.person.files', json_extract(${deletion.report}, '$.person.files') + ${files}, '$.person.problem', null)`,
        isWaiting: false,
      })
      .where(and(eq(deletion.id, item.deletionId), isOpen)),
    deps.db.update(deletionItem).set({ state: "DONE" }).where(eq(deletionItem.id, spec.itemId)),
  ]);
}

function isOver(state: ItemState): boolean {
  return state === "DONE" || state === "FORGOTTEN";
}

/** The order stays open and says why; the cron tries again. */
async function recordFailure(
  { db }: DeletionDeps,
  { id, deletionId, source, rowId }: typeof deletionItem.$inferSelect,
  reason: string,
): Promise<void> {
  const problem = `${source} ${rowId}: ${reason}`;
  await db.batch([
    db
      .update(deletion)
      .set({ report: sql`json_set(${deletion.report}, '$.person.problem', ${problem})` })
      .where(eq(deletion.id, deletionId)),
    db.update(deletionItem).set({ state: "FAILED" }).where(eq(deletionItem.id, id)),
  ]);
}

type Replacement = NonNullable<ErasureJob["result"]>;

/**
 * False when the row no longer has what was read: the new version would bring back what another order took out of it, or a file that
 * was deleted. It goes then, unused.
 */
async function replace(deps: DeletionDeps, spec: ErasureSpec, result: Replacement): Promise<boolean> {
  if (!(await pointToNew(deps, spec, result))) {
    await deps.store.delete([spec.newFileKey, spec.newArtifactKey]);
    return false;
  }
  // A study under way learns from the rows that go.
  if (spec.source === "training_data") {
    await cancelRunningJobs(deps, eq(tuningJob.dataId, spec.rowId));
    await forgetUserCoverage(deps, spec.projectId);
  }
  await rebuildManifest(deps, spec.projectId);
  await deps.store.delete([spec.fileKey, spec.artifactKey].filter((key) => key !== null));
  return true;
}

/** What was said of user metadata before may name the person: its warnings show ids of the data. */
async function forgetUserCoverage({ db }: DeletionDeps, projectId: number): Promise<void> {
  await db
    .update(userMetaData)
    .set({ report: sql`json_set(${userMetaData.report}, '$.coverage', null)` })
    .where(and(eq(userMetaData.projectId, projectId), isNotNull(userMetaData.report)));
}

/** Points the row to the new version if it still has the old one, or, where a settlement is repeated, the new one already. */
async function pointToNew(
  { db, clock }: DeletionDeps,
  spec: ErasureSpec,
  result: Replacement,
): Promise<boolean> {
  const { source, rowId, newArtifactKey: artifactKey } = spec;
  const table = tables[source];
  const isKnown = or(
    inArray(table.artifactKey, [spec.artifactKey, artifactKey]),
    result.isEmpty ? isNull(table.artifactKey) : undefined,
  );
  const where = and(eq(table.id, rowId), isKnown);
  const id = { id: table.id };
  const updatedAt = clock();
  if (source === "trained_model") {
    const values = { artifactKey, filesize: result.artifactBytes, updatedAt };
    return (await db.update(trainedModel).set(values).where(where).returning(id)).length > 0;
  }
  const gone = {
    fileKey: null,
    artifactKey: null,
    filesize: null,
    status: "FAILED",
    error: "All rows of this file were of people who have been erased.",
  } as const;
  const file = {
    fileKey: spec.newFileKey,
    artifactKey,
    basename: result.file?.name,
    filesize: result.file?.bytes,
  };
  const values = { ...(result.isEmpty ? gone : file), updatedAt };
  const report = result.isEmpty ? null : result.report;
  if (source === "user_meta_data") {
    const described = { ...values, report: report as MetadataReport | null };
    return (await db.update(userMetaData).set(described).where(where).returning(id)).length > 0;
  }
  const rows = await db
    .update(trainingData)
    .set({ ...values, report })
    .where(where)
    .returning(id);
  return rows.length > 0;
}
