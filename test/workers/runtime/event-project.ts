import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createProjectEvents } from "#jobs/event-shard/project-events.ts";
import { objectName } from "#jobs/event-shard/shard-address.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { createEventShards } from "#recommend/events/event-shards.ts";
import { listSegments, type Segment } from "#storage/event-segments.ts";
import { eventsPrefix, parseSegmentKey } from "#storage/keys.ts";
import type { EventShard } from "./event-shard.ts";

let projects = 5_000;

/** The events of a project of their own, over real objects and segments. */
export function eventProject() {
  const projectId = ++projects;
  const stub = (object: number) => env.EVENTS.get(env.EVENTS.idFromName(objectName({ projectId, object })));
  /** As an isolate that knows nothing yet. */
  const isolate = () => createEventShards({ namespace: env.EVENTS, now: () => Date.now() });
  const events = createProjectEvents(env.EVENTS);
  return {
    projectId,
    events,
    stub,
    isolate,
    append: (list: readonly StoredEvent[]) => isolate().append(projectId, list),
    recent: async (userId: string) =>
      (await isolate().recentOf(projectId, userId)).items.map(({ itemId }) => itemId),
    counts: async () => {
      const query = { window: "7d", group: "", limit: 1000 } as const;
      const { counts } = await isolate().windowedCounts(projectId, query);
      return new Map(counts.map(({ itemId, count }) => [itemId, count]));
    },
    grow: (object: number) => runInDurableObject(stub(object), (instance) => (instance as EventShard).grow()),
    /** The names of all tables that have rows. */
    stored: (object: number) =>
      runInDurableObject(stub(object), (_, { storage: { sql } }) => {
        const tables = sql
          .exec<{ name: string }>(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> '_cf_METADATA'",
          )
          .toArray();
        return tables
          .map(({ name }) => name)
          .filter((name) => sql.exec(`SELECT 1 FROM "${name}"`).toArray().length > 0);
      }),
    evict: (object: number) => evict(stub(object)),
    /** Flushes, and reads all segments: each has the events of its numbers. */
    sealed: async () => {
      await events.flush(projectId);
      return segmentsOf(projectId);
    },
  };
}

/** Ends the object, as the platform does with one that nobody calls; its storage stays. */
export async function evict(stub: ReturnType<typeof env.EVENTS.get>): Promise<void> {
  await runInDurableObject(stub, (_object, state) => {
    state.abort("evicted");
  }).catch(() => undefined);
}

async function segmentsOf(projectId: number) {
  const segments: Segment[] = [];
  for (let after: string | null = null, isOver = false; !isOver; isOver = after === null) {
    const page = await listSegments(env.STORE, eventsPrefix(projectId), { limit: 1000, after });
    segments.push(...page.segments);
    after = page.next;
  }
  return Promise.all(
    segments.map(async ({ key, first, last }) => {
      const found = eventsOf((await (await env.STORE.get(key))?.text()) ?? "");
      return { shard: Number(parseSegmentKey(key).shard), first, last, events: found };
    }),
  );
}

export function event(user_id: string, item_id: string, more: Partial<StoredEvent> = {}): StoredEvent {
  const now = Date.now();
  return { type: "view", user_id, item_id, time: now, received: now, ...more };
}
