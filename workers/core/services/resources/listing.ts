/** Code that all listed resources share: visibility, filters, pages. Data describe a resource; see the other files of this folder. */
import { and, count, eq, gt, inArray, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { decimalOf } from "#contract/query-number.ts";
import type { Database } from "#db/database.ts";
import { AppError, fieldError, notFound } from "../app-error.ts";
import { findByRole } from "../by-role.ts";
import { seesEverything, type Viewer } from "../viewer.ts";

export type ResourceTable = SQLiteTable & { readonly id: SQLiteColumn };

/** How one query parameter narrows a list. */
export type Filter =
  | { readonly kind: "number" | "above" | "text" | "flag" | "isNull"; readonly column: SQLiteColumn }
  | { readonly kind: "choice"; readonly column: SQLiteColumn; readonly choices: readonly string[] }
  | { readonly kind: "reference"; readonly column: SQLiteColumn; readonly to: ResourceTable };

export interface Resource<T extends ResourceTable> {
  /** The name in "No … matches the given query." */
  readonly model: string;
  /** The first part of its addresses. */
  readonly path: string;
  /** What descriptions call it: "a project". */
  readonly one: string;
  /** "projects" */
  readonly many: string;
  readonly table: T;
  readonly visibleTo: (viewer: Viewer) => SQL | undefined;
  /** If present: the few rows that even a caller who sees everything does not see. */
  readonly hidden?: SQL;
  readonly filters: Readonly<Record<string, Filter>>;
  readonly order: readonly SQL[];
  /** Columns in which `search` looks for a text, upper or lower case. Without them `search` is ignored. */
  readonly searched?: readonly SQLiteColumn[];
  /** The names for `ordering`; a minus before the name reverses the order. */
  readonly sortedBy?: Readonly<Record<string, SQLiteColumn>>;
}

export type RowOf<R> = R extends Resource<infer T> ? T["$inferSelect"] : never;

export interface PageRequest {
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

/** The row, or null if it does not exist or the caller may not see it. */
export async function findRow<T extends ResourceTable>(
  db: Database,
  resource: Resource<T>,
  viewer: Viewer,
  id: number,
): Promise<T["$inferSelect"] | null> {
  const rows = await db
    .select()
    .from(resource.table as ResourceTable)
    .where(and(eq(resource.table.id, id), resource.visibleTo(viewer)))
    .limit(1);
  return (rows[0] as T["$inferSelect"] | undefined) ?? null;
}

/** As `findRow`; 404 for none, and 403 if only the caller's role in the project is too low. */
export async function getRow<T extends ResourceTable>(
  db: Database,
  resource: Resource<T>,
  viewer: Viewer,
  id: number,
): Promise<T["$inferSelect"]> {
  const row = await findByRole(viewer, (as) => findRow(db, resource, as, id));
  if (row === null) throw notFound(resource.model);
  return row;
}

/** One page of the caller's rows that pass the filters, and how many rows pass in all. */
export async function listRows<T extends ResourceTable>(
  db: Database,
  resource: Resource<T>,
  viewer: Viewer,
  query: Readonly<Record<string, string>>,
  page: PageRequest | null,
): Promise<{ rows: T["$inferSelect"][]; count: number }> {
  const conditions = [resource.visibleTo(viewer)];
  for (const [name, filter] of Object.entries(resource.filters)) {
    const value = query[name];
    if (value !== undefined && value !== "") conditions.push(await narrow(db, viewer, name, filter, value));
  }
  if (resource.searched && query.search) conditions.push(textIn(resource.searched, query.search));
  const order = orderOf(resource, query.ordering);
  const where = and(...conditions);
  const table = resource.table as ResourceTable;
  if (page === null) {
    const all = await db
      .select()
      .from(table)
      .where(where)
      .orderBy(...order);
    return { rows: all as T["$inferSelect"][], count: all.length };
  }
  // Reads only the page's rows: an index sorts the rows before them.
  const ids = db
    .select({ id: table.id })
    .from(table)
    .where(where)
    .orderBy(...order)
    .limit(page.pageSize)
    .offset((page.page - 1) * page.pageSize);
  const isUnfiltered = conditions.length === 1 && seesEverything(viewer);
  const [[total], [hidden], shown] = await db.batch([
    countRows(db, table, isUnfiltered && resource.hidden ? undefined : where),
    countRows(db, table, isUnfiltered && resource.hidden ? resource.hidden : sql`false`),
    db
      .select()
      .from(table)
      .where(inArray(table.id, ids))
      .orderBy(...order),
  ]);
  const all = (total?.count ?? 0) - (hidden?.count ?? 0);
  if (page.page > 1 && (page.page - 1) * page.pageSize >= all)
    throw new AppError("not_found", "Invalid page.");
  return { rows: shown as T["$inferSelect"][], count: all };
}

/** No LIKE: D1 takes no pattern of more than 50 bytes. Letters of the ASCII are alike in upper and lower case, as in LIKE. */
function textIn(columns: readonly SQLiteColumn[], text: string): SQL | undefined {
  return or(...columns.map((column) => sql`instr(lower(${column}), lower(${text})) > 0`));
}

/** Rows of equal values keep the resource's own order. */
function orderOf<T extends ResourceTable>(
  resource: Resource<T>,
  ordering: string | undefined,
): readonly SQL[] {
  const { sortedBy = {}, order } = resource;
  if (!ordering || Object.keys(sortedBy).length === 0) return order;
  const name = ordering.replace(/^-/, "");
  const column = Object.hasOwn(sortedBy, name) ? sortedBy[name] : undefined;
  if (!column) {
    throw fieldError("ordering", `Rows are ordered by ${Object.keys(sortedBy).join(", ")}, not by ${name}.`);
  }
  const isText = column.dataType === "string";
  const value = isText ? sql`${column} collate nocase` : sql`${column}`;
  return [ordering.startsWith("-") ? sql`${value} desc` : value, ...order];
}

/** SQLite counts a whole table by its pages, which is many times faster than checking for each row whether it is hidden. */
function countRows(db: Database, table: ResourceTable, where: SQL | undefined) {
  return db.select({ count: count() }).from(table).where(where);
}

/** The condition of one filter. An invalid flag is ignored, as in Recotem; any other invalid value is refused. */
async function narrow(
  db: Database,
  viewer: Viewer,
  name: string,
  filter: Filter,
  value: string,
): Promise<SQL | undefined> {
  switch (filter.kind) {
    case "number":
      return eq(filter.column, filterNumber(name, value));
    case "above":
      return gt(filter.column, filterNumber(name, value));
    case "text":
      return eq(filter.column, value);
    case "flag": {
      const flag = flagOf(value);
      return flag === null ? undefined : eq(filter.column, flag);
    }
    case "isNull": {
      const flag = flagOf(value);
      if (flag === null) return undefined;
      return flag ? isNull(filter.column) : isNotNull(filter.column);
    }
    case "choice":
      if (filter.choices.includes(value)) return eq(filter.column, value);
      throw fieldError(name, `Select a valid choice. ${value} is not one of the available choices.`);
    case "reference":
      return eq(filter.column, await filterReference(db, viewer, name, filter.to, value));
  }
}

function filterNumber(name: string, value: string): number {
  const number = decimalOf(value);
  if (number === null) throw fieldError(name, "Enter a number.");
  return number;
}

function flagOf(value: string): boolean | null {
  const word = value.toLowerCase();
  if (word === "true" || word === "1") return true;
  return word === "false" || word === "0" ? false : null;
}

const NO_SUCH_CHOICE = "Select a valid choice. That choice is not one of the available choices.";

/**
 * An id to filter by. Only callers who see everything learn that a row does not exist. All others get the same answer for an
 * unknown row and another account's, so that ids cannot be probed.
 */
async function filterReference(
  db: Database,
  viewer: Viewer,
  name: string,
  to: ResourceTable,
  value: string,
): Promise<number> {
  if (!/^\d{1,15}$/.test(value)) throw fieldError(name, NO_SUCH_CHOICE);
  const id = Number(value);
  if (seesEverything(viewer)) {
    const rows = await db.select({ one: sql`1` }).from(to).where(eq(to.id, id)).limit(1);
    if (rows.length === 0) throw fieldError(name, NO_SUCH_CHOICE);
  }
  return id;
}
