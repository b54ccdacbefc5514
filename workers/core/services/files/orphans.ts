/**
 * Objects in R2 that no row names, from a killed stack or a late worker; they may hold a user's data. The cron checks the whole
 * store, a page a minute; the erasure of a user checks its project before it ends.
 *
 * Running work is safe. An object stays while it is young, while the row in its name is unfinished, and while its project is
 * being imported or erased. Objects that Edgewise does not write are left alone, too.
 */

import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { OPEN_JOB_STATUSES } from "#contract/tuning-job.ts";
import type { Database } from "#db/database.ts";
import { deletion, deletionItem } from "#db/deletion-schema.ts";
import { abTest, experiment } from "#db/experiment-schema.ts";
import { project, trainedModel, tuningJob, upload } from "#db/schema.ts";
import { parseKey, type StoredObject } from "#storage/keys.ts";
import { readCursor, writeCursor } from "../cron/cron-cursors.ts";
import type { ServiceDeps } from "../deps.ts";
import { isOneOf } from "../serving/routing-entries.ts";
import { dataFileTables } from "./data-files.ts";

type Deps = Pick<ServiceDeps, "db" | "store" | "clock">;

/** The longest time between writing an object and writing the row that names it. */
export const ORPHAN_AGE_MS = 5 * 60_000;
const OBJECTS_PER_PAGE = 500;
const CURSOR = "orphans";
const STORE_PREFIX = "projects/";

/** The deleted objects, for the log: keys contain no names of users. */
export interface SweepReport {
  readonly keys: readonly string[];
  readonly bytes: number;
  /** Unnamed objects that are too young to decide. */
  readonly young: number;
}

/** Checks the next page of the store. */
export async function sweepOrphans(deps: Deps): Promise<SweepReport> {
  const position = await readCursor(deps, CURSOR);
  const page = await deps.store.list({
    prefix: STORE_PREFIX,
    limit: OBJECTS_PER_PAGE,
    ...(position === null ? {} : { startAfter: position }),
  });
  const last = page.truncated ? page.objects.at(-1)?.key : undefined;
  await writeCursor(deps, CURSOR, last ?? null);
  return deleteOrphans(deps, page.objects);
}

/** Checks a whole project. */
export async function sweepProject(deps: Deps, prefix: string): Promise<SweepReport> {
  let report: SweepReport = { keys: [], bytes: 0, young: 0 };
  let startAfter: string | undefined;
  do {
    const page = await deps.store.list({
      prefix,
      limit: OBJECTS_PER_PAGE,
      ...(startAfter === undefined ? {} : { startAfter }),
    });
    const { keys, bytes, young } = await deleteOrphans(deps, page.objects);
    report = { keys: [...report.keys, ...keys], bytes: report.bytes + bytes, young: report.young + young };
    startAfter = page.truncated ? page.objects.at(-1)?.key : undefined;
  } while (startAfter !== undefined);
  return report;
}

async function deleteOrphans(deps: Deps, objects: readonly R2Object[]): Promise<SweepReport> {
  const orphans = await findOrphans(deps.db, objects);
  const isOld = ({ uploaded }: R2Object) => uploaded.getTime() <= deps.clock() - ORPHAN_AGE_MS;
  const old = orphans.filter(isOld);
  const keys = old.map(({ key }) => key);
  if (keys.length > 0) await deps.store.delete(keys);
  const bytes = old.reduce((sum, { size }) => sum + size, 0);
  return { keys, bytes, young: orphans.length - old.length };
}

type Known = StoredObject & { readonly projectId: number; readonly object: R2Object };

async function findOrphans(db: Database, objects: readonly R2Object[]): Promise<R2Object[]> {
  const known = objects.flatMap((object): Known[] => {
    const parsed = parseKey(object.key);
    return parsed === null ? [] : [{ ...parsed, object }];
  });
  if (known.length === 0) return [];
  const projectIds = [...new Set(known.map(({ projectId }) => projectId))];
  const [busy, named, open, existing] = await Promise.all([
    busyProjects(db, projectIds),
    namedKeys(db, projectIds, known),
    openRows(db, known),
    existingProjects(db, projectIds),
  ]);
  return known
    .filter(({ projectId, object, ...stored }) => {
      if (busy.has(projectId) || named.has(object.key)) return false;
      // No row names a segment, a snapshot of items or a merge: it belongs to its project.
      const { kind } = stored;
      if (kind === "events" || kind === "items" || kind === "merge") return !existing.has(projectId);
      return !("rowId" in stored && open.has(`${stored.kind}/${stored.rowId}`));
    })
    .map(({ object }) => object);
}

async function existingProjects(db: Database, projectIds: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await db.select({ id: project.id }).from(project).where(isOneOf(project.id, projectIds));
  return new Set(rows.map(({ id }) => id));
}

/** Projects with a running import or deletion. */
async function busyProjects(db: Database, projectIds: readonly number[]): Promise<ReadonlySet<number>> {
  const isOpen = and(eq(deletion.status, "RUNNING"), inArray(deletion.kind, ["PROJECT", "IMPORT"]));
  const orders = await db
    .select({ id: deletion.projectId })
    .from(deletion)
    .where(and(isOpen, isOneOf(deletion.projectId, projectIds)));
  return new Set(orders.flatMap(({ id }) => (id === null ? [] : [id])));
}

/** Those of these objects' keys that a row names. */
async function namedKeys(
  db: Database,
  projectIds: readonly number[],
  known: readonly Known[],
): Promise<ReadonlySet<string>> {
  const keys = known.map(({ object }) => object.key);
  const find = (table: Keyed, column: SQLiteColumn) =>
    db
      .select({ key: sql<string>`${column}` })
      .from(table)
      .where(and(isOneOf(table.projectId, projectIds), isOneOf(column, keys)));
  const found = await Promise.all([
    find(trainedModel, trainedModel.artifactKey),
    find(upload, upload.r2Key),
    ...Object.values(dataFileTables).flatMap((table) => [
      find(table, table.fileKey),
      find(table, table.artifactKey),
    ]),
  ]);
  return new Set(found.flat().map(({ key }) => key));
}

type Keyed = typeof trainedModel | typeof upload | FileTable;

/** Rows whose work has not ended, as `kind/id`. */
async function openRows(db: Database, known: readonly Known[]): Promise<ReadonlySet<string>> {
  const idsOf = (kind: Known["kind"]) =>
    known.flatMap((stored) => (stored.kind === kind && "rowId" in stored ? [stored.rowId] : []));
  const unfinished: readonly (readonly [Known["kind"], typeof trainedModel | FileTable, SQL])[] = [
    ["trained_model", trainedModel, inArray(trainedModel.status, ["PENDING", "TRAINING"])],
    ...Object.entries(dataFileTables).map(
      ([kind, table]) =>
        [kind as Known["kind"], table, inArray(table.status, ["PENDING", "INGESTING"])] as const,
    ),
  ];
  const found = await Promise.all([
    ...unfinished.map(([kind, table, isOpen]) => openIds(db, kind, { table, ids: idsOf(kind), isOpen })),
    openIds(db, "tuning_job", {
      table: tuningJob,
      ids: idsOf("tuning_job"),
      isOpen: inArray(tuningJob.status, [...OPEN_JOB_STATUSES]),
    }),
    openIds(db, "deletion_item", {
      table: deletionItem,
      ids: idsOf("deletion_item"),
      isOpen: eq(deletionItem.state, "OPEN"),
    }),
    // Models are compared by it however old it is.
    openIds(db, "measurement", { table: tuningJob, ids: idsOf("measurement"), isOpen: sql`true` }),
    // A report reads a tally again however old it is.
    openIds(db, "experiment", { table: experiment, ids: idsOf("experiment"), isOpen: sql`true` }),
    openIds(db, "ab_test", { table: abTest, ids: idsOf("ab_test"), isOpen: sql`true` }),
  ]);
  return new Set(found.flat());
}

type FileTable = (typeof dataFileTables)[keyof typeof dataFileTables];

interface Rows {
  readonly table:
    | typeof trainedModel
    | FileTable
    | typeof deletionItem
    | typeof tuningJob
    | typeof experiment
    | typeof abTest;
  readonly ids: readonly number[];
  readonly isOpen: SQL;
}

async function openIds(db: Database, kind: string, { table, ids, isOpen }: Rows): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({ id: sql<number>`${table.id}` })
    .from(table)
    .where(and(isOneOf(table.id as SQLiteColumn, ids), isOpen));
  return rows.map(({ id }) => `${kind}/${id}`);
}
