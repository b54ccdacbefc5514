import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { MAX_RECENT_ITEMS } from "#jobs/event-shard/recent-items.ts";
import { EVENT_SHARDS, shardOf } from "#jobs/event-shard/shard-address.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { event, eventProject } from "../../runtime/event-project.ts";

const USERS = Array.from({ length: 40 }, (_, n) => `u${n}`);
/** One event of each user with an id. */
const round = (name: string) => USERS.map((user) => event(user, name, { event_id: name }));

type Project = ReturnType<typeof eventProject>;

/** All events that are in segments, each with its shard; fails if numbers of a shard overlap. */
async function sealedEvents(project: Project): Promise<StoredEvent[]> {
  const segments = await project.sealed();
  const lasts = new Map<number, number>();
  for (const { shard, first, last, events } of segments) {
    expect(first).toBeGreaterThan(lasts.get(shard) ?? 0);
    expect(events.length).toBeLessThanOrEqual(last - first + 1);
    for (const { user_id } of events) expect(shardOf(user_id)).toBe(shard);
    lasts.set(shard, last);
  }
  return segments.flatMap(({ events }) => events);
}

const names = (events: readonly StoredEvent[]) =>
  events.map(({ user_id, item_id }) => `${user_id} ${item_id}`).sort();

describe("an event object that gives half of its shards away", () => {
  it("loses no event, doubles none, and the other one knows ids and recent items", async () => {
    const project = eventProject();
    await project.append(round("a"));
    await project.events.flush(project.projectId);
    await project.append(round("b"));
    await project.grow(0);
    expect(await project.append(round("a"))).toEqual({ accepted: 0, duplicates: USERS.length });
    expect(await project.append([...round("b"), ...round("c")])).toEqual({
      accepted: USERS.length,
      duplicates: USERS.length,
    });
    for (const user of USERS) expect(await project.recent(user)).toEqual(["c", "b", "a"]);
    expect(await project.counts()).toEqual(new Map(["a", "b", "c"].map((name) => [name, USERS.length])));
    expect(await project.events.countLearnable(project.projectId)).toBe(3 * USERS.length);
    const all = [...round("a"), ...round("b"), ...round("c")];
    expect(names(await sealedEvents(project))).toEqual(names(all));
  });

  it("stores nothing more of these shards, and says so to isolates that remember it", async () => {
    const project = eventProject();
    const isolate = project.isolate();
    await isolate.append(project.projectId, round("a"));
    await project.grow(0);
    await project.grow(0);
    expect(await isolate.append(project.projectId, round("b"))).toEqual({
      accepted: USERS.length,
      duplicates: 0,
    });
    const placed = await project.stub(0).learnable({ projectId: project.projectId, object: 0, first: 1 });
    const kept = USERS.filter((user) => shardOf(user) % 4 === 0).length;
    expect(placed).toEqual({ layout: { width: 4, first: 1 }, answer: USERS.length + kept });
  });

  it("may do so up to 16 objects, and no more", async () => {
    const project = eventProject();
    await project.append(round("a"));
    for (let growth = 0; growth < 5; growth++) {
      for (let object = 0; object < EVENT_SHARDS; object++) await project.grow(object);
      await project.append(round(`g${growth}`));
    }
    expect(await project.events.countLearnable(project.projectId)).toBe(6 * USERS.length);
    expect((await project.counts()).get("a")).toBe(USERS.length);
    for (const user of USERS) expect((await project.recent(user)).at(-1)).toBe("a");
  });

  it("is not believed by an object that has been given nothing", async () => {
    const project = eventProject();
    const { projectId } = project;
    await project.append(round("a"));
    const placed = await project.stub(3).append({ projectId, object: 3, first: 1 }, round("b"));
    expect(placed).toEqual({ layout: null, answer: null });
    expect(await project.events.countLearnable(projectId)).toBe(USERS.length);
  });

  it("hands over what a merge gave, and an erasure finds all", async () => {
    const project = eventProject();
    const { projectId, events } = project;
    const moved = USERS.find((user) => shardOf(user) % 2 === 1) as string;
    await project.append([event("visitor", "seen", { event_id: "v" }), ...round("a")]);
    await events.copyRecent(projectId, "visitor", moved);
    await events.flush(projectId);
    await project.append(round("b"));
    await project.grow(0);
    expect((await project.recent(moved)).sort()).toEqual(["a", "b", "seen"]);
    await project.append(round("c"));
    expect(await events.eraseUser(projectId, moved)).toEqual({ events: 3, properties: 0 });
    expect(await project.recent(moved)).toEqual([]);
    for (const object of [0, 1]) await project.evict(object);
    expect(await project.recent(moved)).toEqual([]);
    expect((await sealedEvents(project)).filter(({ user_id }) => user_id === moved)).toEqual([]);
    await events.releaseRecent(projectId, "visitor", moved);
  });

  it("is forgotten with all others, also by a second call after a kill", async () => {
    const project = eventProject();
    const { projectId, events } = project;
    await project.append(round("a"));
    await project.grow(0);
    await project.append(round("b"));
    // A kill between the objects.
    await project.stub(0).forget({ projectId, object: 0, first: 1 }, true);
    await events.forget(projectId, true);
    expect(await events.countLearnable(projectId)).toBe(0);
    expect(await project.stub(1).hasBegun()).toBe(false);
    await expect(project.append(round("a"))).rejects.toThrow("Invalid API key");
    await events.forget(projectId, false);
    for (const object of [0, 1]) expect(await project.stored(object)).toEqual([]);
    expect(await project.append(round("a"))).toEqual({ accepted: USERS.length, duplicates: 0 });
  });
});

describe("growth, kills and repetitions in any order", () => {
  it.each([1, 2, 3])("store each event once (seed %i)", async (seed) => {
    const project = eventProject();
    const random = randomOf(seed);
    const ledger: StoredEvent[] = [];
    for (let turn = 0; turn < 40; turn++) {
      const object = random(EVENT_SHARDS) % 2 ** random(5);
      const what = random(10);
      if (what < 5) {
        const known = ledger.slice(-random(20));
        const fresh = Array.from({ length: random(20) }, (_, n) =>
          event(USERS[random(USERS.length)] as string, `i${random(9)}`, { event_id: `${turn}-${n}` }),
        );
        expect(await project.append([...known, ...fresh])).toEqual({
          accepted: fresh.length,
          duplicates: known.length,
        });
        ledger.push(...fresh);
      } else if (what < 7) await project.evict(object);
      else if (what < 8) await project.grow(object);
      else if (what < 9) await project.events.flush(project.projectId);
      else {
        // All at once.
        const streams = Array.from({ length: 6 }, (_, stream) =>
          USERS.map((user) => event(user, `s${stream}`, { event_id: `${turn}-${stream}` })),
        );
        await Promise.all([
          ...streams.map((stream) => project.append(stream)),
          ...[project.grow(0), project.events.flush(project.projectId), project.grow(1)],
        ]);
        ledger.push(...streams.flat());
      }
    }
    expect(names(await sealedEvents(project))).toEqual(names(ledger));
    const counts = new Map<string, number>();
    for (const { item_id } of ledger) counts.set(item_id, (counts.get(item_id) ?? 0) + 1);
    expect(await project.counts()).toEqual(counts);
    expect(await project.events.countLearnable(project.projectId)).toBe(ledger.length);
    for (const user of USERS) {
      const own = ledger.filter(({ user_id }) => user_id === user).map(({ item_id }) => item_id);
      // Those that were sent first have been forgotten.
      const recent = await project.recent(user);
      expect(recent).toHaveLength(Math.min(own.length, MAX_RECENT_ITEMS));
      if (own.length <= MAX_RECENT_ITEMS) expect(recent.sort()).toEqual(own.sort());
    }
  });
});

/** 0 … n − 1. */
function randomOf(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

describe("a project that began with 16 objects", () => {
  /** What the version before wrote: the tables of one shard, without a layout. */
  async function oldObject(project: Project, shard: number, events: readonly StoredEvent[]): Promise<void> {
    await runInDurableObject(project.stub(shard), (_, { storage: { sql } }) => {
      sql.exec(`CREATE TABLE events (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, bytes INTEGER NOT NULL,
        received INTEGER NOT NULL, lines TEXT NOT NULL, ids BLOB NOT NULL)`);
      sql.exec(
        "CREATE TABLE sealed_ids (first INTEGER PRIMARY KEY, received INTEGER NOT NULL, ids BLOB NOT NULL)",
      );
      sql.exec(
        "CREATE TABLE segment (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, bytes INTEGER NOT NULL)",
      );
      sql.exec(`CREATE TABLE shard (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL, shard INTEGER NOT NULL,
        sealed_to INTEGER NOT NULL, sealing TEXT)`);
      sql.exec("CREATE TABLE counts (piece INTEGER PRIMARY KEY, entries TEXT NOT NULL)");
      // Seven events are in segments. A plan of two was made, and a kill came before its rows were forgotten.
      const sealing = JSON.stringify({ first: 8, last: 9, bytes: 200 });
      sql.exec("INSERT INTO shard VALUES (1, ?, ?, 7, ?)", project.projectId, shard, sealing);
      const lines = events.map((one) => `${JSON.stringify(one)}\n`).join("");
      const values = [8, 7 + events.length, lines.length, Date.now(), lines, new ArrayBuffer(0)];
      sql.exec("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", ...values);
    });
    await project.evict(shard);
  }

  it("goes on with them: their events, plans and numbers, each shard in its object", async () => {
    const project = eventProject();
    // The user's shard is not 0, so object 0 has had no event.
    const user = USERS.find((one) => shardOf(one) === 6) as string;
    await oldObject(project, 6, [event(user, "a"), event(user, "b")]);
    expect(await project.recent(user)).toEqual(["b", "a"]);
    expect(await project.append(round("c"))).toEqual({ accepted: USERS.length, duplicates: 0 });
    expect(await project.append(round("c"))).toEqual({ accepted: 0, duplicates: USERS.length });
    const mine = (await project.sealed()).filter(({ shard }) => shard === 6);
    expect(mine.map(({ first, last }) => [first, last])).toEqual([
      [8, 9],
      [10, 9 + USERS.filter((one) => shardOf(one) === 6).length],
    ]);
    expect((await project.counts()).get("c")).toBe(USERS.length);
    const { layout } = await project.stub(0).learnable({ projectId: project.projectId, object: 0, first: 1 });
    expect(layout).toEqual({ width: 16, first: 16 });
    expect(await project.events.countLearnable(project.projectId)).toBe(9 + USERS.length);
    await project.grow(6);
    expect(await project.append([event(user, "c", { event_id: "c" })])).toEqual({
      accepted: 0,
      duplicates: 1,
    });
  });
});
