import { describe, expect, it } from "vitest";
import { predictResponse, recommendationsResponse } from "#contract/inference.ts";
import { EngineError } from "#engine/engine-error.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { ArtifactMissing } from "#storage/artifact-store.ts";
import { putKeyRecord, putManifest, type RoutingManifest } from "#storage/routing-store.ts";
import { createApp } from "../../../workers/recommend/app.ts";
import { ownDialect } from "../../../workers/recommend/dialect.ts";
import { createServing } from "../../../workers/recommend/serving.ts";
import { fitted, tinyDataset } from "../../shared/engine/serve/tiny-world.ts";

const KEY = `rctm_${"k".repeat(64)}`;
const model = (id: number) => ({ id, artifact_key: `models/${id}` });

function slot(overrides: Partial<RoutingManifest["slots"][number]> = {}): RoutingManifest["slots"][number] {
  return { id: 4, name: "default", weight: 100, model: model(2), previous: model(1), ...overrides };
}

function metadataFound(find: (id: string) => Record<string, unknown> | null) {
  function* search() {
    yield;
    return [];
  }
  return { size: 1, columns: ["title"], find, search };
}

const NINE = { title: "Nine", tags: "a|b", community: "c1" };

async function world(
  damaged: Readonly<Record<string, Error>> = {},
  nine: Readonly<Record<string, unknown>> = NINE,
) {
  const values = new Map<string, string>();
  const asked: string[] = [];
  const routing = {
    get: async (key: string) => {
      asked.push(key);
      return values.get(key) ?? null;
    },
    put: async (key: string, value: string) => void values.set(key, value),
    delete: async (key: string) => void values.delete(key),
  };
  const dataset = await tinyDataset();
  const servable: Servable = {
    model: fitted(dataset, "TopPop"),
    users: dataset.users,
    items: dataset.items,
    history: dataset.userItems,
    disliked: null,
    popularity: new Float32Array(dataset.items.size).fill(1),
    popular: Uint32Array.from({ length: dataset.items.size }, (_, item) => item),
  };
  const logged: string[] = [];
  const logError = (event: string) => void logged.push(event);
  let now = 1_000;
  const serving = createServing({
    dialect: ownDialect,
    keyMemoryMs: 20_000,
    routing,
    models: {
      size: 1,
      load: async (key) => {
        const error = damaged[key];
        if (error) throw error;
        return servable;
      },
    },
    metadata: {
      load: async (key) => {
        const error = damaged[key];
        if (error) throw error;
        const find = (id: string) => (id === "9" ? { ...nine } : null);
        return metadataFound(find);
      },
    },
    now: () => now,
    digest: async (text) => `#${text}`,
    noteKeyUse: () => undefined,
    logError,
  });
  const app = createApp({
    serving,
    loadedModels: () => 1,
    now: () => now,
    newRequestId: () => "r-1",
    logError,
  });
  const scopes: ("read" | "predict")[] = ["predict"];
  await putKeyRecord(routing, `#${KEY}`, { id: 1, project_id: 3, scopes, expires_at: 500_000 });
  const manifest = (changes: Partial<RoutingManifest> = {}) =>
    putManifest(routing, { v: 1, project_id: 3, slots: [slot()], metadata_key: "meta", ...changes });
  await manifest();
  const post = (body: unknown, headers: Record<string, string> = { "X-API-Key": KEY }, project = "3") =>
    app.request(`/inference/predict/project/${project}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const get = (path: string, headers: Record<string, string> = { "X-API-Key": KEY }) =>
    app.request(path, { headers });
  return {
    app,
    reads: () => asked,
    post,
    get,
    manifest,
    logged,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe("POST /inference/predict/project/{project_id}", () => {
  it("answers a known person with items, model, slot, strategy and request id", async () => {
    const { post } = await world();
    const response = await post({ user_id: "ann", cutoff: 2 });
    expect(response.status).toBe(200);
    expect(response.headers.get("X-Request-ID")).toBe("r-1");
    const body = predictResponse.parse(await response.json());
    expect(body).toMatchObject({ model_id: 2, slot_id: 4, slot_name: "default", strategy: "personal" });
    expect(body.items).toHaveLength(2);
  });

  it("joins metadata when asked to, null where there is none", async () => {
    const { post } = await world();
    const body = predictResponse.parse(
      await (await post({ user_id: "nobody", cutoff: 6, include_metadata: true })).json(),
    );
    const metadata = Object.fromEntries(body.items.map((item) => [item.item_id, item.metadata]));
    expect(metadata["9"]).toMatchObject({ title: "Nine" });
    expect(metadata["4"]).toBeNull();
  });

  it.each([
    ["damaged", new EngineError("BAD_ARTIFACT", "bad hash")],
    ["missing", new ArtifactMissing("models/2")],
  ])("serves the previous model when the current one is %s", async (_name, error) => {
    const { post, logged } = await world({ "models/2": error });
    const response = await post({ user_id: "ann" });
    expect(await response.json()).toMatchObject({ model_id: 1 });
    expect(logged).toEqual(["model_refused"]);
  });

  it("says so when no model can be used, and hides what is not the caller's business otherwise", async () => {
    const bad = new EngineError("BAD_ARTIFACT", "bad hash");
    const unusable = await world({ "models/1": bad, "models/2": bad });
    const response = await unusable.post({ user_id: "ann" });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ detail: "Model 2 integrity check failed." });
    const broken = await world({ "models/2": new TypeError("secret detail") });
    const hidden = await broken.post({ user_id: "ann" });
    expect(hidden.status).toBe(500);
    expect(await hidden.text()).not.toContain("secret");
  });

  it("recommends without titles when the metadata is damaged", async () => {
    const { post, logged } = await world({ meta: new EngineError("BAD_ARTIFACT", "bad hash") });
    const response = await post({ user_id: "ann", include_metadata: true });
    expect(response.status).toBe(200);
    expect(logged).toEqual(["metadata_refused"]);
  });

  it.each([
    ["no key", {}, 401, "X-API-Key header required"],
    ["a key of another form", { "X-API-Key": "something" }, 401, "Invalid API key format"],
    ["an unknown key", { "X-API-Key": `rctm_${"x".repeat(64)}` }, 401, "Invalid API key"],
  ])("refuses %s before it looks at the body", async (_name, headers, status, detail) => {
    const { post } = await world();
    const response = await post("{", headers as Record<string, string>);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ detail });
  });

  it("refuses an expired key, and the key of another project", async () => {
    const { post, pass } = await world();
    expect((await post({ user_id: "ann" }, undefined, "9")).status).toBe(403);
    pass(500_000);
    expect(await (await post({ user_id: "ann" })).json()).toEqual({ detail: "API key expired" });
  });

  it.each([
    ["an empty body", "", "missing", ["body"]],
    ["malformed JSON", "{", "json_invalid", ["body", 1]],
    ["neither person nor items", {}, "missing", ["body", "user_id"]],
    ["truth for the person", { user_id: true }, "string_type", ["body", "user_id"]],
    [
      "a number that JSON cannot hold",
      '{"user_id": 12345678901234567890}',
      "string_type",
      ["body", "user_id"],
    ],
    ["an endless id", { user_id: "x".repeat(1025) }, "value_error", ["body", "user_id"]],
    ["an endless item", { item_ids: ["9", "x".repeat(1025)] }, "value_error", ["body", "item_ids", 1]],
    ["an item that is none", { item_ids: [null] }, "string_type", ["body", "item_ids", 0]],
    ["cutoff 0", { user_id: "a", cutoff: 0 }, "greater_than_equal", ["body", "cutoff"]],
    ["cutoff 1001", { user_id: "a", cutoff: 1001 }, "less_than_equal", ["body", "cutoff"]],
    ["a text for cutoff", { user_id: "a", cutoff: "abc" }, "int_parsing", ["body", "cutoff"]],
  ])("names the field at fault: %s", async (_name, body, type, loc) => {
    const { post } = await world();
    const response = await post(body);
    expect(response.status).toBe(422);
    const { detail } = (await response.json()) as { detail: { type: string; loc: unknown }[] };
    expect(detail[0]).toMatchObject({ type, loc });
  });

  it("takes numbers for ids as their digits, ids to 1,024 characters, and a cutoff in digits", async () => {
    const { post } = await world();
    const items = async (body: object) => {
      const response = await post({ ...body, cutoff: "2" });
      expect(response.status).toBe(200);
      return predictResponse.parse(await response.json());
    };
    const byNumber = await items({ item_ids: [9] });
    expect(byNumber).toMatchObject({ strategy: "profile", items: { length: 2 } });
    expect(byNumber.items).toEqual((await items({ item_ids: ["9"] })).items);
    expect(await items({ user_id: 4.5, item_ids: ["x".repeat(1024)] })).toMatchObject({
      strategy: "popular",
    });
    expect(await items({ user_id: "é".repeat(1024) })).toMatchObject({ strategy: "popular" });
  });

  it.each([
    ["GET", "/inference/predict/project/3", "POST, OPTIONS"],
    ["PUT", "/inference/predict/project/3/", "POST, OPTIONS"],
    ["DELETE", "/inference/predict/project/3", "POST, OPTIONS"],
    ["POST", "/inference/health", "GET, HEAD"],
    ["POST", "/recommendations/ann", "GET, HEAD, OPTIONS"],
  ])("answers %s %s with 405 and what is allowed", async (method, path, allow) => {
    const { app } = await world();
    const response = await app.request(path, { method });
    expect([response.status, response.headers.get("Allow")]).toEqual([405, allow]);
    expect(await response.json()).toEqual({ detail: "Method Not Allowed" });
  });

  it("says that nothing serves yet", async () => {
    const { post, manifest } = await world();
    await manifest({ slots: [] });
    const response = await post({ user_id: "ann" });
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ detail: "No active deployment slots for project" });
  });

  it("keeps a person in one slot, and shares people out by weight", async () => {
    const { post, manifest } = await world();
    const slots = [slot({ id: 1, name: "a", weight: 75 }), slot({ id: 2, name: "b", weight: 25 })];
    await manifest({ slots });
    const slotOf = async (user: string) =>
      ((await (await post({ user_id: user })).json()) as { slot_name: string }).slot_name;
    const first = await Promise.all(Array.from({ length: 400 }, (_, at) => slotOf(`u${at}`)));
    const again = await Promise.all(Array.from({ length: 400 }, (_, at) => slotOf(`u${at}`)));
    expect(again).toEqual(first);
    const share = first.filter((name) => name === "a").length / first.length;
    // Standard error of a share of 0.75 over 400 people: 0.022; four of them.
    expect(Math.abs(share - 0.75)).toBeLessThan(0.09);
  });
});

describe("what strangers can make serving do", () => {
  const strange = (at: number) => `rctm_${String(at).padStart(64, "x")}`;

  it("ends at sixty unknown keys a minute and address; good keys known here go on", async () => {
    const { post, get, reads } = await world();
    const from = (address: string, key: string) => ({ "X-API-Key": key, "cf-connecting-ip": address });
    expect((await post({ user_id: "ann" })).status).toBe(200);
    const statuses: number[] = [];
    for (let at = 0; at < 70; at++)
      statuses.push((await get("/recommendations/a", from("2001:db8::1", strange(at)))).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(60);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    expect(reads().filter((name) => name.startsWith("key:"))).toHaveLength(61);
    const refused = await get("/recommendations/a", from("2001:db8::2", strange(100)));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await get("/recommendations/a", from("2001:db8::1", KEY))).status).toBe(200);
    expect((await get("/recommendations/a", from("198.51.100.1", strange(101)))).status).toBe(401);
  });

  it("asks KV once for a key that does not exist, however often it is tried", async () => {
    const { get, reads } = await world();
    for (let at = 0; at < 200; at++)
      expect((await get("/recommendations/a", { "X-API-Key": strange(1) })).status).toBe(401);
    expect(reads().filter((name) => name.startsWith("key:"))).toHaveLength(1);
  });

  it("reads no body beyond a mebibyte, with or without a length", async () => {
    const { post } = await world();
    expect((await post(`{"user_id":"${"x".repeat(1_100_000)}"}`)).status).toBe(413);
  });

  it("says that answers are data", async () => {
    const { post } = await world();
    for (const response of [await post({ user_id: "ann" }), await post("{"), await post({}, {})]) {
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    }
  });
});

describe("GET /recommendations/{user_id}", () => {
  it("has the K-pop service's shape, with the community apart and tags as a list", async () => {
    const { get } = await world();
    const body = recommendationsResponse.parse(await (await get("/recommendations/nobody?limit=2")).json());
    expect(body).toMatchObject({
      user_id: "nobody",
      strategy: "popular",
      pagination: { total: 6, limit: 2, offset: 0, has_more: true },
    });
    const all = recommendationsResponse.parse(await (await get("/recommendations/nobody?limit=100")).json());
    expect(all.pagination.has_more).toBe(false);
    const nine = all.recommendations.find((post) => post.post_id === "9");
    expect(nine?.metadata).toEqual({ metadata: { title: "Nine", tags: ["a", "b"] }, communityId: "c1" });
  });

  it.each([
    [{ community: { toString: 1, name: "c" } }, '{"toString":1,"name":"c"}'],
    [{ community: ["a", { toString: 1 }] }, '["a",{"toString":1}]'],
    [{ community: 7 }, "7"],
    [{ communityId: null }, null],
  ])("writes the community of %j as text", async (record, communityId) => {
    const { get } = await world({}, record);
    const body = recommendationsResponse.parse(await (await get("/recommendations/nobody?limit=100")).json());
    const nine = body.recommendations.find((post) => post.post_id === "9");
    expect(nine?.metadata.communityId).toBe(communityId);
  });

  it.each(["limit=0", "limit=101", "limit=x", "limit=0x5", "limit=", "offset=-1", "offset=1e1"])(
    "refuses ?%s",
    async (query) => {
      const { get } = await world();
      expect((await get(`/recommendations/ann?${query}`)).status).toBe(422);
    },
  );

  it("wants a key", async () => {
    const { get } = await world();
    expect((await get("/recommendations/ann", {})).status).toBe(401);
  });
});

describe("calls from pages of other origins", () => {
  const SHOP = "https://shop.example";
  const ask = (app: Awaited<ReturnType<typeof world>>["app"], origin: string, project = "3") =>
    app.request(`/inference/predict/project/${project}`, {
      method: "OPTIONS",
      headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
    });
  const granted = (response: Response) => response.headers.get("Access-Control-Allow-Origin");

  it("are opened to the project's origins and to nobody else", async () => {
    const { app, manifest, post } = await world();
    await manifest({ allowed_origins: [SHOP] });
    const yes = await ask(app, SHOP);
    expect([yes.status, granted(yes), yes.headers.get("Vary")]).toEqual([204, SHOP, "Origin"]);
    expect(yes.headers.get("Access-Control-Allow-Methods")).toBe("POST");
    expect(yes.headers.get("Access-Control-Allow-Headers")).toContain("X-API-Key");
    for (const origin of ["https://evil.test", "http://shop.example", `${SHOP}.evil.test`, "null"]) {
      const no = await ask(app, origin);
      expect([no.status, granted(no)]).toEqual([204, null]);
    }
    const answer = await post({ user_id: "ann" }, { "X-API-Key": KEY, Origin: SHOP });
    expect([answer.status, granted(answer), answer.headers.get("Vary")]).toEqual([200, SHOP, "Origin"]);
    const refused = await post({ user_id: "ann" }, { Origin: SHOP });
    expect([refused.status, granted(refused)]).toEqual([401, SHOP]);
    expect(
      granted(await post({ user_id: "ann" }, { "X-API-Key": KEY, Origin: "https://evil.test" })),
    ).toBeNull();
    expect(granted(await post({ user_id: "ann" }))).toBeNull();
  });

  it("are opened by the key's project where the address names none: every page may ask, and the project's may read", async () => {
    const { app, manifest, get } = await world();
    await manifest({ allowed_origins: [SHOP] });
    const asked = await app.request("/recommendations/ann", {
      method: "OPTIONS",
      headers: { Origin: "https://evil.test", "Access-Control-Request-Method": "GET" },
    });
    expect([asked.status, granted(asked), asked.headers.get("Access-Control-Allow-Methods")]).toEqual([
      204,
      "https://evil.test",
      "GET",
    ]);
    expect(asked.headers.get("Access-Control-Allow-Headers")).toContain("X-API-Key");
    const read = (headers: Record<string, string>) => get("/recommendations/ann", headers);
    const answer = await read({ "X-API-Key": KEY, Origin: SHOP });
    expect([answer.status, granted(answer), answer.headers.get("Vary")]).toEqual([200, SHOP, "Origin"]);
    expect(granted(await read({ "X-API-Key": KEY, Origin: "https://evil.test" }))).toBeNull();
    expect(granted(await read({ Origin: SHOP }))).toBeNull();
    const bad = await get("/recommendations/ann?limit=0", { "X-API-Key": KEY, Origin: SHOP });
    expect([bad.status, granted(bad)]).toEqual([422, SHOP]);
    await manifest({});
    expect(granted(await read({ "X-API-Key": KEY }))).toBeNull();
  });

  it("are closed by default, and do not tell whether there is such a project", async () => {
    const { app } = await world();
    for (const project of ["3", "999", "abc"]) {
      const response = await ask(app, SHOP, project);
      expect([response.status, granted(response)]).toEqual([204, null]);
    }
  });
});
