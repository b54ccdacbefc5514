import { describe, expect, it } from "vitest";
import { bulkItemsResponse, itemResponse } from "#contract/item.ts";
import { MAX_BULK_BODY_BYTES, MAX_BULK_ITEMS } from "#contract/limits.ts";
import type { RecommendResponse } from "#contract/recommend.ts";
import { EVENTS_KEY, ITEMS_KEY, KEY, world } from "../serving-world.ts";

async function itemsWorld() {
  const served = await world();
  const { app } = served;
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    app.request(path, {
      method,
      headers: { "X-API-Key": ITEMS_KEY, "Content-Type": "application/json", ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  const recommend = async (body: object = {}) => {
    const response = await call("POST", "/v1/recommend", { limit: 100, ...body }, { "X-API-Key": KEY });
    expect(response.status).toBe(200);
    return (await response.json()) as RecommendResponse;
  };
  const ids = async (body: object = {}) => (await recommend(body)).items.map((item) => item.item_id);
  return { ...served, call, recommend, ids };
}

const item = (properties: object, more: object = {}) => ({ properties, ...more });
const lines = { "Content-Type": "application/x-ndjson" };

describe("one item", () => {
  it("is written as a whole, changed in part, read and deleted", async () => {
    const { call, now } = await itemsWorld();
    const put = await call("PUT", "/v1/items/new", item({ price: 3, brand: "acme" }));
    expect(put.status).toBe(200);
    expect(itemResponse.parse(await put.json())).toEqual({
      item_id: "new",
      properties: { price: 3, brand: "acme" },
      hidden: false,
      created_at: now(),
      updated_at: now(),
    });
    const patched = await call("PATCH", "/v1/items/new", item({ price: 4, brand: null }, { hidden: true }));
    expect(await patched.json()).toMatchObject({ properties: { price: 4 }, hidden: true });
    const read = await call("GET", "/v1/items/new");
    expect(await read.json()).toMatchObject({ item_id: "new", properties: { price: 4 }, hidden: true });
    expect(await (await call("DELETE", "/v1/items/new")).json()).toEqual({ item_id: "new", deleted: true });
    expect((await call("GET", "/v1/items/new")).status).toBe(404);
    expect((await call("DELETE", "/v1/items/new")).status).toBe(404);
  });

  it("of a file is read and changed over what the file says", async () => {
    const { call } = await itemsWorld();
    expect(await (await call("GET", "/v1/items/9")).json()).toMatchObject({
      properties: { title: "Nine", tags: "a|b" },
      created_at: null,
    });
    const patched = await call("PATCH", "/v1/items/9", item({ tags: null, price: 9.5 }));
    expect(await patched.json()).toMatchObject({
      properties: { title: "Nine", price: 9.5, community: "c1" },
    });
    expect((await call("DELETE", "/v1/items/9")).status).toBe(200);
    expect((await call("GET", "/v1/items/9")).status).toBe(404);
    expect((await call("PATCH", "/v1/items/9", item({ price: 1 }))).status).toBe(404);
  });

  it("of a model alone can be hidden, and an unknown one cannot", async () => {
    const { call } = await itemsWorld();
    expect((await call("PATCH", "/v1/items/2", { hidden: true })).status).toBe(200);
    expect((await call("PATCH", "/v1/items/nobody", { hidden: true })).status).toBe(404);
    expect((await call("DELETE", "/v1/items/nobody")).status).toBe(404);
    expect((await call("GET", "/v1/items/nobody")).status).toBe(404);
  });

  it.each([
    ["a slash", "a%2Fb", "a/b"],
    ["other letters", "%E9%9F%B3", "音"],
    ["a name of objects", "__proto__", "__proto__"],
    ["another name of objects", "constructor", "constructor"],
    ["blanks around it", "%20x%20", "x"],
    ["a percent sign", "100%25", "100%"],
  ])("may have an id with %s", async (_name, path, id) => {
    const { call, recommend } = await itemsWorld();
    const answer = await call("PUT", `/v1/items/${path}`, item({ price: 1 }));
    expect(await answer.json()).toMatchObject({ item_id: id, properties: { price: 1 } });
    expect(await (await call("GET", `/v1/items/${path}`)).json()).toMatchObject({ item_id: id });
    const { items } = await recommend({ filter: `item.id == ${JSON.stringify(id)}`, include_metadata: true });
    expect(items).toMatchObject([{ item_id: id, metadata: { price: 1 } }]);
  });

  it.each([
    ["no body", "PUT", "a", undefined],
    ["no JSON", "PUT", "a", "{"],
    ["no object", "PUT", "a", []],
    ["no properties", "PUT", "a", {}],
    ["properties of another form", "PUT", "a", { properties: [1] }],
    ["properties that are null", "PATCH", "2", { properties: null }],
    ["another field", "PUT", "a", item({}, { hiden: true })],
    ["a flag that is text", "PATCH", "2", { hidden: "yes" }],
    ["no time", "PUT", "a", item({}, { created_at: "soon" })],
    ["a time before 1970", "PUT", "a", item({}, { created_at: -1 })],
    ["the name __proto__", "PUT", "a", '{"properties": {"__proto__": {"price": 1}}}'],
    ["the name __proto__ within", "PUT", "a", '{"properties": {"size": {"__proto__": 1}}}'],
    ["a property without a name", "PUT", "a", item({ "": 1 })],
    ["a long name", "PUT", "a", item({ ["n".repeat(129)]: 1 })],
    [
      "too many properties",
      "PUT",
      "a",
      item(Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, n]))),
    ],
    ["a long text", "PUT", "a", item({ text: "x".repeat(8_193) })],
    ["a long list", "PUT", "a", item({ tags: Array(201).fill("a") })],
    ["deep values", "PUT", "a", item({ a: { b: { c: { d: { e: {} } } } } })],
    ["very deep values", "PUT", "a", `{"properties": {"a": ${"[".repeat(50_000)}${"]".repeat(50_000)}}}`],
    ["an infinite number", "PUT", "a", '{"properties": {"price": 1e999}}'],
    ["half a character", "PUT", "a", '{"properties": {"title": "\\ud83d"}}'],
    [
      "much of everything",
      "PUT",
      "a",
      item(Object.fromEntries(Array.from({ length: 9 }, (_, n) => [n, "é".repeat(1000)]))),
    ],
    ["another type than the file's", "PUT", "a", item({ price: "cheap" })],
    ["a list for a text", "PATCH", "2", item({ brand: ["acme"] })],
    ["an empty id", "PUT", "%20", item({})],
    ["a control character in the id", "PUT", "a%01b", item({})],
    ["a long id", "PUT", "x".repeat(1025), item({})],
  ])("is refused with %s, and nothing is stored", async (_name, method, path, body) => {
    const { call, shelf } = await itemsWorld();
    const response = await call(method, `/v1/items/${path}`, body);
    expect(response.status).toBe(422);
    const { detail } = (await response.json()) as { detail: { loc: unknown[]; msg: string }[] };
    expect(detail[0]?.msg).toEqual(expect.any(String));
    expect(shelf.rows.size).toBe(0);
  });

  it("names the property with the wrong type, and the type", async () => {
    const { call } = await itemsWorld();
    await call("PUT", "/v1/items/a", item({ size: 3 }));
    const response = await call("PUT", "/v1/items/b", item({ size: "XL" }));
    expect(await response.json()).toEqual({
      detail: [
        {
          type: "property_type",
          loc: ["body", "properties", "size"],
          msg: '"size" is a number, as its first value or the uploaded file says',
          input: "XL",
        },
      ],
    });
  });

  it("needs a key that may write items, of the project", async () => {
    const { call, addKey } = await itemsWorld();
    const as = (key: string, method = "PUT") =>
      call(method, "/v1/items/a", method === "GET" ? undefined : item({}), { "X-API-Key": key });
    expect((await as(KEY)).status).toBe(403);
    expect((await as(EVENTS_KEY)).status).toBe(403);
    expect((await as(`rctm_${"0".repeat(64)}`)).status).toBe(401);
    const reader = `rctm_${"r".repeat(64)}`;
    await addKey(reader, ["read"]);
    expect((await as(reader)).status).toBe(403);
    expect((await as(ITEMS_KEY)).status).toBe(200);
    expect((await as(reader, "GET")).status).toBe(200);
  });

  it("has no other method", async () => {
    const { call } = await itemsWorld();
    const response = await call("POST", "/v1/items/a", item({}));
    expect([response.status, response.headers.get("Allow")]).toEqual([405, "PUT, PATCH, GET, HEAD, DELETE"]);
    expect((await call("GET", "/v1/items")).status).toBe(405);
  });
});

describe("many items", () => {
  const send = (
    call: Awaited<ReturnType<typeof itemsWorld>>["call"],
    body: unknown,
    query = "",
    headers = {},
  ) => call("POST", `/v1/items${query}`, body, headers);

  it.each([
    [
      "a list",
      [
        { item_id: "a", properties: { n: 1 } },
        { item_id: 7, properties: {} },
      ],
      {},
    ],
    [
      "an object with a list",
      {
        items: [
          { item_id: "a", properties: { n: 1 } },
          { item_id: "7", properties: {} },
        ],
      },
      {},
    ],
    ["lines", '{"item_id": "a", "properties": {"n": 1}}\n\n{"item_id": "7", "properties": {}}\n', lines],
  ])("come as %s", async (_name, body, headers) => {
    const { call, shelf } = await itemsWorld();
    const response = await send(call, body, "", headers);
    expect(response.status).toBe(200);
    expect(bulkItemsResponse.parse(await response.json())).toMatchObject({
      accepted: 2,
      unchanged: 0,
      rejected: 0,
    });
    expect([...shelf.rows.keys()]).toEqual(["a", "7"]);
    expect(await (await send(call, body, "", headers)).json()).toMatchObject({ accepted: 2, unchanged: 2 });
  });

  it("are taken beside wrong ones, which are named by position", async () => {
    const { call, shelf } = await itemsWorld();
    const good = { item_id: "a", properties: { size: 1 } };
    const response = await send(call, [
      good,
      5,
      { item_id: "b" },
      { ...good, item_id: "c" },
      { item_id: "d", properties: { size: "XL" } },
    ]);
    expect(response.status).toBe(207);
    const answer = bulkItemsResponse.parse(await response.json());
    expect(answer).toMatchObject({ accepted: 2, rejected: 3 });
    expect(answer.errors.map(({ position, detail }) => [position, detail[0]?.loc])).toEqual([
      [1, ["body"]],
      [2, ["body", "properties"]],
      [4, ["body", "properties", "size"]],
    ]);
    expect([...shelf.rows.keys()]).toEqual(["a", "c"]);
  });

  it("are taken all or none with atomic=true, for a wrong form as for a wrong type", async () => {
    const { call, shelf } = await itemsWorld();
    const good = { item_id: "a", properties: { size: 1 } };
    for (const wrong of [{ item_id: "" }, { item_id: "b", properties: { size: "XL" } }]) {
      const response = await send(call, [good, wrong], "?atomic=true");
      expect(response.status).toBe(422);
      const { detail } = (await response.json()) as { detail: { loc: unknown[] }[] };
      expect(detail.map(({ loc }) => loc.slice(0, 2))).toEqual([["body", 1]]);
      expect(shelf.rows.size).toBe(0);
    }
  });

  it("may merge, hide and delete", async () => {
    const { call, shelf } = await itemsWorld();
    await send(call, [
      { item_id: "a", properties: { n: 1, m: 1 } },
      { item_id: "b", properties: {} },
    ]);
    const body = [
      { item_id: "a", properties: { n: null }, hidden: true },
      { item_id: "b", deleted: true },
      { item_id: "nobody", hidden: true },
    ];
    expect(await (await send(call, body, "?mode=merge")).json()).toMatchObject({
      accepted: 2,
      errors: [{ position: 2, detail: [{ type: "unknown_item" }] }],
    });
    expect(shelf.rows.get("a")).toMatchObject({ properties: '{"m":1}', state: "hidden" });
    expect(shelf.rows.get("b")?.state).toBe("deleted");
    const both = [{ item_id: "a", deleted: true, hidden: true }];
    expect((await send(call, both, "?atomic=true")).status).toBe(422);
  });

  it.each([
    ["a list that is too long", JSON.stringify(Array(MAX_BULK_ITEMS + 1).fill(0)), {}, 413],
    ["too many lines", "0\n".repeat(MAX_BULK_ITEMS + 1), lines, 413],
    ["a body that is too long", "x".repeat(MAX_BULK_BODY_BYTES + 1), {}, 413],
    ["an empty list", "[]", {}, 422],
    ["an unknown mode", "[]", {}, 422, "?mode=upsert"],
  ])("are refused as %s", async (_name, body, headers, status, query = "") => {
    const { call } = await itemsWorld();
    expect((await send(call, body, query, headers)).status).toBe(status);
  });
});

describe("written items in lists", () => {
  it("are found by filters with their new properties at the next request", async () => {
    const { call, ids } = await itemsWorld();
    expect(await ids({ filter: "item.price < 3" })).toEqual(["1", "2"]);
    await call("PATCH", "/v1/items/1", item({ price: 30 }));
    await call("PATCH", "/v1/items/4", item({ price: 1 }));
    expect(await ids({ filter: "item.price < 3" })).toEqual(["2", "4"]);
    await call("PATCH", "/v1/items/2", item({ season: ["winter"] }));
    expect(await ids({ filter: 'item.season contains "winter"' })).toEqual(["2"]);
  });

  it("leave every route when they are hidden, and come back", async () => {
    const { call, ids, post, get } = await itemsWorld();
    const everywhere = async () => {
      const predict = (await (await post({ user_id: "nobody", cutoff: 100 })).json()) as {
        items: { item_id: string }[];
      };
      const posts = (await (await get("/recommendations/nobody?limit=100")).json()) as {
        recommendations: { post_id: string }[];
      };
      const popular = (await (await get("/v1/popular?limit=100")).json()) as RecommendResponse;
      const similar = (await (
        await call("POST", "/v1/similar", { item_ids: ["1"], limit: 100 }, { "X-API-Key": KEY })
      ).json()) as RecommendResponse;
      const batch = (await (
        await call("POST", "/v1/batch", { requests: [{ limit: 100 }] }, { "X-API-Key": KEY })
      ).json()) as { answers: RecommendResponse[] };
      return [
        await ids(),
        predict.items.map((one) => one.item_id),
        posts.recommendations.map((one) => one.post_id),
        ...[popular, similar, ...batch.answers].map(({ items }) => items.map((one) => one.item_id)),
      ].map((list) => list.includes("4"));
    };
    expect(await everywhere()).toEqual(Array(6).fill(true));
    await call("PATCH", "/v1/items/4", { hidden: true });
    expect(await everywhere()).toEqual(Array(6).fill(false));
    await call("PATCH", "/v1/items/4", { hidden: false });
    expect(await everywhere()).toEqual(Array(6).fill(true));
    await call("DELETE", "/v1/items/4");
    expect(await everywhere()).toEqual(Array(6).fill(false));
  });

  it("are listed after all others when they are newer than the model, the newest first", async () => {
    const { call, recommend } = await itemsWorld();
    const before = await recommend();
    await call("PUT", "/v1/items/old", item({ brand: "fresh" }, { created_at: "2020-01-01" }));
    await call("PUT", "/v1/items/young", item({ brand: "fresh" }, { created_at: "2024-01-01" }));
    const after = await recommend();
    expect(after.total).toBe(before.total + 2);
    expect(after.items.slice(-2)).toMatchObject([
      { item_id: "young", strategy: "newest", score: 0 },
      { item_id: "old", strategy: "newest", score: 0 },
    ]);
    const fresh = await recommend({ filter: 'item.brand == "fresh"', include_metadata: true });
    expect(fresh).toMatchObject({
      strategy: "newest",
      total: 2,
      items: [{ metadata: { brand: "fresh" } }, {}],
    });
    expect((await recommend({ boost: 'pin item.id == "old" at 1' })).items[0]?.item_id).toBe("old");
  });

  it("are popular now when they get events", async () => {
    const { call, recommend, memory, pass } = await itemsWorld();
    await call("PUT", "/v1/items/new", item({}));
    await recommend();
    memory.state.counts.set("7d", [{ itemId: "new", type: "view", count: 5 }]);
    pass(10_000);
    await recommend();
    expect((await recommend()).items[0]).toMatchObject({ item_id: "new", strategy: "popular_now", score: 5 });
  });

  it("are as they were, and the answer says so, while the shelf cannot be asked", async () => {
    const { call, recommend, ids, shelf, pass, patience } = await itemsWorld();
    await call("PATCH", "/v1/items/4", { hidden: true });
    expect(await ids()).not.toContain("4");
    shelf.state.problem = new Error("no shelf");
    pass(60_000);
    const answer = await recommend();
    expect(answer.items.map((one) => one.item_id)).not.toContain("4");
    expect(answer.warnings?.[0]).toContain("newest changes");
    shelf.state.problem = null;
    shelf.state.slow = new Promise(() => undefined);
    patience.sleep = async () => undefined;
    expect((await recommend()).warnings?.[0]).toContain("newest changes");
    shelf.state.slow = null;
    patience.sleep = () => new Promise(() => undefined);
    expect((await recommend()).warnings).toBeUndefined();
  });

  it("do not cost a call of the shelf for each request", async () => {
    const { recommend, shelf, pass } = await itemsWorld();
    for (let at = 0; at < 20; at++) await recommend();
    expect(shelf.state.asked).toBe(1);
    pass(1_000);
    await recommend();
    expect(shelf.state.asked).toBe(2);
  });
});
