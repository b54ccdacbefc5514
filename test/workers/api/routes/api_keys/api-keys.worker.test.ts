import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { apiKeyCreatedResponse, apiKeyResponse } from "#contract/api-key.ts";
import { pageOf } from "#contract/primitives.ts";
import { projectResponse } from "#contract/project.ts";
import { sha256Hex } from "#platform/encoding.ts";
import { findKeyRecord, keyUseEntry } from "#storage/routing-store.ts";
import {
  bodyOf,
  caller,
  createProject,
  join,
  type Person,
  readAs,
  testApi,
  uniqueName,
} from "../../../runtime/api.ts";

async function setUp() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const project = await createProject(ann);
  const makeKey = async (scopes: string[], fields: Record<string, unknown> = {}) => {
    const made = await mint(ann, { project: project.id, name: uniqueName("key"), scopes, ...fields });
    return { ...made, call: caller(api, { "x-api-key": made.key }) };
  };
  return { api, ann, bob: await join(api), project, makeKey };
}

async function mint(person: Person, body: unknown) {
  return readAs(apiKeyCreatedResponse, await person.call("POST", "/api_keys/", body), 201);
}

describe("api_keys", () => {
  it("show the key once, and let serving know it at once", async () => {
    const { ann, project, makeKey } = await setUp();
    const made = await makeKey(["predict"], { expires_at: "2099-01-01T00:00:00Z" });
    expect(made.key).toMatch(/^rctm_[\w-]{64}$/);
    const shown = await ann.call("GET", `/api_keys/${made.id}/`);
    expect(await shown.clone().text()).not.toContain(made.key);
    const row = await readAs(apiKeyResponse, shown);
    expect(row).toMatchObject({ key_prefix: made.key.slice(5, 13), is_active: true, last_used_at: null });
    expect(await findKeyRecord(env.ROUTING, await sha256Hex(made.key))).toEqual({
      id: made.id,
      project_id: project.id,
      scopes: ["predict"],
      expires_at: Date.UTC(2099, 0, 1),
    });
  });

  it.each([
    [{ scopes: [] }, { scopes: ["At least one scope is required."] }],
    [
      { scopes: ["admin"] },
      { scopes: ["Invalid scope 'admin'. Valid scopes: ['read', 'write', 'predict', 'events', 'items']"] },
    ],
    [{ scopes: "read" }, { scopes: ["Scopes must be a list."] }],
    [{ scopes: undefined }, { scopes: ["At least one scope is required."] }],
    [{ name: undefined, scopes: undefined }, { name: ["This field is required."] }],
    [{ expires_at: "tomorrow" }, { expires_at: [expect.stringContaining("Datetime has wrong format.")] }],
  ])("are refused with %j", async (fields, errors) => {
    const { ann, project } = await setUp();
    const body = { project: project.id, name: "k", scopes: ["read"], ...fields };
    expect(await bodyOf(await ann.call("POST", "/api_keys/", body))).toEqual(errors);
  });

  it("do what their scopes say, in their project only", async () => {
    const { ann, project, makeKey } = await setUp();
    const other = await createProject(ann);
    const [read, write, predict] = [
      await makeKey(["read"]),
      await makeKey(["write"]),
      await makeKey(["predict"]),
    ];
    const seen = await readAs(pageOf(projectResponse), await read.call("GET", "/project/"));
    expect(seen.results.map((row) => row.id)).toEqual([project.id]);
    expect((await read.call("GET", `/project/${other.id}/`)).status).toBe(404);
    expect((await read.call("POST", "/split_config/", {})).status).toBe(403);
    expect((await write.call("GET", "/project/")).status).toBe(403);
    expect((await write.call("POST", "/split_config/", {})).status).toBe(201);
    expect((await predict.call("GET", "/project/")).status).toBe(403);
    const body = { project: other.id, recommender_class_name: "TopPopRecommender" };
    expect(await bodyOf(await write.call("POST", "/model_configuration/", body))).toEqual({
      project: ["Project not found."],
    });
    const all = await makeKey(["read", "write", "predict"]);
    const made = await all.call("POST", "/project/", { name: "x", user_column: "u", item_column: "i" });
    expect(await bodyOf(made)).toEqual({ detail: "API keys cannot create new projects." });
  });

  it("cannot make, change, revoke or delete keys", async () => {
    const { project, makeKey } = await setUp();
    const all = await makeKey(["read", "write", "predict"]);
    const body = { project: project.id, name: "wider", scopes: ["read"] };
    expect((await all.call("POST", "/api_keys/", body)).status).toBe(403);
    expect((await all.call("PATCH", `/api_keys/${all.id}/`, { name: "x" })).status).toBe(403);
    expect((await all.call("POST", `/api_keys/${all.id}/revoke/`)).status).toBe(403);
    expect((await all.call("POST", `/api_keys/${all.id}/rotate/`)).status).toBe(403);
    expect((await all.call("DELETE", `/api_keys/${all.id}/`)).status).toBe(403);
  });

  it("are renamed and narrowed, never widened nor moved", async () => {
    const { ann, bob, makeKey } = await setUp();
    const made = await makeKey(["read", "predict"]);
    const path = `/api_keys/${made.id}/`;
    const narrowed = await readAs(
      apiKeyResponse,
      await ann.call("PATCH", path, { name: "n", scopes: ["read"], is_active: false }),
    );
    expect(narrowed).toMatchObject({ name: "n", scopes: ["read"], is_active: true });
    expect(await findKeyRecord(env.ROUTING, await sha256Hex(made.key))).toMatchObject({ scopes: ["read"] });
    expect((await ann.call("PATCH", path, { scopes: ["read", "write"] })).status).toBe(400);
    const elsewhere = await createProject(bob);
    expect(await bodyOf(await ann.call("PATCH", path, { project: elsewhere.id }))).toEqual({
      project: ["Project not found."],
    });
    expect((await bob.call("PATCH", path, { name: "mine" })).status).toBe(404);
  });

  it("are rotated: another secret, shown once, in place of the old one", async () => {
    const { api, ann, bob, makeKey } = await setUp();
    const made = await makeKey(["read", "predict"]);
    const path = `/api_keys/${made.id}/`;
    expect((await bob.call("POST", `${path}rotate/`)).status).toBe(404);
    const { key, ...rotated } = await readAs(apiKeyCreatedResponse, await ann.call("POST", `${path}rotate/`));
    expect(key).not.toBe(made.key);
    expect(rotated).toMatchObject({ id: made.id, scopes: ["read", "predict"] });
    expect((await made.call("GET", "/project/")).status).toBe(401);
    expect((await caller(api, { "x-api-key": key })("GET", "/project/")).status).toBe(200);
    expect(await findKeyRecord(env.ROUTING, await sha256Hex(made.key))).toBeNull();
    expect(await findKeyRecord(env.ROUTING, await sha256Hex(key))).toMatchObject({ id: made.id });
    expect(JSON.stringify(await bodyOf(await ann.call("GET", path)))).not.toContain(key);
    await ann.call("POST", `${path}revoke/`);
    expect((await ann.call("POST", `${path}rotate/`)).status).toBe(409);
  });

  it("stop at once when revoked, deleted or expired", async () => {
    const { api, ann, makeKey } = await setUp();
    const [revoked, deleted] = [await makeKey(["read"]), await makeKey(["read"])];
    expect(await bodyOf(await ann.call("POST", `/api_keys/${revoked.id}/revoke/`))).toEqual({
      status: "revoked",
    });
    expect((await ann.call("DELETE", `/api_keys/${deleted.id}/`)).status).toBe(204);
    for (const key of [revoked, deleted]) {
      expect(await bodyOf(await key.call("GET", "/project/"))).toEqual({ detail: "Invalid API key." });
      expect(await findKeyRecord(env.ROUTING, await sha256Hex(key.key))).toBeNull();
    }
    const soon = new Date(api.deps.clock() + 1000).toISOString();
    const expiring = await makeKey(["read"], { expires_at: soon });
    expect((await expiring.call("GET", "/project/")).status).toBe(200);
    api.advance(2000);
    expect(await bodyOf(await expiring.call("GET", "/project/"))).toEqual({ detail: "API key has expired." });
  });

  it("show when serving saw them last", async () => {
    const { ann, makeKey } = await setUp();
    const made = await makeKey(["predict"]);
    await env.ROUTING.put(keyUseEntry(made.id), String(Date.UTC(2026, 0, 2)));
    const path = "/api_keys/";
    const listed = await readAs(pageOf(apiKeyResponse), await ann.call("GET", path));
    const usesOf = (rows: readonly { id: number; last_used_at: string | null }[]) =>
      rows.filter(({ id }) => id === made.id).map(({ last_used_at }) => last_used_at?.slice(0, 10));
    expect(usesOf(listed.results)).toEqual(["2026-01-02"]);
    expect(usesOf([await readAs(apiKeyResponse, await ann.call("GET", `${path}${made.id}/`))])).toEqual([
      "2026-01-02",
    ]);
  });

  it("stop with their owner's account, and are stamped when used", async () => {
    const { ann, makeKey } = await setUp();
    const made = await makeKey(["read"]);
    await made.call("GET", "/project/");
    expect(
      (await readAs(apiKeyResponse, await ann.call("GET", `/api_keys/${made.id}/`))).last_used_at,
    ).not.toBeNull();
    await env.DB.prepare("update user set is_active = 0 where id = ?").bind(ann.session.user.pk).run();
    expect((await made.call("GET", "/project/")).status).toBe(401);
    expect((await ann.call("GET", "/project/")).status).toBe(401);
  });

  it.each([
    ["rctm_abc", "Invalid API key format."],
    [`rctm_${"x".repeat(64)}`, "Invalid API key."],
    ["something", "Authentication credentials were not provided."],
  ])("that do not exist (%s) are refused", async (key, detail) => {
    const { api } = await setUp();
    const response = await caller(api, { "x-api-key": key })("GET", "/project/");
    expect([response.status, await bodyOf(response)]).toEqual([401, { detail }]);
  });

  it("for browsers reach serving with their origins, and nothing of the management API", async () => {
    const { ann, project, makeKey } = await setUp();
    const origins = ["https://shop.example"];
    const made = await makeKey(["predict", "events"], { is_browser: true, allowed_origins: origins });
    const shown = await readAs(apiKeyResponse, await ann.call("GET", `/api_keys/${made.id}/`));
    expect([shown.is_browser, shown.allowed_origins]).toEqual([true, origins]);
    const served = async () => (await findKeyRecord(env.ROUTING, await sha256Hex(made.key)))?.browser;
    expect(await served()).toEqual({ allowed_origins: origins });
    for (const [method, path] of [
      ["GET", `/project/${project.id}/`],
      ["GET", "/trained_model/"],
      ["POST", `/project/${project.id}/erase_person/`],
      ["GET", "/auth/user/"],
    ] as const) {
      expect([path, (await made.call(method, path, method === "POST" ? {} : undefined)).status]).toEqual([
        path,
        403,
      ]);
    }
    await ann.call("PATCH", `/api_keys/${made.id}/`, { allowed_origins: [] });
    expect(await served()).toEqual({ allowed_origins: [] });
    const secret = await makeKey(["predict"]);
    expect((await findKeyRecord(env.ROUTING, await sha256Hex(secret.key)))?.browser).toBeUndefined();
  });

  it("stay for browsers or for servers, with what such a key may have", async () => {
    const { ann, project, makeKey } = await setUp();
    const post = (body: object) =>
      ann.call("POST", "/api_keys/", { project: project.id, name: "k", ...body });
    const [browser, secret] = [
      await makeKey(["predict"], { is_browser: true }),
      await makeKey(["predict", "write"]),
    ];
    const patch = (id: number, body: object) => ann.call("PATCH", `/api_keys/${id}/`, body);
    expect([browser.is_browser, browser.allowed_origins]).toEqual([true, []]);
    for (const [refused, field] of [
      [await post({ scopes: ["predict", "write"], is_browser: true }), "scopes"],
      [await post({ scopes: ["read"], is_browser: true }), "scopes"],
      [await post({ scopes: ["predict"], allowed_origins: ["https://shop.example"] }), "allowed_origins"],
      [await post({ scopes: ["predict"], is_browser: true, allowed_origins: ["*"] }), "allowed_origins"],
      [await patch(browser.id, { is_browser: false }), "is_browser"],
      [await patch(secret.id, { is_browser: true }), "is_browser"],
      [await patch(secret.id, { allowed_origins: ["https://shop.example"] }), "allowed_origins"],
    ] as const) {
      expect([refused.status, Object.keys((await bodyOf(refused)) as object)]).toEqual([400, [field]]);
    }
  });

  it("have limits of requests, which reach serving when they are set, changed and taken away", async () => {
    const { ann, makeKey } = await setUp();
    const made = await makeKey(["predict"], { requests_per_second: 5 });
    expect(made).toMatchObject({ is_browser: false, requests_per_second: 5, requests_per_minute: null });
    const served = async () => (await findKeyRecord(env.ROUTING, await sha256Hex(made.key)))?.limits;
    const patch = (body: object) => ann.call("PATCH", `/api_keys/${made.id}/`, body);
    expect(await served()).toEqual({ per_second: 5, per_minute: null });
    const changed = await bodyOf(await patch({ requests_per_minute: 100 }));
    expect(changed).toMatchObject({ requests_per_second: 5, requests_per_minute: 100 });
    expect(await served()).toEqual({ per_second: 5, per_minute: 100 });
    await patch({ requests_per_second: null, requests_per_minute: null });
    expect(await served()).toBeUndefined();
    for (const wrong of [0, -1, 1.5, "many", 2 ** 31]) {
      expect((await patch({ requests_per_second: wrong })).status, String(wrong)).toBe(400);
    }
  });
});
