import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { shardName, shardOf } from "#jobs/event-shard/shard-address.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { listSegments } from "#storage/event-segments.ts";
import { shardPrefix } from "#storage/keys.ts";

let projects = 100;

function shardWorld() {
  projects += 1;
  const address = { projectId: projects, shard: shardOf("ann") };
  const open = () => env.EVENTS.get(env.EVENTS.idFromName(shardName(address)));
  const segments = async () => {
    const prefix = shardPrefix(address.projectId, address.shard);
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
  return { address, open, segments, rowItems };
}

const event = (item: string, more: Partial<StoredEvent> = {}): StoredEvent => {
  const now = Date.now();
  return { type: "view", user_id: "ann", item_id: item, time: now, received: now, ...more };
};

/** Ends the object, as the platform does with one that nobody calls; its storage stays. */
async function evict(open: () => ReturnType<typeof env.EVENTS.get>): Promise<void> {
  await runInDurableObject(open(), (_object, state) => {
    state.abort("evicted");
  }).catch(() => undefined);
}

describe("an event shard", () => {
  it("stores what arrives together in one row, and answers each batch separately", async () => {
    const { address, open, rowItems } = shardWorld();
    const id = { event_id: "e1" };
    const [first, second] = await Promise.all([
      open().append(address, [[event("a"), event("b", id)], [event("c")]]),
      open().append(address, [[event("b", id), event("d")]]),
    ]);
    expect(first).toEqual([
      { accepted: 2, duplicates: 0 },
      { accepted: 1, duplicates: 0 },
    ]);
    expect(second).toEqual([{ accepted: 1, duplicates: 1 }]);
    expect(await rowItems()).toEqual(["a", "b", "c", "d"]);
    const rows = await runInDurableObject(open(), (_object, { storage }) =>
      storage.sql.exec("SELECT first, last FROM events").toArray(),
    );
    expect(rows).toEqual([{ first: 1, last: 4 }]);
  });

  it("adds what arrives within seconds to the row that is there, until it is full", async () => {
    const { address, open, rowItems } = shardWorld();
    const text = "x".repeat(10_000);
    for (let n = 0; n < 9; n++) {
      const one = event(`i${n}`, { event_id: `e${n}`, metadata: { text } });
      await open().append(address, [[one]]);
    }
    expect(await rowItems()).toEqual(Array.from({ length: 9 }, (_, n) => `i${n}`));
    const rows = await runInDurableObject(open(), (_object, { storage }) =>
      storage.sql
        .exec<{ first: number; last: number }>("SELECT first, last FROM events ORDER BY first")
        .toArray(),
    );
    expect(rows).toEqual([
      { first: 1, last: 6 },
      { first: 7, last: 9 },
    ]);
    // A wake finds the ids of all events of a row.
    await evict(open);
    const again = Array.from({ length: 9 }, (_, n) => event(`i${n}`, { event_id: `e${n}` }));
    expect(await open().append(address, [again])).toEqual([{ accepted: 0, duplicates: 9 }]);
    await open().append(address, [[event("new")]]);
    expect((await rowItems()).at(-1)).toBe("new");
  });

  it("divides a large group into rows of at most 64 KB", async () => {
    const { address, open, rowItems } = shardWorld();
    const events = Array.from({ length: 40 }, (_, n) =>
      event(`i${n}`, { metadata: { text: "x".repeat(5000) } }),
    );
    await open().append(address, [events]);
    expect(await rowItems()).toEqual(events.map((one) => one.item_id));
    const sizes = await runInDurableObject(open(), (_object, { storage }) =>
      storage.sql.exec<{ bytes: number }>("SELECT bytes FROM events").toArray(),
    );
    expect(sizes.length).toBeGreaterThan(2);
    for (const { bytes } of sizes) expect(bytes).toBeLessThanOrEqual(64 * 1024);
  });

  it("writes segments named by sequence, in order and without a gap", async () => {
    const { address, open, segments, rowItems } = shardWorld();
    await open().append(address, [[event("a"), event("b")]]);
    await open().flush();
    await open().append(address, [[event("c")]]);
    await open().flush();
    await open().flush();
    expect((await segments()).map(({ first, last, items }) => [first, last, items])).toEqual([
      [1, 2, ["a", "b"]],
      [3, 3, ["c"]],
    ]);
    expect(await rowItems()).toEqual([]);
  });

  it("writes the same bytes again after a kill between writing and forgetting", async () => {
    const { address, open, segments, rowItems } = shardWorld();
    await open().append(address, [[event("a"), event("b")]]);
    // What a kill after the write leaves: the plan is stored, and the rows are still there.
    await runInDurableObject(open(), (_object, { storage }) => {
      const { bytes } = storage.sql.exec<{ bytes: number }>("SELECT sum(bytes) AS bytes FROM events").one();
      storage.sql.exec("UPDATE shard SET sealing = ?", JSON.stringify({ first: 1, last: 2, bytes }));
    });
    await evict(open);
    await open().append(address, [[event("c")]]);
    await open().flush();
    expect((await segments()).map(({ first, last, items }) => [first, last, items])).toEqual([
      [1, 2, ["a", "b"]],
      [3, 3, ["c"]],
    ]);
    expect(await rowItems()).toEqual([]);
  });

  it("is woken by its alarm and seals what has waited", async () => {
    const { address, open, segments } = shardWorld();
    await open().append(address, [[event("a")]]);
    await runInDurableObject(open(), (_object, { storage }) => {
      storage.sql.exec("UPDATE events SET received = 0");
    });
    await evict(open);
    expect(await runDurableObjectAlarm(open())).toBe(true);
    expect((await segments()).map(({ items }) => items)).toEqual([["a"]]);
  });

  it("knows ids and recent items after it was ended, from rows and from segments", async () => {
    const { address, open } = shardWorld();
    await open().append(address, [[event("a", { event_id: "1", time: 10 })]]);
    await open().flush();
    await open().append(address, [[event("b", { event_id: "2", time: 20, type: "like" })]]);
    await evict(open);
    expect(await open().recentItems("ann")).toEqual([
      { itemId: "b", type: "like", at: 20 },
      { itemId: "a", type: "view", at: 10 },
    ]);
    const again = [
      event("x", { event_id: "1" }),
      event("y", { event_id: "2" }),
      event("z", { event_id: "3" }),
    ];
    expect(await open().append(address, [again])).toEqual([{ accepted: 1, duplicates: 2 }]);
  });

  it("says whose recent items changed since a place, and that it does not know after a wake", async () => {
    const { address, open } = shardWorld();
    expect(await open().recentSince("ann", null)).toBeNull();
    await open().append(address, [[event("a"), event("b", { user_id: "bob" })]]);
    const first = await open().recentSince("ann", null);
    expect([first?.changed, first?.items.map(({ itemId }) => itemId)]).toEqual([null, ["a"]]);
    await open().append(address, [[event("c", { user_id: "bob" })]]);
    await open().adopt(address, "cid", "ann", []);
    await open().release("cid", "ann");
    await open().eraseUser("dan", null);
    const next = await open().recentSince("ann", first?.seen ?? null);
    expect(next?.changed).toEqual(["bob", "cid", "dan"]);
    expect((await open().recentSince("ann", next?.seen ?? null))?.changed).toEqual([]);
    await evict(open);
    expect((await open().recentSince("ann", next?.seen ?? null))?.changed).toBeNull();
  });

  it("takes nothing while its project is deleted, also after a wake", async () => {
    const { address, open } = shardWorld();
    await open().append(address, [[event("a")]]);
    await open().forget(true);
    expect(await open().append(address, [[event("b")]])).toBe("closed");
    await evict(open);
    expect(await open().append(address, [[event("c")]])).toBe("closed");
    await open().adopt(address, "ann", "bob", []);
    await open().flush();
    expect([await open().position(), await open().recentItems("ann")]).toEqual([0, null]);
    await open().forget(false);
    await evict(open);
    expect(await open().append(address, [[event("d")]])).toEqual([{ accepted: 1, duplicates: 0 }]);
  });

  it("has nothing after it was told to forget, and begins from 1", async () => {
    const { address, open } = shardWorld();
    await open().append(address, [[event("a", { event_id: "1" })]]);
    await open().forget(false);
    const tables = await runInDurableObject(open(), (_object, { storage }) =>
      storage.sql
        .exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'")
        .toArray(),
    );
    expect(tables).toEqual([]);
    expect(await open().recentItems("ann")).toBeNull();
    expect(await open().append(address, [[event("b", { event_id: "1" })]])).toEqual([
      { accepted: 1, duplicates: 0 },
    ]);
  });

  it("erases a user's events from rows, segments, recent items and ids, and no other's", async () => {
    const { address, open, segments, rowItems } = shardWorld();
    const mine = (item: string, n: number) => event(item, { event_id: `m${n}` });
    const other = (item: string, n: number) =>
      event(item, { user_id: "ann-2", event_id: `o${n}`, metadata: { friend: "ann" } });
    await open().append(address, [[mine("a", 1), other("b", 1)]]);
    await open().flush();
    await open().append(address, [[mine("c", 2)]]);
    await open().flush();
    await open().append(address, [[mine("d", 3), other("e", 2)]]);
    expect(await open().eraseUser("ann", null)).toEqual({ removed: 3, next: null });
    expect((await segments()).map(({ first, last, items }) => [first, last, items])).toEqual([[1, 2, ["b"]]]);
    expect(await rowItems()).toEqual(["e"]);
    await evict(open);
    expect(await open().recentItems("ann")).toEqual([]);
    expect(((await open().recentItems("ann-2")) ?? []).map(({ itemId }) => itemId)).toEqual(["e", "b"]);
    const again = [mine("a", 1), mine("d", 3), other("b", 1), other("e", 2)];
    expect(await open().append(address, [again])).toEqual([{ accepted: 2, duplicates: 2 }]);
    await open().flush();
    expect((await segments()).map(({ first, last, items }) => [first, last, items])).toEqual([
      [1, 2, ["b"]],
      [4, 7, ["e", "a", "d"]],
    ]);
  });

  it("counts each event once: before it is sealed, after it, and after the object was ended", async () => {
    const { address, open } = shardWorld();
    const counts = async () => {
      const { counts: found } = await open().counts({ window: "7d", group: "", limit: 10 });
      return found.map(({ itemId, count }) => [itemId, count]);
    };
    await open().append(address, [[event("a"), event("a"), event("b", { event_id: "1" })]]);
    expect(await counts()).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
    await open().flush();
    await open().append(address, [[event("b", { event_id: "1" }), event("c")]]);
    const expected = [
      ["a", 2],
      ["b", 1],
      ["c", 1],
    ];
    expect(await counts()).toEqual(expected);
    await evict(open);
    expect(await counts()).toEqual(expected);
    await open().flush();
    await evict(open);
    expect(await counts()).toEqual(expected);
  });
});
