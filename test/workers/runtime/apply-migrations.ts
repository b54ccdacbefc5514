/** One runtime serves many test files. Each file begins with the tables of all migrations, without rows, objects or entries. */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";

await reset();
// Entries of the file before were once still there after the reset.
await Promise.all([emptyStore(env.STORE), emptyRouting(env.ROUTING)]);
await applyD1Migrations(env.DB, env.MIGRATIONS);
await emptyTables(env.DB);

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

async function emptyTables(database: D1Database): Promise<void> {
  const { results } = await database
    .prepare(
      "select name from sqlite_master where type = 'table' and name not like '%\\_cf\\_%' escape '\\' and name not like 'sqlite\\_%' escape '\\' and name <> 'd1_migrations'",
    )
    .all<{ name: string }>();
  await database.batch([
    database.prepare("pragma defer_foreign_keys = on"),
    ...results.map(({ name }) => database.prepare(`delete from "${name}"`)),
  ]);
}
