/** The content of D1 and R2 of a stopped local stack, read from its files. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const D1_FILES = "v3/d1/miniflare-D1DatabaseObject";
const R2_FILES = "v3/r2/miniflare-R2BucketObject";
/** A stack that has just been stopped may still hold a file for a moment. */
const LOCK_TIMEOUT_MS = 15_000;

function query<Row>(dir: string, table: string, sql: string, ...values: (string | number)[]): Row[] {
  const names = readdirSync(dir).filter((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
  return names.flatMap((name) => {
    const database = new DatabaseSync(join(dir, name), { readOnly: true, timeout: LOCK_TIMEOUT_MS });
    try {
      const known = database.prepare("SELECT 1 FROM sqlite_master WHERE name = ?").get(table);
      return known ? (database.prepare(sql).all(...values) as Row[]) : [];
    } finally {
      database.close();
    }
  });
}

/** Rows of a table of D1. */
export function rowsOf<Row>(stateDir: string, table: string, where: string, ...values: number[]): Row[] {
  return query(join(stateDir, D1_FILES), table, `SELECT * FROM ${table} WHERE ${where}`, ...values);
}

/** Tables of D1 with rows of a project, and their number. */
export function tablesWithProject(stateDir: string, projectId: number): Record<string, number> {
  const dir = join(stateDir, D1_FILES);
  const tables = query<{ name: string }>(
    dir,
    "project",
    "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'project_id'",
  );
  const counted = tables.map(({ name }): [string, number] => [
    name,
    rowsOf(stateDir, name, "project_id = ?", projectId).length,
  ]);
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}

/** Keys of R2 that begin with a prefix. */
export function objectKeys(stateDir: string, prefix: string): string[] {
  const dir = join(stateDir, R2_FILES);
  const rows = query<{ key: string }>(
    dir,
    "_mf_objects",
    "SELECT key FROM _mf_objects WHERE substr(key, 1, ?) = ?",
    prefix.length,
    prefix,
  );
  return rows.map(({ key }) => key);
}
