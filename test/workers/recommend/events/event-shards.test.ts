import { describe, expect, it } from "vitest";
import type { ObjectLayout } from "#jobs/event-shard/event-layout.ts";
import { shardOf } from "#jobs/event-shard/shard-address.ts";
import type { EventShardObject } from "#jobs/event-shard/shard-object.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { createEventShards, EventsNotStored } from "#recommend/events/event-shards.ts";

const USERS = Array.from({ length: 32 }, (_, n) => `u${n}`);
const events = USERS.map((user_id) => ({ type: "view", user_id, item_id: "1", time: 0, received: 0 }));

/** Objects by number, each with a layout that the test sets; without one an object says that the project has no events there. */
function objects(layouts: Record<number, ObjectLayout | null> = {}) {
  const calls: string[] = [];
  const stored = new Map<number, readonly StoredEvent[]>();
  const state = { now: 5_000, isFull: false, remembers: false };
  const unused = () => Promise.reject(new Error("not asked"));
  const object = (name: string): EventShardObject => {
    const number = Number(name.split("/")[1]);
    const layout = () => layouts[number] ?? null;
    return {
      append: async (_, list) => {
        calls.push(`append ${number}`);
        const place = layout() ?? (number === 0 ? { width: 1, first: 1 } : null);
        if (place === null) return { layout: null, answer: null };
        layouts[number] = place;
        const taken = list.filter(({ user_id }) => shardOf(user_id) % place.width === number);
        stored.set(number, [...(stored.get(number) ?? []), ...taken]);
        return { layout: place, answer: state.isFull ? null : { accepted: taken.length, duplicates: 0 } };
      },
      counts: async () => {
        calls.push(`counts ${number}`);
        const count = stored.get(number)?.length ?? 0;
        const counts = count > 0 ? [{ itemId: "1", type: "view", count }] : [];
        return { layout: layout(), answer: { counts, isCut: false } };
      },
      recentSince: async (_address, userId, seen) => {
        calls.push(`recent ${number}`);
        const place = layout();
        if (!state.remembers || (place && shardOf(userId) % place.width !== number)) {
          return { layout: place, answer: null };
        }
        const own = (stored.get(number) ?? []).filter(({ user_id }) => user_id === userId);
        const items = own.map(({ item_id: itemId, type, time: at }) => ({ itemId, type, at }));
        return {
          layout: place,
          answer: { items, properties: null, seen: { wake: "w", changes: 1 }, changed: seen ? [] : null },
        };
      },
      recentOf: unused,
      ...{
        flush: unused,
        forget: unused,
        restore: unused,
        learnable: unused,
        newest: unused,
        adopt: unused,
        release: unused,
        writeUser: unused,
        users: unused,
        countUsers: unused,
        restoreUsers: unused,
        handOverUsers: unused,
        replaceFeedback: unused,
        noteFeedback: unused,
        removeFeedback: unused,
        feedback: unused,
        feedbackItems: unused,
        neighbours: unused,
        itemsTogether: unused,
        usersOfItems: unused,
        handOverFeedback: unused,
        listUsers: unused,
      },
      ...{ eraseUser: unused, handOver: unused, hasBegun: unused },
    };
  };
  const namespace = {
    idFromName: (name: string) => name,
    get: (id: { toString(): string }) => object(id.toString()),
  };
  const shards = createEventShards({ namespace, now: () => state.now });
  const called = () => calls.splice(0);
  return { shards, called, state, stored, layouts };
}

const query = { window: "7d", group: "", limit: 10 } as const;

describe("a project without events", () => {
  it("is asked once in three seconds, whatever is wanted, and at once after an event of this isolate", async () => {
    const { shards, called, state } = objects();
    for (const user of USERS) expect((await shards.recentOf(3, user)).items).toEqual([]);
    expect((await shards.windowedCounts(3, query)).counts).toEqual([]);
    expect(shards.isQuiet(3, "anybody")).toBe(true);
    expect(called()).toEqual(["recent 0"]);
    state.now += 3_000;
    await shards.windowedCounts(3, query);
    await shards.recentOf(3, "u1");
    expect(called()).toEqual(["counts 0"]);
    await shards.append(3, events);
    expect(shards.isQuiet(3, "u1")).toBe(false);
    expect((await shards.windowedCounts(3, query)).counts).toMatchObject([{ count: events.length }]);
    expect(called()).toEqual(["append 0", "counts 0"]);
  });
});

describe("an object that remembers nobody", () => {
  it("is asked once a second, and at once after events were sent to it", async () => {
    const { shards, called, state } = objects({ 0: { width: 1, first: 1 } });
    for (const user of USERS) expect((await shards.recentOf(3, user)).items).toEqual([]);
    expect(called()).toEqual(["recent 0"]);
    state.now += 1_000;
    expect(shards.isQuiet(3, "u1")).toBe(false);
    await shards.recentOf(3, "u1");
    await shards.append(3, events.slice(0, 1));
    await shards.recentOf(3, "u1");
    expect(called()).toEqual(["recent 0", "append 0", "recent 0"]);
  });
});

describe("recent items of a user", () => {
  const seen = (shards: ReturnType<typeof objects>["shards"], user: string) =>
    shards.known(3, user)?.known.items.map(({ itemId }) => itemId);

  it("are asked for once, and again after this isolate has sent events of the user", async () => {
    const { shards, called, state } = objects();
    state.remembers = true;
    await shards.append(3, events);
    expect(seen(shards, "u1")).toBeUndefined();
    await shards.recentOf(3, "u1");
    expect([seen(shards, "u1"), seen(shards, "u2")]).toEqual([["1"], undefined]);
    await shards.append(3, [{ ...(events[1] as StoredEvent), item_id: "2" }]);
    expect(seen(shards, "u1")).toBeUndefined();
    await shards.recentOf(3, "u1");
    expect(seen(shards, "u1")).toEqual(["1", "2"]);
    expect(called()).toEqual(["append 0", "recent 0", "append 0", "recent 0"]);
  });

  it("are asked for again once they have changed without an event, also where nobody was remembered", async () => {
    const { shards, called, state } = objects();
    await shards.recentOf(3, "u1");
    expect(shards.isQuiet(3, "u1")).toBe(true);
    shards.recentChanged(3, ["u1"]);
    expect(shards.isQuiet(3, "u1")).toBe(false);
    state.remembers = true;
    await shards.append(3, events);
    for (const user of ["u1", "u2", "u3"]) await shards.recentOf(3, user);
    shards.recentChanged(3, ["u1", "u3"]);
    expect(["u1", "u2", "u3"].map((user) => seen(shards, user))).toEqual([undefined, ["1"], undefined]);
    called();
    await shards.recentOf(3, "u1");
    expect([called(), seen(shards, "u1")]).toEqual([["recent 0"], ["1"]]);
  });

  it("are not taken from the object that has given their shard away", async () => {
    const { shards, called, state, layouts, stored } = objects();
    state.remembers = true;
    await shards.append(3, events);
    const moved = USERS.find((user) => shardOf(user) % 2 === 1) as string;
    const stays = USERS.find((user) => shardOf(user) % 2 === 0) as string;
    await shards.recentOf(3, moved);
    layouts[0] = { width: 2, first: 1 };
    layouts[1] = { width: 2, first: 1 };
    stored.set(1, [{ type: "view", user_id: moved, item_id: "9", time: 1, received: 1 }]);
    called();
    // An answer for somebody else tells of the growth.
    await shards.recentOf(3, stays);
    expect(seen(shards, moved)).toBeUndefined();
    await shards.recentOf(3, moved);
    expect(seen(shards, moved)).toEqual(["9"]);
    expect(called()).toEqual(["recent 0", "recent 1"]);
  });
});

describe("a batch of events", () => {
  it("is one call for a project with one object", async () => {
    const { shards, called } = objects();
    expect(await shards.append(3, events)).toEqual({ accepted: events.length, duplicates: 0 });
    expect(called()).toEqual(["append 0"]);
  });

  it("follows the shards that have moved, and remembers where they are", async () => {
    const layouts = { 0: { width: 4, first: 1 }, 1: { width: 2, first: 1 }, 2: { width: 4, first: 1 } };
    const { shards, called, stored } = objects(layouts);
    expect(await shards.append(3, events)).toEqual({ accepted: events.length, duplicates: 0 });
    expect(called().sort()).toEqual(["append 0", "append 1", "append 2"]);
    const all = [...stored.values()].flat();
    expect(all.map(({ user_id }) => user_id).sort()).toEqual([...USERS].sort());
    await shards.append(3, events);
    expect(called().sort()).toEqual(["append 0", "append 1", "append 2"]);
    expect((await shards.windowedCounts(3, query)).counts).toMatchObject([{ count: 2 * events.length }]);
  });

  it("begins again where the project has been erased meanwhile", async () => {
    const { shards, layouts, stored } = objects({ 0: { width: 2, first: 1 }, 1: { width: 2, first: 1 } });
    await shards.append(3, events);
    layouts[0] = null;
    layouts[1] = null;
    stored.clear();
    expect(await shards.append(3, events)).toEqual({ accepted: events.length, duplicates: 0 });
    expect([...stored.keys()]).toEqual([0]);
  });

  it("goes to 16 objects of a project that began with these", async () => {
    const layouts = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [n, { width: 16, first: 16 }]));
    const { shards, called, stored } = objects(layouts);
    await shards.append(3, events);
    expect([...stored.values()].flat()).toHaveLength(events.length);
    called();
    await shards.append(3, events.slice(0, 1));
    expect(called()).toEqual([`append ${shardOf("u0")}`]);
  });

  it("is refused when an object is full", async () => {
    const { shards, state } = objects();
    state.isFull = true;
    await expect(shards.append(3, events)).rejects.toThrow(EventsNotStored);
  });
});
