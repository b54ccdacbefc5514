/** Checks a mapping against the tables of a database. */
import type {
  DescribedTable,
  InteractionTable,
  ListProperty,
  SourceMapping,
} from "#contract/postgres-source.ts";
import type { ReadOnlyDatabase } from "#platform/postgres.ts";
import { columnsOf, type TableColumn, type TableColumns } from "./table-columns.ts";

/** A field of the mapping, and what is wrong with it. */
export interface MappingProblem {
  readonly field: "interactions" | "items" | "users";
  readonly message: string;
}

/** Null if every table and column is there and fits. Throws `DatabaseProblem`. */
export async function mappingProblem(
  database: ReadOnlyDatabase,
  { interactions, items, users }: SourceMapping,
): Promise<MappingProblem | null> {
  for (const table of interactions) {
    const message = await interactionProblem(database, table);
    if (message !== null) return { field: "interactions", message };
  }
  for (const [field, table] of [
    ["items", items],
    ["users", users],
  ] as const) {
    const message = table === null ? null : await describedProblem(database, table);
    if (message !== null) return { field, message };
  }
  return null;
}

async function interactionProblem(
  database: ReadOnlyDatabase,
  table: InteractionTable,
): Promise<string | null> {
  const columns = await columnsOf(database, table.table);
  if (columns === null) return noTable(table.table);
  if ((table.event_type == null) === (table.event_type_column == null)) {
    return `The table "${table.table}" needs either event_type or event_type_column.`;
  }
  const { user_column, item_column, time_column, value_column, event_type_column } = table;
  return (
    cursoredProblem(table, columns) ??
    missingColumn(table.table, columns, [
      user_column,
      item_column,
      time_column,
      value_column,
      event_type_column,
    ]) ??
    kindProblem(table.table, columns, time_column, ["time", "number"]) ??
    kindProblem(table.table, columns, value_column, ["number"])
  );
}

async function describedProblem(database: ReadOnlyDatabase, table: DescribedTable): Promise<string | null> {
  const columns = await columnsOf(database, table.table);
  if (columns === null) return noTable(table.table);
  const named = table.properties.map(({ column }) => column);
  const problem =
    cursoredProblem(table, columns) ??
    missingColumn(table.table, columns, named) ??
    repeatedName([
      ...table.properties.map(({ name, column }) => name ?? column),
      ...table.lists.map(({ name }) => name),
    ]);
  if (problem !== null) return problem;
  for (const list of table.lists) {
    const wrong = await listProblem(database, list);
    if (wrong !== null) return wrong;
  }
  return null;
}

async function listProblem(database: ReadOnlyDatabase, list: ListProperty): Promise<string | null> {
  const columns = await columnsOf(database, list.table);
  if (columns === null) return noTable(list.table);
  return (
    cursoredProblem(list, columns) ??
    missingColumn(list.table, columns, [list.owner_column, list.value_column, list.where_column]) ??
    kindProblem(list.table, columns, list.where_column, ["boolean"])
  );
}

interface Cursored {
  readonly table: string;
  readonly key_column: string;
  readonly cursor_column: string;
}

function cursoredProblem(
  { table, key_column, cursor_column }: Cursored,
  columns: TableColumns,
): string | null {
  const missing = missingColumn(table, columns, [key_column, cursor_column]);
  if (missing !== null) return missing;
  if (columns.get(key_column)?.isUnique !== true) {
    return `"${key_column}" of the table "${table}" has no unique index: two rows could have the same key.`;
  }
  return kindProblem(table, columns, cursor_column, ["time", "number"]);
}

function noTable(table: string): string {
  return `The database has no table "${table}".`;
}

function missingColumn(
  table: string,
  columns: TableColumns,
  names: readonly (string | null | undefined)[],
): string | null {
  const missing = names.find((name) => name != null && !columns.has(name));
  if (missing == null) return null;
  return `The table "${table}" has no column "${missing}". It has: ${[...columns.keys()].join(", ")}.`;
}

function kindProblem(
  table: string,
  columns: TableColumns,
  name: string | null | undefined,
  kinds: readonly TableColumn["kind"][],
): string | null {
  const column = name == null ? undefined : columns.get(name);
  if (!column || kinds.includes(column.kind)) return null;
  return `"${column.name}" of the table "${table}" is ${column.type}; a ${kinds.join(" or ")} is needed.`;
}

function repeatedName(names: readonly string[]): string | null {
  const repeated = names.find((name, at) => names.indexOf(name) < at);
  return repeated === undefined ? null : `Two properties have the name "${repeated}".`;
}
