/**
 * One runtime serves many test files. Each file begins with the tables of all migrations, without rows, objects or entries.
 *
 * Ids of rows go on from file to file. Ids name Durable Objects and keys, and `reset` was seen to leave some of a file before:
 * no file meets them, because its projects have other ids.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";

/** More rows than a file makes in any table. */
const IDS_PER_FILE = 100_000;

/** What outlives a file: vitest evaluates this module again before each. */
const runtime = globalThis as { files?: number; schema?: readonly SchemaRow[] };

/** A table or an index in `sqlite_master`. */
interface SchemaRow {
  readonly name: string;
  readonly type: string;
  readonly sql: string;
}

await reset();
// Entries of the file before were once still there after the reset.
await Promise.all([emptyStore(env.STORE), emptyRouting(env.ROUTING)]);
await makeTables(env.DB);
runtime.files = (runtime.files ?? 0) + 1;

async function emptyStore(store: R2Bucket): Promise<void> {
  for (;;) {
    const { objects } = await store.list();
    if (objects.length === 0) return;
    await store.delete(objects.map(({ key }) => key));
  }
}

async function emptyRouting(routing: KVNamespace): Promise<void> {
  for (;;) {
    const { keys } = await routing.list();
    if (keys.length === 0) return;
    await Promise.all(keys.map(({ name }) => routing.delete(name)));
  }
}

/** The first file applies the migrations. The others make the resulting schema in one call, where the reset deleted it. */
async function makeTables(database: D1Database): Promise<void> {
  if (runtime.schema === undefined) {
    await applyD1Migrations(database, env.MIGRATIONS);
    runtime.schema = await schemaOf(database);
  } else if ((await schemaOf(database)).length === 0) {
    await database.batch(runtime.schema.map(({ sql }) => database.prepare(sql)));
  }
  await emptyTables(
    database,
    runtime.schema.filter(({ type }) => type === "table").map(({ name }) => name),
  );
}

/** Tables come before their indices. */
async function schemaOf(database: D1Database): Promise<readonly SchemaRow[]> {
  const { results } = await database
    .prepare(
      "select name, type, sql from sqlite_master where sql is not null and name not like '%\\_cf\\_%' escape '\\' and name not like 'sqlite\\_%' escape '\\' and name <> 'd1_migrations' order by type = 'index', rowid",
    )
    .all<SchemaRow>();
  return results;
}

async function emptyTables(database: D1Database, tables: readonly string[]): Promise<void> {
  const firstId = (runtime.files ?? 0) * IDS_PER_FILE;
  await database.batch([
    database.prepare("pragma defer_foreign_keys = on"),
    ...tables.map((name) => database.prepare(`delete from "${name}"`)),
    database.prepare("delete from sqlite_sequence"),
    ...tables.map((name) =>
      database.prepare("insert into sqlite_sequence (name, seq) values (?, ?)").bind(name, firstId),
    ),
  ]);
}
