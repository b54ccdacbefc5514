/** The statements that read a source. Names are quoted and values are parameters, so that no name or value is read as SQL. */
import type {
  DescribedTable,
  InteractionTable,
  ListProperty,
  SourceProperty,
} from "#contract/postgres-source.ts";
import type { ReadUpTo } from "#db/source-schema.ts";
import { quoted, quotedTable, type TableColumn, type TableColumns } from "./table-columns.ts";

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface PageStart {
  /** Where the last reading ended; null before the first. */
  readonly known: ReadUpTo | null;
  /** The last row of the page before this one; null for the first page of a reading. */
  readonly after: ReadUpTo | null;
  readonly limit: number;
}

/**
 * A transaction that began earlier can end later than others, so its rows can come before rows that were read. Each reading begins this
 * much before the end of the last one; rows that come twice count once.
 */
const OVERLAP = { time: "interval '30 seconds'", number: "1000" } as const;

/**
 * Rows that are more than this in the future wait for their time, and those at "infinity" or "NaN" are never read. The place of a reading
 * would come to lie after all rows that an application still writes.
 */
const LEAD = "interval '1 day'";

/** Rows of events: key, cursor, again (whether an earlier reading had it), user_id, item_id, time in epoch milliseconds, value, type. */
export function eventsPage(table: InteractionTable, columns: TableColumns, start: PageStart): Statement {
  const { time_column, value_column, event_type_column, cursor_column } = table;
  const timed = time_column ?? (columns.get(cursor_column)?.kind === "time" ? cursor_column : null);
  const selected = [
    `${quoted(table.user_column)}::text as user_id`,
    `${quoted(table.item_column)}::text as item_id`,
    `${timed == null ? "null" : epochMs(quoted(timed), columns.get(timed))} as time`,
    `${value_column == null ? "null" : `${quoted(value_column)}::float8`} as value`,
    `${event_type_column == null ? "null" : `${quoted(event_type_column)}::text`} as type`,
  ];
  return page(table, selected, columns, start);
}

/** Rows of items or users: key, cursor, again, and p0, p1, … for the properties. */
export function describedPage(table: DescribedTable, columns: TableColumns, start: PageStart): Statement {
  return page(table, propertiesOf(table.properties, columns), columns, start);
}

/** Rows of a list: key, cursor, again and owner. */
export function listPage(list: ListProperty, columns: TableColumns, start: PageStart): Statement {
  return page(list, [`${quoted(list.owner_column)}::text as owner`], columns, start);
}

/** The rows of some items or users, as `describedPage` without a cursor. */
export function describedByKey(
  table: DescribedTable,
  columns: TableColumns,
  keys: readonly string[],
): Statement {
  const key = quoted(table.key_column);
  const selected = [`${key}::text as key`, ...propertiesOf(table.properties, columns)].join(", ");
  return {
    text: `select ${selected} from ${quotedTable(table.table)} where ${key}::text = any(${textsOf(1)})`,
    values: [JSON.stringify(keys)],
  };
}

/** The values of a list for some owners: owner and value. */
export function listValues(list: ListProperty, keys: readonly string[]): Statement {
  const owner = quoted(list.owner_column);
  const where = list.where_column == null ? "" : ` and ${quoted(list.where_column)} is true`;
  return {
    text:
      `select ${owner}::text as owner, ${quoted(list.value_column)}::text as value from ${quotedTable(list.table)} ` +
      `where ${owner}::text = any(${textsOf(1)}) and ${quoted(list.value_column)} is not null${where} order by 1, 2`,
    values: [JSON.stringify(keys)],
  };
}

/** A parameter that is a JSON list of texts, as a list of PostgreSQL. */
function textsOf(parameter: number): string {
  return `array(select json_array_elements_text($${parameter}::text::json))`;
}

interface Cursored {
  readonly table: string;
  readonly key_column: string;
  readonly cursor_column: string;
}

function page(
  { table, key_column, cursor_column }: Cursored,
  selected: readonly string[],
  columns: TableColumns,
  { known, after, limit }: PageStart,
): Statement {
  const [key, cursor] = [quoted(key_column), quoted(cursor_column)];
  const cursorColumn = columns.get(cursor_column);
  const isTime = cursorColumn?.kind === "time";
  const values: string[] = [];
  /** The place of a row, as a cursor and a key. */
  const place = (row: ReadUpTo) => {
    const at = values.push(row.cursor, row.key);
    return [
      `$${at - 1}::text::${cursorColumn?.type}`,
      `$${at}::text::${columns.get(key_column)?.type}`,
    ] as const;
  };
  const isAfter = (row: ReadUpTo) => `(${cursor}, ${key}) > (${place(row).join(", ")})`;
  const isAgain = known === null ? "false" : `not (${isAfter(known)})`;
  const overlap = OVERLAP[isTime ? "time" : "number"];
  const where =
    after !== null
      ? isAfter(after)
      : known === null
        ? `${cursor} is not null`
        : `${cursor} >= $1::text::${cursorColumn?.type} - ${overlap}`;
  const isOver = isTime ? `${cursor} <= now() + ${LEAD}` : `${cursor}::float8 < 'infinity'`;
  const list = [`${key}::text as key`, `${cursor}::text as cursor`, `${isAgain} as again`, ...selected];
  return {
    text: `select ${list.join(", ")} from ${quotedTable(table)} where ${where} and ${isOver} order by ${cursor}, ${key} limit ${limit}`,
    values,
  };
}

function propertiesOf(properties: readonly SourceProperty[], columns: TableColumns): string[] {
  return properties.map((property, at) => `${jsonValue(property, columns.get(property.column))} as p${at}`);
}

/** A value as JSON has it: numbers, times as ISO 8601 in UTC, lists and objects; all others as text. */
function jsonValue({ column, path }: SourceProperty, found: TableColumn | undefined): string {
  const name = quoted(column);
  switch (found?.kind) {
    case "json":
      return path == null || path.length === 0 ? `${name}::jsonb` : `${name}::jsonb #> ${pathOf(path)}`;
    case "number":
      return `${name}::float8`;
    case "boolean":
      return name;
    case "list":
      return `to_jsonb(${name})`;
    case "time":
      return `to_char(${name}::timestamptz at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    default:
      return `${name}::text`;
  }
}

/** A path into JSON as a literal: a list of PostgreSQL in quotes. */
function pathOf(path: readonly string[]): string {
  const parts = path.map((name) => `'${name.replaceAll("'", "''")}'`);
  return `array[${parts.join(", ")}]::text[]`;
}

function epochMs(name: string, column: TableColumn | undefined): string {
  return column?.kind === "number"
    ? `${name}::float8`
    : `(extract(epoch from ${name}::timestamptz) * 1000)::float8`;
}
