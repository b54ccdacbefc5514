/** The addresses of Gorse's clients: users, items, feedback and lists. */
import { describe, expect, it } from "vitest";
import { gorseWorld, OPEN_KEY } from "./gorse-world.ts";

const star = (UserId: string, ItemId: string, more: Record<string, unknown> = {}) => ({
  ...{ FeedbackType: "star", UserId, ItemId, Timestamp: "1970-01-01T00:00:05Z" },
  ...more,
});

describe("users", () => {
  it("are read as they were written, with labels of any kind", async () => {
    const { ask, send } = await gorseWorld();
    const users = [
      { UserId: "ann", Labels: { plan: "free", ages: [1, 2] }, Comment: "first" },
      { UserId: "bob", Labels: ["a", "b"], Comment: "" },
      { UserId: "cat" },
    ];
    expect((await send("POST", "/api/users", users)).body).toEqual({ RowAffected: 3 });
    expect((await ask("/api/user/ann")).body).toEqual(users[0]);
    expect((await ask("/api/user/bob/")).body).toEqual(users[1]);
    expect((await ask("/api/user/cat")).body).toEqual({ UserId: "cat", Labels: null, Comment: "" });
    expect(await ask("/api/user/dan")).toMatchObject({ status: 404, body: "dan: user not found" });
  });

  it("are changed in part, where labels replace labels", async () => {
    const { ask, send } = await gorseWorld();
    await send("POST", "/api/user", { UserId: "ann", Labels: { plan: "free", old: 1 }, Comment: "x" });
    expect((await send("PATCH", "/api/user/ann", { Labels: { plan: "paid" } })).body).toEqual({
      RowAffected: 1,
    });
    expect((await ask("/api/user/ann")).body).toEqual({
      UserId: "ann",
      Labels: { plan: "paid" },
      Comment: "x",
    });
    await send("PATCH", "/api/user/ann", { Comment: "" });
    expect((await ask("/api/user/ann")).body).toMatchObject({ Comment: "" });
    expect((await send("PATCH", "/api/user/nobody", { Comment: "y" })).status).toBe(404);
  });

  it("come in pages by id, by both names of the cursor, and are gone once they are deleted", async () => {
    const { ask, send } = await gorseWorld();
    await send(
      "POST",
      "/api/users",
      ["a", "b", "c"].map((UserId) => ({ UserId })),
    );
    type Page = { Cursor: string; Users: { UserId: string }[] };
    const page = async (query: string) => {
      const { Cursor, Users } = (await ask(`/api/users?${query}`)).body as Page;
      return { Cursor, ids: Users.map(({ UserId }) => UserId) };
    };
    const first = await page("n=2");
    expect(first.ids).toEqual(["a", "b"]);
    expect(await page(`n=2&cursor=${first.Cursor}`)).toEqual({ Cursor: "", ids: ["c"] });
    expect(await page(`n=2&Cursor=${first.Cursor}`)).toEqual({ Cursor: "", ids: ["c"] });
    expect((await send("DELETE", "/api/user/b")).body).toEqual({ RowAffected: 1 });
    expect((await send("DELETE", "/api/user/nobody")).body).toEqual({ RowAffected: 1 });
    expect((await page("n=9")).ids).toEqual(["a", "c"]);
    expect((await ask("/api/user/b")).status).toBe(404);
  });
});

describe("items", () => {
  const lamp = {
    ...{ ItemId: "lamp", IsHidden: false, Categories: ["light", "sale"] },
    ...{ Timestamp: "2020-01-02T03:04:05Z", Labels: { topic: ["t0"] }, Comment: "A lamp" },
  };

  it("are read as they were written", async () => {
    const { ask, send } = await gorseWorld();
    expect((await send("POST", "/api/item", lamp)).body).toEqual({ RowAffected: 1 });
    expect((await ask("/api/item/lamp")).body).toEqual(lamp);
    await send("POST", "/api/items", [
      { ItemId: "a/b", IsHidden: true, Colour: "red", Timestamp: "2020-01-01" },
    ]);
    expect((await ask("/api/item/a%2Fb")).body).toEqual({
      ...{ ItemId: "a/b", IsHidden: true, Categories: null },
      ...{ Timestamp: "2020-01-01T00:00:00Z", Labels: null, Comment: "" },
    });
    expect(await ask("/api/item/none")).toMatchObject({ status: 404, body: "none: item not found" });
  });

  it("are changed in part, and get and lose categories, also without a content type", async () => {
    const { ask, send } = await gorseWorld();
    await send("POST", "/api/item", lamp);
    await send("PATCH", "/api/item/lamp", { IsHidden: true, Labels: { size: 3 }, Comment: "B" });
    const changed = { ...lamp, IsHidden: true, Labels: { size: 3 }, Comment: "B" };
    expect((await ask("/api/item/lamp")).body).toEqual(changed);
    await send("PUT", "/api/item/lamp/category/new");
    await send("DELETE", "/api/item/lamp/category/sale");
    expect((await ask("/api/item/lamp")).body).toEqual({ ...changed, Categories: ["light", "new"] });
    expect((await send("PATCH", "/api/item/none", { Comment: "x" })).status).toBe(404);
    expect((await send("PUT", "/api/item/none/category/x")).status).toBe(404);
  });

  it("come in pages, without deleted ones, also by a search", async () => {
    const { ask, send } = await gorseWorld();
    await send("POST", "/api/items", [lamp, { ItemId: "desk" }, { ItemId: "chair" }, { ItemId: "old" }]);
    await send("DELETE", "/api/item/desk");
    type Page = { Cursor: string; Items: { ItemId: string }[] };
    const page = async (query: string) => {
      const { Cursor, Items } = (await ask(`/api/items?${query}`)).body as Page;
      return { Cursor, ids: Items.map(({ ItemId }) => ItemId) };
    };
    const first = await page("n=2");
    expect(first.ids).toEqual(["chair", "lamp"]);
    expect(await page(`n=2&cursor=${first.Cursor}`)).toEqual({ Cursor: "", ids: ["old"] });
    expect((await page("q=a%20lamp")).ids).toEqual(["lamp"]);
  });

  it("that are deleted lose their feedback; nobody's item can be deleted, too", async () => {
    const { ask, send } = await gorseWorld();
    await send("POST", "/api/item", lamp);
    await send("POST", "/api/feedback", [star("ann", "lamp"), star("bob", "lamp"), star("bob", "desk")]);
    expect((await send("DELETE", "/api/item/lamp")).body).toEqual({ RowAffected: 1 });
    expect((await ask("/api/item/lamp/feedback")).body).toEqual([]);
    expect((await ask("/api/user/bob/feedback")).body).toHaveLength(1);
    expect((await send("DELETE", "/api/item/none")).body).toEqual({ RowAffected: 1 });
    // Later feedback does not bring it back.
    await send("POST", "/api/feedback", [star("ann", "lamp")]);
    expect((await ask("/api/item/lamp")).status).toBe(404);
  });
});

describe("feedback", () => {
  it("has any text as its type, which is listed and removed by its name", async () => {
    const { ask, send } = await gorseWorld();
    const types = ["Like It", "好评", "A:b/c?", "9"];
    const sent = types.map((FeedbackType) => star("ann", "i1", { FeedbackType }));
    expect((await send("POST", "/api/feedback", sent)).body).toEqual({ RowAffected: 4 });
    for (const type of types) {
      const path = `/api/feedback/${encodeURIComponent(type)}`;
      expect((await ask(path)).body).toMatchObject({ Feedback: [{ FeedbackType: type, UserId: "ann" }] });
      expect((await ask(`${path}/ann/i1`)).body).toMatchObject({ FeedbackType: type });
      expect((await send("DELETE", `${path}/ann/i1`)).body).toEqual({ RowAffected: 1 });
    }
    expect((await ask("/api/feedback")).body).toMatchObject({ Feedback: [] });
    const back = await ask("/api/recommend/ann?write-back-type=Shown%20Once&n=2");
    expect([
      back.status,
      ((await ask("/api/feedback/Shown%20Once")).body as { Feedback: [] }).Feedback.length,
    ]).toEqual([200, 2]);
  });

  it("adds values up on POST and replaces them on PUT", async () => {
    const { ask, send } = await gorseWorld();
    const value = async () => ((await ask("/api/feedback/star/ann/i1")).body as { Value: number }).Value;
    expect(
      (await send("POST", "/api/feedback", [star("ann", "i1", { Value: 1, Comment: "c" })])).body,
    ).toEqual({
      RowAffected: 1,
    });
    expect((await ask("/api/feedback/star/ann/i1")).body).toEqual({
      ...{ FeedbackType: "star", UserId: "ann", ItemId: "i1", Value: 1, Comment: "c" },
      ...{ Timestamp: "1970-01-01T00:00:05Z", Updated: "1970-01-01T00:00:05Z" },
    });
    await send("POST", "/api/feedback", [star("ann", "i1", { Value: 9 })]);
    expect(await value()).toBe(10);
    await send("PUT", "/api/feedback", [star("ann", "i1", { Value: 4 }), star("ann", "i1", { Value: 5 })]);
    expect(await value()).toBe(5);
  });

  it("is sent to the event shards as events, with ids that a repeated request has again", async () => {
    const { send, memory } = await gorseWorld();
    const headers = { "Idempotency-Key": "try 1" };
    await send("POST", "/api/feedback", [star("ann", "i1", { Value: 2 })], headers);
    await send("POST", "/api/feedback", [star("ann", "i1", { Value: 2 })], headers);
    await send("POST", "/api/feedback", [star("ann", "i1", { Timestamp: "2030-01-01" })]);
    const [first, second, third] = memory.sent.flatMap(({ events }) => events);
    expect(first).toEqual({
      ...{ type: "star", user_id: "ann", item_id: "i1", value: 2, time: 5_000, received: 11_000 },
      ...{
        event_id: expect.stringMatching(/^gorse-[0-9a-f]{40}-0$/),
        feedback: { at: 5_000, updated: 5_000 },
      },
    });
    expect(second?.event_id).toBe(first?.event_id);
    // What counts later is an event of now.
    expect(third).toMatchObject({ time: 11_000, feedback: { at: Date.parse("2030-01-01") } });
    expect(third).not.toHaveProperty("event_id");
  });

  it("creates the users and items that nothing has", async () => {
    const { ask, send } = await gorseWorld();
    await send("POST", "/api/feedback", [star("new user", "new item")]);
    expect((await ask("/api/user/new%20user")).body).toEqual({
      UserId: "new user",
      Labels: null,
      Comment: "",
    });
    expect((await ask("/api/item/new%20item")).body).toMatchObject({
      ...{ ItemId: "new item", Categories: null, Labels: null, Timestamp: "1970-01-01T00:00:00Z" },
    });
  });

  it("of a key that may not write items creates none", async () => {
    const { ask, memory } = await gorseWorld();
    const answer = await ask("/api/feedback", {
      method: "POST",
      body: [star("ann", "new item")],
      key: OPEN_KEY,
    });
    expect([answer.status, memory.sent.length]).toEqual([200, 1]);
    expect((await ask("/api/item/new%20item")).status).toBe(404);
  });

  it("is listed by type, user and item, in pages or whole, and deleted one by one", async () => {
    const { ask, send } = await gorseWorld();
    const read = { FeedbackType: "read" };
    const all = [star("ann", "i1"), star("ann", "i2"), star("bob", "i1"), star("ann", "i1", read)];
    await send("POST", "/api/feedback", all);
    type Rows = { FeedbackType: string; UserId: string; ItemId: string }[];
    const short = (rows: unknown) =>
      (rows as Rows).map(({ FeedbackType, UserId, ItemId }) => [FeedbackType, UserId, ItemId].join(" "));
    const listed = async (path: string) => short((await ask(path)).body);
    expect(await listed("/api/user/ann/feedback")).toEqual(["read ann i1", "star ann i1", "star ann i2"]);
    expect(await listed("/api/user/ann/feedback/star")).toEqual(["star ann i1", "star ann i2"]);
    expect(await listed("/api/item/i1/feedback")).toEqual(["read ann i1", "star ann i1", "star bob i1"]);
    expect(await listed("/api/item/i1/feedback/read")).toEqual(["read ann i1"]);
    expect(await listed("/api/feedback/ann/i1")).toEqual(["read ann i1", "star ann i1"]);
    const page = (await ask("/api/feedback?n=3")).body as { Cursor: string; Feedback: Rows };
    expect(short(page.Feedback)).toEqual(["read ann i1", "star ann i1", "star ann i2"]);
    const rest = (await ask(`/api/feedback?n=3&cursor=${page.Cursor}`)).body as typeof page;
    expect([rest.Cursor, short(rest.Feedback)]).toEqual(["", ["star bob i1"]]);
    const stars = (await ask("/api/feedback/read")).body as typeof page;
    expect(short(stars.Feedback)).toEqual(["read ann i1"]);
    expect((await send("DELETE", "/api/feedback/star/ann/i2")).body).toEqual({ RowAffected: 1 });
    expect((await send("DELETE", "/api/feedback/star/ann/i2")).body).toEqual({ RowAffected: 0 });
    expect((await send("DELETE", "/api/feedback/ann/i1")).body).toEqual({ RowAffected: 2 });
    expect((await ask("/api/feedback/star/ann/i1")).body).toEqual({});
  });
});

describe("lists", () => {
  it("are ids, or scores for the second version of the API", async () => {
    const { ask } = await gorseWorld();
    const ids = (await ask("/api/recommend/ann/?n=2")).body as string[];
    expect(ids).toHaveLength(2);
    const scores = await ask("/api/recommend/ann?n=2", { headers: { "X-API-Version": "2" } });
    expect(scores.body).toEqual(ids.map((Id) => ({ Id, Score: expect.any(Number) })));
    expect((await ask("/api/recommend/ann?n=1&offset=1")).body).toEqual(ids.slice(1));
    expect((await ask("/api/recommend/somebody-unknown?n=3")).body).toHaveLength(3);
  });

  it("leave out what the user has feedback on, and what was written back once its time has come", async () => {
    const { ask, send, pass, memory } = await gorseWorld();
    await send(
      "POST",
      "/api/items",
      ["w1", "w2", "w3"].map((ItemId) => ({ ItemId })),
    );
    const all = async () => (await ask("/api/recommend/zoe?n=0")).body as string[];
    expect(await all()).toEqual(expect.arrayContaining(["w1", "w2", "w3"]));
    await send("POST", "/api/feedback", [star("zoe", "w1")]);
    expect(await all()).not.toContain("w1");
    const query = "n=1&write-back-type=read&write-back-delay=1m";
    const [shown] = (await ask(`/api/recommend/zoe?${query}`)).body as string[];
    expect(await all()).toContain(shown);
    pass(60_000);
    expect(await all()).not.toContain(shown);
    expect((await ask("/api/user/zoe/feedback/read")).body).toMatchObject([{ ItemId: shown, Value: 0 }]);
    // What was shown says nothing of what the user wants.
    expect(memory.sent.flatMap(({ events }) => events.map(({ type }) => type))).toEqual(["star"]);
  });

  it("have the categories that are asked for, all of them", async () => {
    const { ask, send } = await gorseWorld();
    expect((await ask("/api/latest/red")).body).toEqual([]);
    expect((await ask("/api/recommend/ann/red")).body).toEqual([]);
    await send("POST", "/api/items", [
      { ItemId: "w1", Categories: ["red"], Timestamp: "2020-01-01" },
      { ItemId: "w2", Categories: ["red", 'a "b"'], Timestamp: "2020-01-02" },
      { ItemId: "w3", Categories: ["blue"], Timestamp: "2020-01-03" },
    ]);
    const sorted = async (path: string) => ((await ask(path)).body as string[]).sort();
    expect(await sorted("/api/recommend/ann/red")).toEqual(["w1", "w2"]);
    expect(await sorted("/api/recommend/ann?category=red&category=a%20%22b%22")).toEqual(["w2"]);
    expect(await sorted("/api/recommend/ann?category=red&category=blue")).toEqual([]);
    const latest = [
      { Id: "w2", Score: Date.parse("2020-01-02") / 1_000 },
      { Id: "w1", Score: Date.parse("2020-01-01") / 1_000 },
    ];
    expect((await ask("/api/latest/red?n=3")).body).toEqual(latest);
    expect((await ask("/api/latest?n=1&offset=1")).body).toEqual(latest.slice(0, 1));
    await send("POST", "/api/feedback", [star("ann", "w2")]);
    expect((await ask("/api/latest/red?user-id=ann")).body).toEqual(latest.slice(1));
    expect((await ask("/api/non-personalized/latest?n=1&category=red")).body).toEqual(latest.slice(0, 1));
    expect((await ask("/api/non-personalized/nosuch")).body).toEqual([]);
  });

  it("of a session leave its items out, and neighbours of users share items", async () => {
    const { ask, send } = await gorseWorld();
    const session = await send("POST", "/api/session/recommend/?n=100", [star("x", "1"), star("x", "2")]);
    const ids = (session.body as { Id: string }[]).map(({ Id }) => Id);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids).not.toEqual(expect.arrayContaining(["1"]));
    await send("POST", "/api/feedback", [
      star("ann", "1"),
      star("ann", "2"),
      star("bob", "1"),
      star("cat", "9"),
    ]);
    expect((await ask("/api/user/ann/neighbors")).body).toEqual([
      { Id: "bob", Score: expect.closeTo(1 / Math.sqrt(2), 6) },
    ]);
    expect((await ask("/api/item/none/neighbors")).body).toEqual([]);
    expect((await ask("/api/popular/?n=2")).body).toHaveLength(2);
  });
});

describe("lists for everybody", () => {
  it("explore no new items, whatever the project's rate, as those for a user do", async () => {
    const { ask, send, manifest } = await gorseWorld();
    await manifest({ traffic: { exploration_rate: 1 } });
    await send("POST", "/api/items", [{ ItemId: "brand-new" }]);
    const first = async (path: string) => ((await ask(path)).body as { Id: string }[]).map(({ Id }) => Id)[0];
    expect(((await ask("/api/recommend/zoe?n=2")).body as string[])[0]).toBe("brand-new");
    for (const path of [
      "/api/popular?n=2",
      "/api/non-personalized/popular?n=2",
      "/api/item/1/neighbors?n=2",
    ]) {
      expect(await first(path)).not.toBe("brand-new");
    }
  });
});

describe("neighbours of an item before the first training", () => {
  it("share users by feedback that is learnt from, in the categories asked for, without what is hidden", async () => {
    const { ask, send, manifest } = await gorseWorld();
    const weights = { star: 1, read: 0 };
    const events = { seen_rule: "always", seen_days: null, seen_types: null, weights } as const;
    await manifest({ slots: [], metadata_key: null, events });
    await send("POST", "/api/items", [
      { ItemId: "a" },
      { ItemId: "b", Categories: ["red"] },
      { ItemId: "c", Categories: ["red"], IsHidden: true },
      { ItemId: "d", Categories: ["blue"] },
      { ItemId: "lonely" },
    ]);
    await send("POST", "/api/feedback", [
      ...["ann", "bob"].flatMap((user) => [star(user, "a"), star(user, "b"), star(user, "c")]),
      ...[star("ann", "d"), star("cat", "d"), star("cat", "lonely", { FeedbackType: "read" })],
    ]);
    const near = async (path: string) => (await ask(`/api/item/${path}`)).body;
    const [b, d] = [
      { Id: "b", Score: 1 },
      { Id: "d", Score: expect.closeTo(1 / 2, 12) },
    ];
    expect(await near("a/neighbors")).toEqual([b, d]);
    expect(await near("a/neighbors/red")).toEqual([b]);
    expect(await near("a/neighbors?n=1&offset=1")).toEqual([d]);
    expect(await near("a/neighbors?user-id=cat")).toEqual([b]);
    expect(await near("d/neighbors?n=1")).toEqual([{ Id: "a", Score: expect.closeTo(1 / 2, 12) }]);
    expect(await near("lonely/neighbors")).toEqual([]);
    expect(await near("nosuch/neighbors")).toEqual([]);
  });
});

describe("health", () => {
  it("needs no key", async () => {
    const { ask } = await gorseWorld();
    expect(await ask("/api/health/live", { key: null })).toMatchObject({
      status: 200,
      body: { Ready: true },
    });
    expect((await ask(`/k/${OPEN_KEY}/api/health/ready`, { key: null })).status).toBe(200);
  });
});
