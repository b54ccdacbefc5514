import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { objectName, shardOf } from "#jobs/event-shard/shard-address.ts";
import type { SeenChanges } from "#jobs/event-shard/shard-object.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { listSegments } from "#storage/event-segments.ts";
import { shardPrefix } from "#storage/keys.ts";
import { evict } from "../../runtime/event-project.ts";

let projects = 100;
/** Somebody else in Ann's shard. */
const NEIGHBOUR = Array.from({ length: 100 }, (_, n) => `ann-${n}`).find(
  (userId) => shardOf(userId) === shardOf("ann"),
) as string;

function shardWorld() {
  projects += 1;
  const address = { projectId: projects, object: 0, first: 1 };
  const open = () => env.EVENTS.get(env.EVENTS.idFromName(objectName(address)));
  const append = async (events: readonly StoredEvent[]) => (await open().append(address, events)).answer;
  const flush = () => open().flush(address);
  const recent = async (userId: string) => (await open().recentOf(address, userId)).answer?.items ?? null;
  const segments = async () => {
    const prefix = shardPrefix(address.projectId, shardOf("ann"));
    const { segments: found } = await listSegments(env.STORE, prefix, { limit: 100, after: null });
    return Promise.all(
      found.map(async ({ key, first, last }) => {
        const text = (await (await env.STORE.get(key))?.text()) ?? "";
        return { first, last, text, items: eventsOf(text).map((event) => event.item_id) };
      }),
    );
  };
  const rowItems = () =>
    runInDurableObject(open(), (_object, { storage }) => {
      const rows = storage.sql.exec<{ lines: string }>("SELECT lines FROM events ORDER BY first").toArray();
      return rows.flatMap(({ lines }) => eventsOf(lines).map((event) => event.item_id));
    });
  return { address, open, append, flush, recent, segments, rowItems };
}

const event = (item: string, more: Partial<StoredEvent> = {}): StoredEvent => {
  const now = Date.now();
  return { type: "view", user_id: "ann", item_id: item, time: now, received: now, ...more };
};

describe("an event shard", () => {
  it("stores what arrives together in one row, and answers each batch separately", async () => {
    const { open, append, rowItems } = shardWorld();
    const id = { event_id: "e1" };
    const results = await Promise.all([
      append([event("a"), event("b", id)]),
      append([event("c")]),
      append([event("b", id), event("d")]),
    ]);
    expect(results).toEqual([
      { accepted: 2, duplicates: 0 },
      { accepted: 1, duplicates: 0 },
      { accepted: 1, duplicates: 1 },
    ]);
    expect(await rowItems()).toEqual(["a", "b", "c", "d"]);
    const rows = await runInDurableObject(open(), (_object, { storage }) =>
      storage.sql.exec("SELECT first, last FROM events").toArray(),
    );
    expect(rows).toEqual([{ first: 1, last: 4 }]);
  });

  it("adds what arrives within seconds to the row that is there, until it is full", async () => {
    const { open, append, rowItems } = shardWorld();
    const text = "x".repeat(10_000);
    for (let n = 0; n < 18; n++) {
      const one = event(`i${n}`, { event_id: `e${n}`, metadata: { text } });
      await append([one]);
    }
    expect(await rowItems()).toEqual(Array.from({ length: 18 }, (_, n) => `i${n}`));
    const rows = await runInDurableObject(open(), (_object, { storage }) =>
      storage.sql
        .exec<{ first: number; last: number }>("SELECT first, last FROM events ORDER BY first")
        .toArray(),
    );
    expect(rows).toEqual([
      { first: 1, last: 12 },
      { first: 13, last: 18 },
    ]);
    // A wake finds the ids of all events of a row.
    await evict(open());
    const again = Array.from({ length: 18 }, (_, n) => event(`i${n}`, { event_id: `e${n}` }));
    expect(await append(again)).toEqual({ accepted: 0, duplicates: 18 });
    await append([event("new")]);
    expect((await rowItems()).at(-1)).toBe("new");
  });

  it("divides a large group into rows of at most 128 KB", async () => {
    const { open, append, rowItems } = shardWorld();
    const events = Array.from({ length: 60 }, (_, n) =>
      event(`i${n}`, { metadata: { text: "x".repeat(5000) } }),
    );
    await append(events);
    expect(await rowItems()).toEqual(events.map((one) => one.item_id));
    const sizes = await runInDurableObject(open(), (_object, { storage }) =>
      storage.sql.exec<{ bytes: number }>("SELECT bytes FROM events").toArray(),
    );
    expect(sizes.length).toBeGreaterThan(2);
    for (const { bytes } of sizes) expect(bytes).toBeLessThanOrEqual(128 * 1024);
  });

  it("writes segments named by sequence, in order and without a gap", async () => {
    const { append, flush, segments, rowItems } = shardWorld();
    await append([event("a"), event("b")]);
    await flush();
    await append([event("c")]);
    await flush();
    await flush();
    expect((await segments()).map(({ first, last, items }) => [first, last, items])).toEqual([
      [1, 2, ["a", "b"]],
      [3, 3, ["c"]],
    ]);
    expect(await rowItems()).toEqual([]);
  });

  it.each([
    ["planning and dividing", null],
    ["writing and forgetting", [{ shard: shardOf("ann"), first: 1, last: 2 }]],
  ])("writes the same bytes again after a kill between %s", async (_, parts) => {
    const { open, append, flush, segments, rowItems } = shardWorld();
    await append([event("a"), event("b")]);
    // What a kill after the write leaves: the plan is stored, and the rows are still there.
    await runInDurableObject(open(), (_object, { storage }) => {
      const { bytes } = storage.sql.exec<{ bytes: number }>("SELECT sum(bytes) AS bytes FROM events").one();
      storage.sql.exec("UPDATE shard SET sealing = ?", JSON.stringify({ first: 1, last: 2, bytes, parts }));
    });
    await evict(open());
    await append([event("c")]);
    await flush();
    expect((await segments()).map(({ first, last, items }) => [first, last, items])).toEqual([
      [1, 2, ["a", "b"]],
      [3, 3, ["c"]],
    ]);
    expect(await rowItems()).toEqual([]);
  });

  it("is woken by its alarm and seals what has waited", async () => {
    const { open, append, segments } = shardWorld();
    await append([event("a")]);
    await runInDurableObject(open(), (_object, { storage }) => {
      storage.sql.exec("UPDATE events SET received = 0");
    });
    await evict(open());
    expect(await runDurableObjectAlarm(open())).toBe(true);
    expect((await segments()).map(({ items }) => items)).toEqual([["a"]]);
  });

  it("knows ids and recent items after it was ended, from rows and from segments", async () => {
    const { open, append, flush, recent } = shardWorld();
    await append([event("a", { event_id: "1", time: 10 })]);
    await flush();
    await append([event("b", { event_id: "2", time: 20, type: "like" })]);
    await evict(open());
    expect(await recent("ann")).toEqual([
      { itemId: "b", type: "like", at: 20 },
      { itemId: "a", type: "view", at: 10 },
    ]);
    const again = [
      event("x", { event_id: "1" }),
      event("y", { event_id: "2" }),
      event("z", { event_id: "3" }),
    ];
    expect(await append(again)).toEqual({ accepted: 1, duplicates: 2 });
  });

  it("says whose recent items changed since a place, and that it does not know after a wake", async () => {
    const { address, open, append } = shardWorld();
    const since = async (seen: SeenChanges | null) => (await open().recentSince(address, "ann", seen)).answer;
    expect(await since(null)).toBeNull();
    await append([event("a"), event("b", { user_id: "bob" })]);
    const first = await since(null);
    expect([first?.changed, first?.items.map(({ itemId }) => itemId)]).toEqual([null, ["a"]]);
    await append([event("c", { user_id: "bob" })]);
    await open().adopt(address, { userId: "cid", from: "ann", items: [], properties: null });
    await open().release(address, "cid", "ann");
    await open().eraseUser(address, "dan", null);
    const next = await since(first?.seen ?? null);
    expect(next?.changed).toEqual(["bob", "cid", "dan"]);
    expect((await since(next?.seen ?? null))?.changed).toEqual([]);
    await evict(open());
    expect((await since(next?.seen ?? null))?.changed).toBeNull();
  });

  it("says that those who had items of an erased user have changed", async () => {
    const { address, open, append } = shardWorld();
    const since = async (seen: SeenChanges | null) => (await open().recentSince(address, "ann", seen)).answer;
    const items = [{ itemId: "v", type: "view", at: 1 }];
    await append([event("a")]);
    await open().adopt(address, { userId: "ann", from: "visitor", items, properties: null });
    const first = await since(null);
    expect(first?.items.map(({ itemId }) => itemId)).toContain("v");
    await open().eraseUser(address, "visitor", null);
    const next = await since(first?.seen ?? null);
    expect(next?.changed).toEqual(["visitor", "ann"]);
    expect(next?.items.map(({ itemId }) => itemId)).toEqual(["a"]);
  });

  it("counts what can be learnt from: impressions do not count, wherever they are", async () => {
    const { address, open, append, flush } = shardWorld();
    const count = async () => (await open().learnable(address)).answer;
    expect(await count()).toBe(0);
    const seen = (item: string, user_id = "ann") => event(item, { type: "impression", user_id });
    await append([event("a"), seen("b"), event("c", { type: "shadow_impression" })]);
    await append([seen("d", NEIGHBOUR), event("e", { type: "dislike" })]);
    expect(await count()).toBe(2);
    await evict(open());
    expect(await count()).toBe(2);
    // The numbers of erased events stay used, whatever they were.
    await open().eraseUser(address, NEIGHBOUR, null);
    expect(await count()).toBe(2);
    await flush();
    await append([seen("f"), event("g")]);
    expect(await count()).toBe(3);
    await evict(open());
    expect(await count()).toBe(3);
    await flush();
    expect(await count()).toBe(3);
    await open().forget(address, false);
    expect(await count()).toBe(0);
  });

  it("goes on with rows and segments whose impressions were not counted: they count as before", async () => {
    const { address, open, append, flush } = shardWorld();
    const count = async () => (await open().learnable(address)).answer;
    await append([event("a"), event("b", { type: "impression" })]);
    await flush();
    await append([event("c", { type: "impression" })]);
    await runInDurableObject(open(), (_object, { storage: { sql } }) => {
      sql.exec("ALTER TABLE events DROP COLUMN silent");
      sql.exec("UPDATE shard SET layout = json_remove(layout, '$.sealedSilent')");
    });
    await evict(open());
    expect(await count()).toBe(3);
    await append([event("d", { type: "impression" }), event("e")]);
    await flush();
    expect(await count()).toBe(4);
  });

  it("takes nothing while its project is deleted, also after a wake", async () => {
    const { address, open, append, flush, recent } = shardWorld();
    await append([event("a")]);
    await open().forget(address, true);
    expect(await append([event("b")])).toBe("closed");
    await evict(open());
    expect(await append([event("c")])).toBe("closed");
    await open().adopt(address, { userId: "ann", from: "bob", items: [], properties: null });
    await flush();
    expect([(await open().learnable(address)).answer, await recent("ann")]).toEqual([0, null]);
    await open().forget(address, false);
    await evict(open());
    expect(await append([event("d")])).toEqual({ accepted: 1, duplicates: 0 });
  });

  it("has nothing after it was told to forget, and begins from 1", async () => {
    const { address, open, append, recent } = shardWorld();
    await append([event("a", { event_id: "1" })]);
    await open().forget(address, false);
    const tables = await runInDurableObject(open(), (_object, { storage }) =>
      storage.sql
        .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
        .toArray(),
    );
    expect(tables).toEqual([]);
    expect(await recent("ann")).toBeNull();
    expect(await append([event("b", { event_id: "1" })])).toEqual({ accepted: 1, duplicates: 0 });
  });

  it("erases a user's events from rows, segments, recent items and ids, and no other's", async () => {
    const { address, open, append, flush, recent, segments, rowItems } = shardWorld();
    const mine = (item: string, n: number) => event(item, { event_id: `m${n}` });
    const other = (item: string, n: number) =>
      event(item, { user_id: NEIGHBOUR, event_id: `o${n}`, metadata: { friend: "ann" } });
    await append([mine("a", 1), other("b", 1)]);
    await flush();
    await append([mine("c", 2)]);
    await flush();
    await append([mine("d", 3), other("e", 2)]);
    const erased = { removed: 3, hadProperties: false, next: null };
    expect((await open().eraseUser(address, "ann", null)).answer).toEqual(erased);
    expect((await segments()).map(({ first, last, items }) => [first, last, items])).toEqual([[1, 2, ["b"]]]);
    expect(await rowItems()).toEqual(["e"]);
    await evict(open());
    expect(await recent("ann")).toEqual([]);
    expect(((await recent(NEIGHBOUR)) ?? []).map(({ itemId }) => itemId)).toEqual(["e", "b"]);
    const again = [mine("a", 1), mine("d", 3), other("b", 1), other("e", 2)];
    expect(await append(again)).toEqual({ accepted: 2, duplicates: 2 });
    await flush();
    expect((await segments()).map(({ first, last, items }) => [first, last, items])).toEqual([
      [1, 2, ["b"]],
      [4, 6, ["e", "a", "d"]],
    ]);
  });

  it("counts each event once: before it is sealed, after it, and after the object was ended", async () => {
    const { address, open, append, flush } = shardWorld();
    const counts = async () => {
      const { answer } = await open().counts(address, { window: "7d", group: "", limit: 10 });
      return answer.counts.map(({ itemId, count }) => [itemId, count]);
    };
    await append([event("a"), event("a"), event("b", { event_id: "1" })]);
    expect(await counts()).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
    await flush();
    await append([event("b", { event_id: "1" }), event("c")]);
    const expected = [
      ["a", 2],
      ["b", 1],
      ["c", 1],
    ];
    expect(await counts()).toEqual(expected);
    await evict(open());
    expect(await counts()).toEqual(expected);
    await flush();
    await evict(open());
    expect(await counts()).toEqual(expected);
  });
});
