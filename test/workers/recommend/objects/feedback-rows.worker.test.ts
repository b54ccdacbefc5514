import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { FeedbackRow } from "#jobs/event-shard/feedback.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { createFeedback } from "#recommend/events/feedback.ts";
import { event, eventProject } from "../../runtime/event-project.ts";

const NOTHING = { after: null, limit: 100 };

/** Feedback of a user on an item. */
function said(userId: string, itemId: string, more: Partial<StoredEvent> = {}): StoredEvent {
  const whole = event(userId, itemId, { type: "star", value: 1, ...more });
  return { ...whole, feedback: { at: whole.time, updated: whole.time } };
}

function feedbackWorld() {
  const project = eventProject();
  const { projectId, isolate } = project;
  const shards = isolate();
  const feedback = createFeedback({ namespace: env.EVENTS, shards, now: () => Date.now() });
  const read = async (filter: Parameters<typeof feedback.page>[1] = {}, page = NOTHING) => {
    const { rows } = await feedback.page(projectId, filter, page);
    return rows.map(({ type, userId, itemId, value }) => `${type} ${userId} ${itemId} ${value}`);
  };
  const sealed = async () =>
    (await project.sealed()).flatMap(({ events }) =>
      events.map((one) => `${one.user_id} ${one.item_id} ${one.value}`),
    );
  const users = async (after = "", limit = 100) =>
    (await feedback.users(projectId, after, limit)).map(({ userId }) => userId);
  return { ...project, shards, feedback, read, segments: sealed, users };
}

describe("feedback in an event object", () => {
  it("adds the values of one type, user and item up, and is there after a kill", async () => {
    const { append, read, evict } = feedbackWorld();
    await append([said("ann", "i1"), said("ann", "i1", { value: 2 }), said("ann", "i2"), said("bob", "i1")]);
    await append([said("ann", "i1", { value: 4 }), said("ann", "i1", { type: "read" }), event("ann", "i9")]);
    await evict(0);
    expect(await read()).toEqual(["read ann i1 1", "star ann i1 7", "star ann i2 1", "star bob i1 1"]);
    expect(await read({ userId: "ann", itemId: "i1" })).toEqual(["read ann i1 1", "star ann i1 7"]);
    expect(await read({ itemId: "i1", type: "star" })).toEqual(["star ann i1 7", "star bob i1 1"]);
  });

  it("counts an event that is sent again once", async () => {
    const { append, read } = feedbackWorld();
    const again = said("ann", "i1", { value: 3, event_id: "e1" });
    await append([again]);
    await append([again, again]);
    expect(await read()).toEqual(["star ann i1 3"]);
  });

  it("is replaced with its events, those in segments and those that are in none yet", async () => {
    const { projectId, append, feedback, read, segments, recent } = feedbackWorld();
    await append([
      said("ann", "i1", { value: 1 }),
      said("ann", "i2", { value: 2 }),
      event("ann", "i1", { value: 9 }),
    ]);
    expect(await segments()).toHaveLength(3);
    await append([said("ann", "i1", { value: 3 })]);
    await feedback.replace(projectId, [said("ann", "i1", { value: 5 })]);
    expect(await read()).toEqual(["star ann i1 5", "star ann i2 2"]);
    // An event of another type, or one that is no feedback, stays.
    expect((await segments()).sort()).toEqual(["ann i1 5", "ann i1 9", "ann i2 2"]);
    expect((await recent("ann")).toSorted()).toEqual(["i1", "i1", "i2"]);
  });

  it("is removed by user or item with its events, and only once", async () => {
    const { projectId, append, feedback, read, segments, recent, evict } = feedbackWorld();
    await append([said("ann", "i1"), said("ann", "i2"), said("bob", "i1")]);
    await segments();
    await append([said("cat", "i1"), said("cat", "i2")]);
    expect(await feedback.remove(projectId, { itemId: "i1" })).toEqual({ removed: 3, isDone: true });
    expect(await feedback.remove(projectId, { itemId: "i1" })).toEqual({ removed: 0, isDone: true });
    expect(await recent("cat")).toEqual(["i2"]);
    await evict(0);
    expect(await read()).toEqual(["star ann i2 1", "star cat i2 1"]);
    expect((await segments()).sort()).toEqual(["ann i2 1", "cat i2 1"]);
    expect(await recent("cat")).toEqual(["i2"]);
  });

  it("without events is noted where there is none, and hides its item once its time has come", async () => {
    const { projectId, append, feedback, segments } = feedbackWorld();
    const now = Date.now();
    const row = (itemId: string, time: number) => {
      return {
        type: "star",
        userId: "ann",
        itemId,
        value: 0,
        time,
        updated: now,
        comment: "",
        received: null,
      };
    };
    await append([said("ann", "i1", { time: now })]);
    await feedback.note(projectId, [row("i1", now + 60_000), row("i2", now + 60_000)]);
    expect(await feedback.itemsOf(projectId, "ann", now)).toEqual(["i1"]);
    expect(await feedback.itemsOf(projectId, "ann", now + 60_000)).toEqual(["i2", "i1"]);
    expect(await feedback.remove(projectId, { userId: "ann", itemId: "i2" })).toEqual({
      removed: 1,
      isDone: true,
    });
    expect(await segments()).toEqual(["ann i1 1"]);
  });

  it("begins a row for each user, which lists have by their ids", async () => {
    const { projectId, append, shards, users, feedback, events } = feedbackWorld();
    await append([said("b", "i1"), said("a", "i1"), said("c", "i1"), event("no feedback", "i1")]);
    await shards.writeUser(projectId, { kind: "replace", userId: "aa", properties: { age: 1 } });
    expect(await users()).toEqual(["a", "aa", "b", "c"]);
    expect(await users("aa", 1)).toEqual(["b"]);
    await events.eraseUser(projectId, "a");
    expect(await users()).toEqual(["aa", "b", "c"]);
    expect(await feedback.page(projectId, { userId: "a" }, NOTHING)).toEqual({ rows: [], hasMore: false });
  });

  it("finds the users with the most similar items, by the cosine of their sets", async () => {
    const { projectId, append, feedback } = feedbackWorld();
    const items: Readonly<Record<string, string>> = { ann: "1234", bob: "3456", cat: "34", dan: "9" };
    await append(Object.entries(items).flatMap(([user, own]) => [...own].map((item) => said(user, item))));
    expect(await feedback.neighbours(projectId, "ann", 5)).toEqual([
      // 2 of 4 and 2, and 2 of 4 and 4.
      { userId: "cat", score: expect.closeTo(2 / Math.sqrt(8), 12) },
      { userId: "bob", score: expect.closeTo(2 / 4, 12) },
    ]);
    expect(await feedback.neighbours(projectId, "ann", 1)).toHaveLength(1);
    expect(await feedback.neighbours(projectId, "nobody", 5)).toEqual([]);
  });

  it("finds the items that share most users with one, over all objects", async () => {
    const { projectId, append, feedback, grow } = feedbackWorld();
    const items: Readonly<Record<string, string>> = { ann: "12", bob: "12", cat: "13", dan: "2", eve: "14" };
    const has = (type: string) =>
      append(
        Object.entries(items).flatMap(([user, own]) => [...own].map((item) => said(user, item, { type }))),
      );
    await has("star");
    const near = (item: string) => feedback.together(projectId, item, { star: 1, read: 0 });
    const expected = [
      // 2 of 4 and 3 users, and 1 of 4 and 1.
      { itemId: "2", score: expect.closeTo(2 / Math.sqrt(12), 12) },
      { itemId: "3", score: expect.closeTo(1 / 2, 12) },
      { itemId: "4", score: expect.closeTo(1 / 2, 12) },
    ];
    expect(await near("1")).toEqual(expected);
    // A user with both types is one user, and what weighs nothing counts nobody.
    await has("like");
    await append([said("ann", "9", { type: "read" }), said("dan", "1", { type: "read" })]);
    expect(await near("1")).toEqual(expected);
    await grow(0);
    await grow(1);
    expect(await near("1")).toEqual(expected);
    expect(await near("nothing")).toEqual([]);
  });

  it("comes in pages that are no longer than a call between objects may be", async () => {
    const { projectId, append, feedback, grow } = feedbackWorld();
    const long = "x".repeat(4_000);
    const names = Array.from({ length: 2_400 }, (_, n) => `user-${String(n).padStart(4, "0")}`);
    for (let from = 0; from < names.length; from += 400) {
      const part = names.slice(from, from + 400).map((name) => said(name, "i1"));
      await append(part.map((one) => ({ ...one, feedback: { at: 1, updated: 1, comment: long } })));
    }
    await grow(0);
    const found: string[] = [];
    let pages = 0;
    for (let hasMore = true, after = null as FeedbackRow | null; hasMore; pages++) {
      const page = await feedback.page(projectId, {}, { after, limit: 10_000 });
      found.push(...page.rows.map(({ userId }) => userId));
      after = page.rows.at(-1) ?? null;
      hasMore = page.hasMore;
    }
    expect(found).toEqual(names);
    expect(pages).toBeGreaterThan(1);
  });

  it("moves with the shards of its users, and ends with the project", async () => {
    const { projectId, append, read, grow, users, feedback, segments, events } = feedbackWorld();
    const names = Array.from({ length: 40 }, (_, n) => `user-${String(n).padStart(2, "0")}`);
    await append(names.map((name) => said(name, "i1")));
    await grow(0);
    await append(names.map((name) => said(name, "i1")));
    await grow(0);
    expect(await read()).toEqual(names.map((name) => `star ${name} i1 2`));
    expect(await users()).toEqual(names);
    const after = { type: "star", userId: "user-37", itemId: "i1" };
    expect(await read({ itemId: "i1" }, { after, limit: 1 } as never)).toEqual(["star user-38 i1 2"]);
    expect(await feedback.neighbours(projectId, "user-00", 100)).toHaveLength(39);
    expect(await feedback.remove(projectId, { itemId: "i1" })).toEqual({ removed: 40, isDone: true });
    expect(await segments()).toEqual([]);
    await events.forget(projectId, true);
    expect(await read()).toEqual([]);
    await expect(feedback.replace(projectId, [said("ann", "i1")])).rejects.toMatchObject({ status: 401 });
  });
});
