/**
 * Erases a user from a project: from every uploaded file, from its dataset, and from every model. Each is an item with its own
 * job; files and models serve unchanged until their new versions are stored.
 */
import { and, asc, eq, inArray, isNotNull, lt, notInArray, type SQL, sql } from "drizzle-orm";
import type { DeletionReport } from "#contract/deletion.ts";
import { deletion, deletionItem } from "#db/deletion-schema.ts";
import { trainedModel, trainingData, userMetaData } from "#db/schema.ts";
import type { ErasureSource } from "#jobs/erasure-job.ts";
import { idText } from "#reading/clean-id.ts";
import { projectPrefix } from "#storage/keys.ts";
import { eraseConversions } from "../experiments/conversion-events.ts";
import { dropTallies } from "../experiments/kept-tallies.ts";
import { type DroppedObjects, dropFailedFiles } from "../files/failed-files.ts";
import { finishUploads, giveUpUploads } from "../files/open-uploads.ts";
import { sweepProject } from "../files/orphans.ts";
import { eraseMerges } from "../people/user-merges.ts";
import type { DeletionRow } from "../resources/deletion.ts";
import { endStudiesOf } from "./copied-users.ts";
import type { DeletionDeps, SliceOutcome } from "./deletion-slice.ts";
import { reportMore } from "./erase-rows.ts";
import { erasureTables, type ItemState } from "./erasure-items.ts";

const SOURCES = Object.keys(erasureTables) as readonly ErasureSource[];

const ITEMS_PER_SLICE = 100;
const ITEMS_AT_ONCE = 20;

/** Finds files and models that have not been searched, and waits for those in progress. */
export async function eraseUserSlice(deps: DeletionDeps, row: DeletionRow): Promise<SliceOutcome> {
  const ended = await endUnusable(deps, row);
  if (ended !== null) return ended;
  for (const source of SOURCES) {
    const found = await addItems(deps, row, source);
    if (found > 0) return { type: "more", report: row.report };
  }
  if (await isBehindAnother(deps, row)) return { type: "wait" };
  const open = await itemsIn(deps, row, ["OPEN", "FAILED"]);
  for (const { id, state } of open) {
    // Failed items are tried again from the beginning.
    if (state === "FAILED") await deps.jobs.forget({ kind: "erasure", id });
    await deps.jobs.erase(id);
  }
  if (open.length > 0 || (await isTraining(deps, row))) return { type: "wait" };
  const done = await itemsIn(deps, row, ["DONE"]);
  for (const { id } of done) {
    await deps.jobs.forget({ kind: "erasure", id });
    await deps.db.update(deletionItem).set({ state: "FORGOTTEN" }).where(eq(deletionItem.id, id));
  }
  if (done.length > 0) return { type: "more", report: row.report };
  return (await eraseEvents(deps, row)) ?? eraseLeftovers(deps, row);
}

/**
 * Events that have not become training data, their segments, written properties, and copies of these that studies read. The copies come
 * after what they are made of. Null when there are none of the user.
 */
async function eraseEvents(deps: DeletionDeps, row: DeletionRow): Promise<SliceOutcome | null> {
  if (row.subject === null) return null;
  const projectId = row.projectId ?? 0;
  // Events have ids as files are read, without blanks around them.
  const userId = idText(row.subject, true) ?? row.subject;
  const { events, properties } = await deps.events.eraseUser(projectId, userId);
  const merges = await eraseMerges(deps, projectId, userId);
  const conversions = await eraseConversions(deps, projectId, userId);
  // Made again of what is left, without the user.
  if (events + conversions > 0) await dropTallies(deps, projectId);
  const copies = await endStudiesOf(deps, projectId, userId);
  if (events + properties + merges + conversions + copies === 0) return null;
  const { rows } = row.report;
  const counted = {
    event: (rows.event ?? 0) + events,
    user_properties: (rows.user_properties ?? 0) + properties,
    user_merge: (rows.user_merge ?? 0) + merges,
    conversion_event: (rows.conversion_event ?? 0) + conversions,
    user_copy: (rows.user_copy ?? 0) + copies,
  };
  const found = Object.entries(counted).filter(([, count]) => count > 0);
  return reportMore(deps, row, { ...row.report, rows: { ...rows, ...Object.fromEntries(found) } });
}

/** Parts of uploads, and files of failed rows, are deleted without reading. Null when there are none. */
async function endUnusable(deps: DeletionDeps, row: DeletionRow): Promise<SliceOutcome | null> {
  const projectId = row.projectId ?? 0;
  const uploads = await giveUpUploads(deps, projectId, row.createdAt);
  const failed = await dropFailedFiles(deps, projectId);
  if (uploads === 0 && failed.count === 0) return null;
  const { rows } = row.report;
  return reportGone(
    deps,
    row,
    failed,
    uploads > 0 ? { ...rows, upload: (rows.upload ?? 0) + uploads } : rows,
  );
}

/** Adds to the counts of the report. */
async function reportGone(
  deps: DeletionDeps,
  row: DeletionRow,
  gone: DroppedObjects,
  rows: DeletionReport["rows"] = row.report.rows,
): Promise<SliceOutcome> {
  const { objects } = row.report;
  const counted = { count: objects.count + gone.count, bytes: objects.bytes + gone.bytes };
  const report = { ...row.report, rows, objects: counted };
  return reportMore(deps, row, report);
}

/** Objects that no row names may also hold rows of the user. */
async function eraseLeftovers(deps: DeletionDeps, row: DeletionRow): Promise<SliceOutcome> {
  const projectId = row.projectId ?? 0;
  if ((await finishUploads(deps, projectId)) > 0) return { type: "wait" };
  const { keys, bytes, young } = await sweepProject(deps, projectPrefix(projectId));
  if (young > 0) return { type: "wait" };
  if (keys.length === 0) return { type: "nothing" };
  return reportGone(deps, row, { count: keys.length, bytes });
}

/** Requests of a project run one after another: each reads the result of the one before it. */
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

function itemsIn({ db }: DeletionDeps, row: DeletionRow, states: readonly ItemState[]) {
  return db
    .select()
    .from(deletionItem)
    .where(and(eq(deletionItem.deletionId, row.id), inArray(deletionItem.state, [...states])))
    .orderBy(asc(deletionItem.id))
    .limit(ITEMS_AT_ONCE);
}

async function addItems(deps: DeletionDeps, row: DeletionRow, source: ErasureSource): Promise<number> {
  const table = erasureTables[source];
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

/** A model in training may still know the user, and a file that is being read may hold the rows. */
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
