import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { enterProject } from "#recommend/objects/object-entry.ts";
import { StoredShards } from "#recommend/objects/stored-shards.ts";
import { eventsOfBatches } from "../../../bench/event-load.ts";

const BATCHES = 400;
const BATCH = 100;
const address = { projectId: 7_000, object: 0, first: 1 };

/** A storage that counts what the platform takes money for: rows by statement, and alarms that are set. */
function counting(storage: DurableObjectStorage) {
  const rows = { INSERT: 0, UPDATE: 0, DELETE: 0, alarm: 0 };
  const sql = new Proxy(storage.sql, {
    get: (target, name) => {
      if (name !== "exec") return Reflect.get(target, name);
      return (query: string, ...bindings: SqlStorageValue[]) => {
        const cursor = target.exec(query, ...bindings);
        const kind = query.split(" ")[0] ?? "";
        // A cursor knows its number at its end; those of changes have ended.
        if (Object.hasOwn(rows, kind)) rows[kind as keyof typeof rows] += cursor.rowsWritten;
        return cursor;
      };
    },
  });
  const counted = new Proxy(storage, {
    get: (target, name) => {
      if (name === "sql") return sql;
      if (name === "setAlarm") rows.alarm++;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { storage: counted, rows };
}

it("a batch of events of all shards is one written row, and sealing and forgetting them is few more", async () => {
  const stub = env.EVENTS.get(env.EVENTS.idFromName("7000/0"));
  const logError = (event: string, error: unknown) => {
    throw new Error(event, { cause: error });
  };
  let puts = 0;
  const store = {
    put: (...args: Parameters<R2Bucket["put"]>) => {
      puts++;
      return env.STORE.put(...args);
    },
  } as unknown as R2Bucket;
  const counted = await runInDurableObject(stub, async (_, state) => {
    const { storage, rows } = counting(state.storage);
    const shards = new StoredShards(storage, () => ({ store, logError }));
    const entry = await enterProject(env.EVENTS, address, 1);
    if (!entry) throw new Error("no entry");
    await shards.begin(entry);
    const begun = rows.INSERT;
    for (const events of eventsOfBatches(BATCHES, BATCH)) {
      const now = Date.now();
      const stored = events.map((one): StoredEvent => ({ ...one, time: now, received: now }));
      const [placed] = await shards.commit([stored]);
      expect(placed?.answer).toEqual({ accepted: BATCH, duplicates: 0 });
    }
    const written = rows.INSERT + rows.UPDATE - begun;
    await shards.flush();
    const sealed = rows.INSERT + rows.UPDATE - begun - written;
    return { begun, written, sealed, deleted: rows.DELETE, alarms: rows.alarm };
  });
  expect(counted.begun).toBe(1);
  expect(counted.written).toBe(BATCHES);
  expect(puts).toBe(16);
  // Rows of 128 KiB.
  expect(counted.deleted).toBeLessThanOrEqual(BATCHES / 8);
  // The plan three times, ids, and counts in pieces of 5,000 entries.
  expect(counted.sealed).toBeLessThanOrEqual(40);
  expect(counted.alarms).toBeLessThanOrEqual(4);
});
