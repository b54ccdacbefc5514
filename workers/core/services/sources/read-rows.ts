/** One page of a stream: rows of the database become events, items or users of the project. */
import type { DescribedTable, InteractionTable, RejectedSourceRow } from "#contract/postgres-source.ts";
import type { ReadUpTo } from "#db/source-schema.ts";
import type { ReadOnlyDatabase } from "#platform/postgres.ts";
import type { DescribedRow, Intake, Taken } from "../intake.ts";
import {
  describedByKey,
  describedPage,
  eventsPage,
  listPage,
  listValues,
  type PageStart,
  type Statement,
} from "./statements.ts";
import type { Described, Stream } from "./streams.ts";
import { columnsOf, type TableColumns } from "./table-columns.ts";

export interface PageDeps {
  readonly database: ReadOnlyDatabase;
  readonly intake: Intake;
  readonly projectId: number;
}

/** What a page brought. */
export interface PageRead {
  /** The last row; null if the page is empty. */
  readonly last: ReadUpTo | null;
  /** Whether an earlier reading had the last row, and with it all of the page. */
  readonly isAgain: boolean;
  readonly rows: number;
  readonly about: "events" | Described;
  readonly added: number;
  /** Read before. */
  readonly repeated: number;
  readonly rejected: readonly RejectedSourceRow[];
}

type Row = Readonly<Record<string, unknown>>;

/** Rows of one call of the serving Worker. */
const ROWS_PER_CALL = 1_000;

/** Reads a page and hands it over. Throws `DatabaseProblem`, and whatever the serving Worker could not store. */
export async function readPage(deps: PageDeps, stream: Stream, start: PageStart): Promise<PageRead> {
  const source = stream.kind === "list" ? stream.list.table : stream.table.table;
  const columns = await requireColumns(deps.database, source);
  switch (stream.kind) {
    case "events": {
      const rows = await readAll(deps.database, eventsPage(stream.table, columns, start));
      const events = rows.map((row) => eventOf(stream.table, row));
      return {
        ...(await handOver(source, rows, events, (part) => deps.intake.events(deps.projectId, part))),
        about: "events",
      };
    }
    case "list": {
      const rows = await readAll(deps.database, listPage(stream.list, columns, start));
      const owners = [
        ...new Set(rows.map(({ owner }) => owner).filter((owner) => owner !== null)),
      ] as string[];
      const described = await describedRows(deps, stream.table, owners);
      const parts = { rows: described.map(({ id }) => ({ key: id })), described };
      const taken = await handOverDescribed(deps, stream.about, stream.table, parts);
      return { ...taken, ...endOf(rows) };
    }
    default: {
      const rows = await readAll(deps.database, describedPage(stream.table, columns, start));
      const described = await withLists(deps, stream.table, rows);
      return handOverDescribed(deps, stream.kind, stream.table, { rows, described });
    }
  }
}

async function requireColumns(database: ReadOnlyDatabase, table: string): Promise<TableColumns> {
  // A table that is gone: the statement then fails and says so.
  return (await columnsOf(database, table)) ?? new Map();
}

function readAll(database: ReadOnlyDatabase, { text, values }: Statement): Promise<readonly Row[]> {
  return database.read(text, values);
}

function eventOf({ table, event_type }: InteractionTable, { key, user_id, item_id, time, value, type }: Row) {
  return {
    type: event_type ?? type,
    ...{ user_id, item_id },
    ...(value !== null && { value }),
    ...(time !== null && { time: timeText(time as number) }),
    event_id: `${table}/${String(key)}`,
  };
}

/** A text that is no date, such as "-Infinity", stays text. The reader then refuses this row by name and reads the next ones. */
function timeText(time: number): string {
  return Number.isNaN(new Date(time).getTime()) ? String(time) : new Date(time).toISOString();
}

async function describedRows(deps: PageDeps, table: DescribedTable, keys: readonly string[]) {
  if (keys.length === 0) return [];
  const columns = await requireColumns(deps.database, table.table);
  return withLists(deps, table, await readAll(deps.database, describedByKey(table, columns, keys)));
}

/** Rows with their properties, those of lists included. */
async function withLists(
  { database }: PageDeps,
  table: DescribedTable,
  rows: readonly Row[],
): Promise<DescribedRow[]> {
  const keys = rows.map(({ key }) => String(key));
  const lists = new Map<string, Map<string, string[]>>();
  for (const list of keys.length > 0 ? table.lists : []) {
    const values = new Map<string, string[]>();
    for (const { owner, value } of await readAll(database, listValues(list, keys))) {
      values.set(String(owner), [...(values.get(String(owner)) ?? []), String(value)]);
    }
    lists.set(list.name, values);
  }
  return rows.map((row) => {
    const id = String(row.key);
    const own = table.properties.map(({ name, column }, at) => [name ?? column, row[`p${at}`] ?? null]);
    const listed = [...lists].map(([name, values]) => [name, values.get(id) ?? []]);
    return { id, properties: Object.fromEntries([...own, ...listed].filter(([, value]) => value !== null)) };
  });
}

/** @param rows The rows that `described` was made of, or its ids. */
async function handOverDescribed(
  { intake, projectId }: PageDeps,
  about: Described,
  { table }: DescribedTable,
  { rows, described }: { readonly rows: readonly Row[]; readonly described: readonly DescribedRow[] },
): Promise<PageRead> {
  const taken = await handOver(table, rows, described, (part) => intake[about](projectId, part));
  return { ...taken, about };
}

/** Sends what was made of rows, some at a time. */
async function handOver<T>(
  table: string,
  rows: readonly Row[],
  made: readonly T[],
  send: (part: readonly T[]) => Promise<Taken>,
): Promise<Omit<PageRead, "about">> {
  let accepted = 0;
  const rejected: RejectedSourceRow[] = [];
  for (let from = 0; from < made.length; from += ROWS_PER_CALL) {
    const taken = await send(made.slice(from, from + ROWS_PER_CALL));
    accepted += taken.accepted;
    for (const { position, reason } of taken.refused) {
      const row = rows[from + position];
      if (row?.again !== true) rejected.push({ table, key: String(row?.key), reason });
    }
  }
  const again = rows.filter((row) => row.again === true).length;
  // Rows of a page that a killed Worker had stored are known there, and new here.
  const added = Math.max(accepted, rows.length - again - rejected.length);
  return {
    ...endOf(rows),
    added,
    repeated: rows.length - rejected.length - added,
    rejected,
  };
}

function endOf(rows: readonly Row[]): Pick<PageRead, "last" | "isAgain" | "rows"> {
  const last = rows.at(-1);
  return {
    last: last && "cursor" in last ? { cursor: String(last.cursor), key: String(last.key) } : null,
    isAgain: last?.again === true,
    rows: rows.length,
  };
}
