import { getTableColumns, is, SQL, sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "./database.ts";

/**
 * Inserts a row if a condition holds at that moment, in one statement. Of several at the same time, each sees the rows of those
 * before it. Returns the row, or none. A value may be an expression.
 */
export function insertWhere<T extends SQLiteTable>(
  db: Database,
  table: T,
  values: { readonly [Name in keyof T["$inferInsert"]]: T["$inferInsert"][Name] | SQL },
  condition: SQL | undefined,
) {
  const given = values as Readonly<Record<string, unknown>>;
  const cells = Object.entries(getTableColumns(table)).map(([key, column]) => {
    const value = given[key] ?? column.default ?? null;
    if (is(value, SQL)) return sql`${value}`;
    return sql`${value === null ? null : column.mapToDriverValue(value)}`;
  });
  return db
    .insert(table)
    .select(sql`select ${sql.join(cells, sql`, `)} where ${condition ?? sql`true`}`)
    .returning();
}
