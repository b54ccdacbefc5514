import { describe, expect, it } from "vitest";
import { MAX_USER_BYTES } from "#contract/limits.ts";
import type { RecommendResponse } from "#contract/recommend.ts";
import { userPropertiesResponse } from "#contract/user-properties.ts";
import { EventsNotStored } from "#recommend/events/event-shards.ts";
import { EVENTS_KEY, ITEMS_KEY, KEY, world } from "../serving-world.ts";

async function usersWorld() {
  const served = await world();
  const call = (method: string, path: string, body?: unknown, key = ITEMS_KEY) =>
    served.app.request(path, {
      method,
      headers: { "X-API-Key": key, "Content-Type": "application/json" },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  const recommend = async (body: object) => {
    const response = await call("POST", "/v1/recommend", { limit: 100, ...body }, KEY);
    expect(response.status).toBe(200);
    return (await response.json()) as RecommendResponse;
  };
  const put = (userId: string, properties: object) => call("PUT", `/v1/users/${userId}`, { properties });
  return { ...served, call, recommend, put };
}

describe("a user's properties", () => {
  it("are written as a whole, changed in part and read", async () => {
    const { call, put, now } = await usersWorld();
    expect((await call("GET", "/v1/users/ann")).status).toBe(404);
    const answer = await put("ann", { age: 30, city: "Oslo" });
    expect(answer.status).toBe(200);
    const user = { user_id: "ann", properties: { age: 30, city: "Oslo" }, updated_at: now() };
    expect(userPropertiesResponse.parse(await answer.json())).toEqual(user);
    const patched = await call("PATCH", "/v1/users/ann", { properties: { city: null, plan: "pro" } });
    expect(await patched.json()).toMatchObject({ properties: { age: 30, plan: "pro" } });
    expect(await (await call("GET", "/v1/users/ann/")).json()).toMatchObject({
      properties: { age: 30, plan: "pro" },
    });
  });

  it("lie over those of the uploaded file", async () => {
    const { call, put, manifest } = await usersWorld();
    await manifest({ user_metadata_key: "users" });
    expect(await (await call("GET", "/v1/users/9")).json()).toMatchObject({
      properties: { title: "Nine", tags: "a|b" },
      updated_at: null,
    });
    const patched = await call("PATCH", "/v1/users/9", { properties: { tags: null, age: 3 } });
    expect(await patched.json()).toMatchObject({ properties: { title: "Nine", community: "c1", age: 3 } });
    expect(await (await put("9", { age: 4 })).json()).toMatchObject({ properties: { age: 4 } });
  });

  it.each([
    ["a slash", "a%2Fb", "a/b"],
    ["a name of objects", "__proto__", "__proto__"],
    ["the word of another route", "merge", "merge"],
    ["blanks around it", "%20x%20", "x"],
    ["other letters", "%E9%9F%B3", "音"],
  ])("may be of an id with %s", async (_name, path, id) => {
    const { call, put } = await usersWorld();
    expect(await (await put(path, { age: 1 })).json()).toMatchObject({ user_id: id });
    expect(await (await call("GET", `/v1/users/${path}`)).json()).toMatchObject({ user_id: id });
  });

  it.each([
    ["no body", "PUT", undefined],
    ["no JSON", "PUT", "{"],
    ["no object", "PUT", []],
    ["no properties", "PUT", {}],
    ["no properties to change", "PATCH", {}],
    ["properties of another form", "PUT", { properties: [1] }],
    ["properties that are null", "PATCH", { properties: null }],
    ["another field", "PUT", { properties: {}, hidden: true }],
    ["the name __proto__", "PUT", '{"properties": {"__proto__": {"age": 1}}}'],
    ["an infinite number", "PUT", '{"properties": {"age": 1e999}}'],
    ["half a character", "PUT", '{"properties": {"city": "\\ud83d"}}'],
    ["deep values", "PUT", { properties: { a: { b: { c: { d: { e: {} } } } } } }],
    [
      "too many of them",
      "PUT",
      { properties: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, n])) },
    ],
    ["too many bytes", "PATCH", { properties: { a: "é".repeat(MAX_USER_BYTES / 2) } }],
  ])("are refused with %s", async (_name, method, body) => {
    const { call } = await usersWorld();
    expect((await call(method, "/v1/users/ann", body)).status).toBe(422);
    expect((await call("GET", "/v1/users/ann")).status).toBe(404);
  });

  it("need the scope of items, and a key of a server", async () => {
    const { call, putKey, addKey } = await usersWorld();
    const body = { properties: { age: 1 } };
    for (const key of [KEY, EVENTS_KEY])
      expect((await call("PUT", "/v1/users/ann", body, key)).status).toBe(403);
    const [reader, browser, stranger] = ["r", "b", "s"].map((one) => `rctm_${one.repeat(64)}`) as [
      string,
      string,
      string,
    ];
    await addKey(reader, ["read"]);
    const record = {
      id: 7,
      project_id: 3,
      scopes: ["predict" as const, "events" as const],
      expires_at: null,
    };
    await putKey(browser, { ...record, browser: { allowed_origins: [] } });
    expect((await call("PUT", "/v1/users/ann", body, browser)).status).toBe(403);
    expect((await call("PUT", "/v1/users/ann", body, stranger)).status).toBe(401);
    expect((await call("PUT", "/v1/users/ann", body)).status).toBe(200);
    expect((await call("PATCH", "/v1/users/ann", body, reader)).status).toBe(403);
    expect((await call("GET", "/v1/users/ann", undefined, reader)).status).toBe(200);
  });

  it("that could not be stored or read are a 503 and come again", async () => {
    const { call, put, shardState, logged } = await usersWorld();
    shardState.problem = new EventsNotStored("a shard failed");
    const answer = await put("ann", { age: 1 });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("Retry-After")).toBe("1");
    expect((await call("GET", "/v1/users/ann")).status).toBe(503);
    expect(logged).toEqual(["user_not_stored", "user_not_read"]);
    shardState.problem = null;
    expect((await put("ann", { age: 1 })).status).toBe(200);
  });

  it("are what rules read, below those of the request, over those of files", async () => {
    const { put, call, recommend, manifest } = await usersWorld();
    await manifest({ user_metadata_key: "users" });
    const filter = "item.price < user.budget";
    await put("zoe", { budget: 3 });
    const ids = async (body: object) =>
      (await recommend({ filter, ...body })).items.map((item) => item.item_id).sort();
    expect(await ids({ user_id: "zoe" })).toEqual(["1", "2"]);
    expect(await ids({ user_id: "zoe", user: { budget: 2 } })).toEqual(["1"]);
    await call("PATCH", "/v1/users/zoe", { properties: { budget: 4 } });
    expect(await ids({ user_id: "zoe" })).toEqual(["1", "2", "3"]);
    const titled = await recommend({ user_id: "9", filter: 'user.title == "Nine"', limit: 1 });
    expect(titled.total).toBeGreaterThan(0);
    await put("9", { budget: 1 });
    expect((await recommend({ user_id: "9", filter: 'user.title == "Nine"' })).total).toBe(0);
  });
});
