/** The columns of a table, as the database's own catalogue describes them. */
import type { ReadOnlyDatabase } from "#platform/postgres.ts";

export interface TableColumn {
  readonly name: string;
  /** As PostgreSQL writes it: `timestamp with time zone`, `uuid`. It can be used in a cast. */
  readonly type: string;
  readonly kind: "time" | "number" | "boolean" | "json" | "list" | "text";
  /** Whether no two rows have the same value. */
  readonly isUnique: boolean;
}

export type TableColumns = ReadonlyMap<string, TableColumn>;

const STATEMENT = `
select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, t.typcategory as category, t.typname as base,
  exists (select 1 from pg_index i where i.indrelid = a.attrelid and i.indisunique and i.indpred is null
    and i.indnkeyatts = 1 and i.indkey[0] = a.attnum) as is_unique
from pg_attribute a join pg_type t on t.oid = a.atttypid
where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped`;

/** Null if there is no such table. Throws `DatabaseProblem`. */
export async function columnsOf(database: ReadOnlyDatabase, table: string): Promise<TableColumns | null> {
  const rows = await database.read(STATEMENT, [quotedTable(table)]);
  if (rows.length === 0) return null;
  return new Map(rows.map((row) => [String(row.name), columnOf(row)]));
}

function columnOf(row: Readonly<Record<string, unknown>>): TableColumn {
  const base = String(row.base);
  const category = String(row.category);
  return {
    name: String(row.name),
    type: String(row.type),
    kind: base === "json" || base === "jsonb" ? "json" : (KINDS[category] ?? "text"),
    isUnique: row.is_unique === true,
  };
}

/** By the categories of `pg_type`. */
const KINDS: Readonly<Record<string, TableColumn["kind"]>> = {
  D: "time",
  N: "number",
  B: "boolean",
  A: "list",
};

/** `schema.table` in quotes, each part for itself, so that a name is never read as anything else. */
export function quotedTable(table: string): string {
  return table.split(".").map(quoted).join(".");
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
