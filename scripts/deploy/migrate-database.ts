/**
 * Applies `migrations/` to the deployment's database, each file and its entry in `d1_migrations` as one transaction. `wrangler d1
 * migrations` keeps the same table, so either may go on where the other stopped.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { ROOT } from "../build/root.ts";
import { ApiRefusal, type CloudflareApi } from "./cloudflare-api.ts";
import { DeployProblem } from "./deploy-problem.ts";

const TABLE = "d1_migrations";
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS ${TABLE}(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,
  applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
);`;
/** What D1 and SQLite keep for themselves. */
const INTERNAL = /^(sqlite_|_cf_)/;

export interface Migration {
  /** The file's name. */
  readonly name: string;
  readonly sql: string;
}

export function readMigrations(folder = join(ROOT, "migrations")): Migration[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".sql"));
  return names.sort().map((name) => ({ name, sql: readFileSync(join(folder, name), "utf8") }));
}

/**
 * Applies what is missing, in order. Safe to repeat, and beside another run.
 *
 * @returns How many were applied. Throws `DeployProblem` for a database of something else, and for a migration that does not fit.
 */
export async function migrateDatabase(
  api: CloudflareApi,
  databaseId: string,
  migrations: readonly Migration[],
): Promise<number> {
  const applied = await appliedMigrations(api, databaseId);
  const missing = migrations.filter(({ name }) => !applied?.has(name));
  if (missing.length === 0) return 0;
  if (applied === null) await query(api, databaseId, CREATE_TABLE);
  for (const migration of missing) await apply(api, databaseId, migration);
  return missing.length;
}

async function apply(api: CloudflareApi, databaseId: string, { name, sql }: Migration): Promise<void> {
  try {
    await query(
      api,
      databaseId,
      `${sql}\nINSERT INTO ${TABLE} (name) VALUES ('${name.replaceAll("'", "''")}');`,
    );
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status >= 500) throw error;
    // Another run was quicker, or the answer to an earlier try was lost.
    if ((await appliedMigrations(api, databaseId))?.has(name)) return;
    throw new DeployProblem(
      `The migration ${name} does not fit the database, which stays as it was before it. The Workers were not changed.\n${error.message}`,
    );
  }
}

/** Names of the migrations that the database has; null when it is empty. Throws `DeployProblem` when it is no database of ours. */
export async function appliedMigrations(
  api: CloudflareApi,
  databaseId: string,
): Promise<ReadonlySet<string> | null> {
  const tables = await query(api, databaseId, "SELECT name FROM sqlite_master WHERE type = 'table';");
  const names = tables.filter((name) => !INTERNAL.test(name));
  if (names.includes(TABLE)) return new Set(await query(api, databaseId, `SELECT name FROM ${TABLE};`));
  if (names.length === 0) return null;
  throw new DeployProblem(
    `The database ${databaseId} holds the tables of something else (${names.slice(0, 3).join(", ")}). ` +
      "Give the deployment's database another name in wrangler.toml.",
  );
}

const rows = z.array(z.object({ results: z.array(z.object({ name: z.string() })).nullish() }).loose());

/** The column `name` of the last statement's rows. */
async function query(api: CloudflareApi, databaseId: string, sql: string): Promise<string[]> {
  const path = `/d1/database/${databaseId}/query`;
  const answers = await api.call({ method: "POST", path, body: { sql }, result: rows });
  return (answers.at(-1)?.results ?? []).map(({ name }) => name);
}
