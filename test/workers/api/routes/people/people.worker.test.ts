import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { apiKeyCreatedResponse } from "#contract/api-key.ts";
import { deletionResponse } from "#contract/deletion.ts";
import { deletion } from "#db/deletion-schema.ts";
import { userMerge } from "#db/user-merge-schema.ts";
import { createProjectEvents, type ProjectEvents } from "#jobs/event-shard/project-events.ts";
import { sha256Hex } from "#platform/encoding.ts";
import { createEventShards } from "#recommend/events/event-shards.ts";
import { driveDeletions } from "#services/erasure/deletions.ts";
import { settleOpenMerges } from "#services/people/user-merges.ts";
import { findErasedAt } from "#storage/erased-users.ts";
import { type StoredMerge, storedMerges } from "#storage/user-merges.ts";
import {
  createProject,
  join,
  type Person,
  readAs,
  type TestApi,
  testApi,
  uniqueName,
} from "../../../runtime/api.ts";
import { exported, importing, withRows } from "../../../runtime/archive.ts";

async function keyOf(api: TestApi, person: Person, project: number, scopes: string[]) {
  const body = { project, name: uniqueName("key"), scopes };
  const { key } = await readAs(apiKeyCreatedResponse, await person.call("POST", "/api_keys/", body), 201);
  return (method: string, path: string, sent?: object) =>
    api.fetch(path, {
      method,
      headers: { "X-API-Key": key, "Content-Type": "application/json" },
      ...(sent && { body: sent instanceof ReadableStream ? sent : JSON.stringify(sent) }),
    });
}

async function setUp(events: Partial<ProjectEvents> = {}) {
  const api = testApi({ events: { ...createProjectEvents(env.EVENTS), ...events } });
  await join(api);
  const person = await join(api);
  const { id } = await createProject(person);
  const call = await keyOf(api, person, id, ["write"]);
  const merge = (from: string, to: string) => call("POST", "/v1/users/merge", { from, to });
  const shards = () => createEventShards({ namespace: env.EVENTS, now: () => Date.now() });
  let time = 0;
  const view = (user_id: string, item_id: string) => {
    time++;
    return shards().append(id, [{ type: "view", user_id, item_id, time, received: Date.now() }]);
  };
  const recent = async (userId: string) =>
    (await shards().recentOf(id, userId)).items.map(({ itemId }) => itemId);
  const merges = async () => {
    const found: StoredMerge[] = [];
    for await (const one of storedMerges(env.STORE, id, Number.MAX_SAFE_INTEGER)) found.push(one);
    return found.map(({ from, to }) => `${from} ${to}`).sort();
  };
  return { api, person, id, call, merge, view, recent, merges };
}

describe("POST /v1/users/merge", () => {
  it("is in archives, whose import refuses a circle", async () => {
    const { api, person, id, merge } = await setUp();
    expect((await merge("visitor", "ann")).status).toBe(200);
    const archive = await exported(person, id);
    expect((await importing(api, person, archive, uniqueName("copy"))).status).toBe(201);
    const circle = await withRows(archive, "user_merge", (line) => line.replace('"ann"', '"visitor"'));
    const refused = await importing(api, person, circle, uniqueName("copy"));
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("in a circle")]);
  });

  it("gives a user the recent items of the visitor, and may be repeated", async () => {
    const { merge, view, recent, merges } = await setUp();
    await view("visitor", "a");
    await view("ann", "b");
    await view("visitor", "c");
    const merged = await merge("visitor", " ann ");
    expect([merged.status, await merged.json()]).toEqual([
      200,
      { from: "visitor", to: "ann", user_id: "ann" },
    ]);
    expect(await recent("ann")).toEqual(["c", "b", "a"]);
    expect((await merge("visitor", "ann")).status).toBe(200);
    expect(await recent("ann")).toEqual(["c", "b", "a"]);
    await view("visitor", "d");
    await merge("visitor", "ann");
    expect(await recent("ann")).toEqual(["d", "c", "b", "a"]);
    expect(await merges()).toEqual(["visitor ann"]);
  });

  it("counts in the next answer of serving that remembers the user, as an erasure does", async () => {
    // The isolate of serving, with a clock that stands still: nothing grows old in its memory.
    const serving = createEventShards({ namespace: env.EVENTS, now: () => 1_000_000 });
    const events = createProjectEvents(env.EVENTS, async (...of) => serving.recentChanged(...of));
    const { api, id, call, merge, view } = await setUp(events);
    const next = async (userId: string) => {
      const known = (serving.known(id, userId)?.known ?? (await serving.recentOf(id, userId))).items;
      return known.map(({ itemId }) => itemId);
    };
    await view("visitor", "a");
    await view("other", "b");
    expect([await next("ann"), await next("eve")]).toEqual([[], []]);
    await merge("visitor", "ann");
    expect(await next("ann")).toEqual(["a"]);
    await merge("other", "bob");
    await merge("bob", "eve");
    expect(await next("eve")).toEqual(["b"]);
    expect((await call("DELETE", "/v1/users/visitor")).status).toBe(202);
    for (let slice = 0; slice < 3; slice++) await driveDeletions(api.deps);
    expect([await next("ann"), await next("visitor"), await next("eve")]).toEqual([[], [], ["b"]]);
  });

  it("gives the visitor's properties below the user's own, until the visitor is erased", async () => {
    const { api, id, call, merge } = await setUp();
    const shards = () => createEventShards({ namespace: env.EVENTS, now: () => Date.now() });
    const write = (userId: string, properties: Record<string, unknown>) =>
      shards().writeUser(id, { kind: "merge", userId, properties });
    const read = async (userId: string) => {
      const { properties } = await shards().recentOf(id, userId);
      return properties && JSON.parse(properties.properties);
    };
    await write("visitor", { city: "Oslo", plan: "free" });
    await write("ann", { plan: "pro" });
    await merge("visitor", "ann");
    expect(await read("ann")).toEqual({ city: "Oslo", plan: "pro" });
    const order = await readAs(deletionResponse, await call("DELETE", "/v1/users/visitor"), 202);
    for (let slice = 0; slice < 3; slice++) await driveDeletions(api.deps);
    expect([await read("visitor"), await read("ann")]).toEqual([null, { plan: "pro" }]);
    const [row] = await api.deps.db.select().from(deletion).where(eq(deletion.id, order.id));
    expect(row?.report.rows).toEqual({ user_properties: 1, user_merge: 1 });
  });

  it("follows a chain to its end, however it was made", async () => {
    const { merge, view, recent, merges } = await setUp();
    await view("a", "1");
    await view("b", "2");
    await merge("b", "c");
    const merged = await merge("a", "b");
    expect(await merged.json()).toEqual({ from: "a", to: "b", user_id: "c" });
    expect([await recent("c"), await merges()]).toEqual([
      ["2", "1"],
      ["a b", "b c"],
    ]);
    // The same again: both are c in the end.
    expect((await merge("a", "c")).status).toBe(200);
  });

  it("refuses a circle, also of two calls at a time, and a second other user", async () => {
    const { api, id, merge, merges } = await setUp();
    await merge("a", "b");
    await merge("b", "c");
    expect((await merge("c", "a")).status).toBe(409);
    expect((await merge("a", "x")).status).toBe(409);
    expect((await merge("a", "a")).status).toBe(400);
    const both = await Promise.all([merge("p", "q"), merge("q", "p")]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const rows = await api.deps.db.select().from(userMerge).where(eq(userMerge.projectId, id));
    expect([rows.length, (await merges()).length]).toEqual([3, 3]);
  });

  it("goes on after a kill between the shards", async () => {
    const killed = { isOn: true };
    const copy = createProjectEvents(env.EVENTS).copyRecent;
    const made = await setUp({
      copyRecent: async (...of) => {
        if (killed.isOn) throw new Error("killed");
        await copy(...of);
      },
    });
    await made.view("visitor", "a");
    expect((await made.merge("visitor", "ann")).status).toBe(500);
    expect(await made.recent("ann")).toEqual([]);
    killed.isOn = false;
    await settleOpenMerges(made.api.deps);
    expect([await made.recent("ann"), await made.merges()]).toEqual([["a"], ["visitor ann"]]);
  });

  it.each([
    [{ from: "a" }, "to"],
    [{ from: "", to: "b" }, "from"],
    [{ from: "a\u0001b", to: "b" }, "from"],
    [{ from: {}, to: "b" }, "from"],
    [{ from: "x".repeat(1025), to: "b" }, "from"],
    [{ from: "a", to: "b", too: "c" }, "too"],
  ])("is refused for %j", async (body, field) => {
    const { call } = await setUp();
    const refused = await call("POST", "/v1/users/merge", body);
    expect([refused.status, Object.keys((await refused.json()) as object)]).toEqual([400, [field]]);
  });

  it("is for keys with the scope write, and for their project alone", async () => {
    const { api, person, id, merge, recent, view } = await setUp();
    const other = await createProject(person);
    const asOther = await keyOf(api, person, other.id, ["write"]);
    await view("visitor", "a");
    expect((await asOther("POST", "/v1/users/merge", { from: "visitor", to: "ann" })).status).toBe(200);
    expect(await recent("ann")).toEqual([]);
    expect((await merge("visitor", "ann")).status).toBe(200);
    const weak = await keyOf(api, person, id, ["read", "predict", "events"]);
    expect((await weak("POST", "/v1/users/merge", { from: "x", to: "y" })).status).toBe(403);
    expect((await weak("DELETE", "/v1/users/ann")).status).toBe(403);
    const bearer = { Authorization: `Bearer ${person.session.access}`, "Content-Type": "application/json" };
    const asPerson = (method: string, path: string) => api.fetch(path, { method, headers: bearer });
    expect((await asPerson("DELETE", "/v1/users/ann")).status).toBe(403);
    expect((await merge("x", "y")).status).toBe(200);
    expect((await api.fetch("/v1/users/ann", { method: "DELETE" })).status).toBe(401);
  });
});

describe("DELETE /v1/users/{id}", () => {
  it("erases the user and all who were merged into them, with the report of the dashboard's erasure", async () => {
    const { api, call, merge, view, recent, merges, id } = await setUp();
    for (const user of ["v1", "v2", "ann", "bob"]) await view(user, `of ${user}`);
    await merge("v1", "v2");
    await merge("v2", "ann");
    await merge("bob", "cid");
    const placed = await readAs(deletionResponse, await call("DELETE", "/v1/users/ann"), 202);
    expect(placed).toMatchObject({ kind: "PERSON", project: id });
    // Serving refuses the tokens that their pages have.
    const erased = await Promise.all(
      ["v1", "v2", "ann", "cid"].map(async (user) =>
        findErasedAt(env.ROUTING, { projectId: id, hash: await sha256Hex(user) }),
      ),
    );
    expect(erased).toEqual([api.deps.clock(), api.deps.clock(), api.deps.clock(), null]);
    for (let minute = 0; minute < 12; minute++) {
      api.advance(60_000);
      await driveDeletions(api.deps);
    }
    const rows = await api.deps.db.select().from(deletion).where(eq(deletion.projectId, id));
    expect(rows.map(({ status, subject }) => [status, subject])).toEqual([
      ["COMPLETED", null],
      ["COMPLETED", null],
      ["COMPLETED", null],
    ]);
    const count = (of: "event" | "user_merge") =>
      rows.reduce((sum, { report }) => sum + (report.rows[of] ?? 0), 0);
    expect([count("event"), count("user_merge")]).toEqual([3, 2]);
    for (const user of ["v1", "v2", "ann"]) expect(await recent(user)).toEqual([]);
    expect([await recent("cid"), await merges()]).toEqual([["of bob"], ["bob cid"]]);
  });

  it("of a visitor takes their items from the user, who keeps the others", async () => {
    const { api, call, merge, view, recent, merges } = await setUp();
    for (const user of ["v1", "v2", "ann"]) await view(user, `of ${user}`);
    await merge("v1", "v2");
    await merge("v2", "ann");
    await call("DELETE", "/v1/users/v1");
    for (let minute = 0; minute < 6; minute++) {
      api.advance(60_000);
      await driveDeletions(api.deps);
    }
    await settleOpenMerges(api.deps);
    expect([await recent("ann"), await recent("v2"), await merges()]).toEqual([
      ["of ann", "of v2"],
      ["of v2"],
      ["v2 ann"],
    ]);
  });

  it("takes ids with any characters, and a user who is called merge", async () => {
    const { call } = await setUp();
    for (const id of ["a%2Fb%20%C3%A9", "merge", "../../x"]) {
      expect(
        (await call("DELETE", `/v1/users/${id.startsWith(".") ? encodeURIComponent(id) : id}`)).status,
      ).toBe(202);
    }
    expect((await call("POST", "/v1/users/ann", {})).status).toBe(405);
  });

  it("refuses broken escapes and a body that breaks off", async () => {
    const { call, id, api } = await setUp();
    for (const broken of ["%FF", "a%", "%ED%A0%80"]) {
      expect((await call("DELETE", `/v1/users/${broken}`)).status).toBe(400);
    }
    const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError("gone")) });
    const answer = await call("POST", "/v1/users/merge", body);
    expect([answer.status, await answer.json()]).toEqual([400, { detail: "The request's body broke off." }]);
    expect(await api.deps.db.select().from(deletion).where(eq(deletion.projectId, id))).toEqual([]);
  });
});
