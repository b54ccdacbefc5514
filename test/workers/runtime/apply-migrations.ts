/** One runtime serves many test files. Each file begins with the tables of all migrations, without rows, objects or entries. */
import {
  abortAllDurableObjects,
  applyD1Migrations,
  listDurableObjectIds,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";

await Promise.all([emptyDatabase(env.DB), emptyStore(env.STORE), emptyRouting(env.ROUTING)]);
for (const objects of [env.EVENTS, env.ITEMS, env.METERS]) await emptyObjects(objects);
await abortAllDurableObjects();
await applyD1Migrations(env.DB, env.MIGRATIONS);

async function emptyDatabase(db: D1Database): Promise<void> {
  const { results } = await db
    .prepare("select name from sqlite_schema where type = 'table'")
    .all<{ name: string }>();
  const tables = results
    .map(({ name }) => name)
    .filter((name) => !/^(_cf_|sqlite_|d1_migrations$)/.test(name));
  if (tables.length === 0) return;
  // Row ids begin at one again, as in a new database.
  const statements = [...tables, "sqlite_sequence"].map((name) => `delete from "${name}"`);
  await db.batch(["pragma defer_foreign_keys = on", ...statements].map((statement) => db.prepare(statement)));
}

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

/** Objects are named by project, and the ids of projects begin at one again in each file. */
async function emptyObjects(namespace: DurableObjectNamespace): Promise<void> {
  for (const id of await listDurableObjectIds(namespace)) {
    await runInDurableObject(namespace.get(id), (_, { storage }) => storage.deleteAll());
  }
}
