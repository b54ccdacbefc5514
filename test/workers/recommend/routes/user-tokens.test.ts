import { describe, expect, it } from "vitest";
import type { KeyScope } from "#contract/key-scopes.ts";
import { userTokenResponse } from "#contract/user-token.ts";
import { createSignedTokens } from "#platform/signed-tokens.ts";
import { createUserTokens, USER_TOKEN_PURPOSE } from "#recommend/serving/user-tokens.ts";
import { putErasedUser } from "#storage/erased-users.ts";
import type { KeyRecord } from "#storage/routing-store.ts";
import { EVENTS_KEY, hashOf, KEY, world } from "../serving-world.ts";

type World = Awaited<ReturnType<typeof world>>;

const PAGE_KEY = `rctm_${"p".repeat(64)}`;
const SERVER_KEY = `rctm_${"s".repeat(64)}`;
const SHOP = "https://shop.example";

const record = (id: number, scopes: readonly KeyScope[], more: Partial<KeyRecord> = {}): KeyRecord => ({
  id,
  project_id: 3,
  scopes: [...scopes],
  expires_at: null,
  ...more,
});

/** A shop: a server with a secret key, and a page with a browser key. */
async function shop(secrets?: readonly string[]) {
  const made = await world({}, {}, secrets);
  await made.putKey(SERVER_KEY, record(7, ["predict", "events"]));
  const browser = { allowed_origins: [SHOP] };
  await made.putKey(PAGE_KEY, record(8, ["predict", "events"], { browser }));
  return made;
}

async function tokenFor(made: World, body: object, key = SERVER_KEY): Promise<string> {
  const answer = await send(made, "/v1/user_tokens", body, { "X-API-Key": key });
  expect(answer.status).toBe(200);
  return userTokenResponse.parse(await answer.json()).token;
}

function send(made: World, path: string, body: unknown, headers: Record<string, string>) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return made.app.request(path, { method: "POST", headers, body: text });
}

const page = (token?: string, more: Record<string, string> = {}) => ({
  "X-API-Key": PAGE_KEY,
  ...(token && { "X-User-Token": token }),
  ...more,
});
const seen = { type: "view", item_id: "3" };

describe("a page with a browser key and the token of a user", () => {
  it("reads and sends for this user, who need not be named", async () => {
    const made = await shop();
    const token = await tokenFor(made, { user_id: " ann " });
    const asked: unknown[] = [];
    for (const [path, body] of [
      ["/v1/recommend", {}],
      ["/v1/recommend", { user_id: "ann" }],
      ["/v1/similar", { item_ids: ["3"] }],
      ["/v1/batch", { requests: [{}, { user_id: " ann" }, { item_ids: ["3"] }] }],
      ["/inference/predict/project/3", { user_id: "ann" }],
      ["/inference/predict/project/3", { item_ids: ["3"] }],
      ["/v1/events", seen],
      ["/v1/events", [{ ...seen, user_id: "ann" }, seen]],
    ] as const) {
      asked.push([path, (await send(made, path, body, page(token, { Origin: SHOP }))).status]);
    }
    for (const path of ["/v1/popular", "/recommendations/ann"]) {
      asked.push([path, (await made.get(path, page(token))).status]);
    }
    expect(asked.filter((one) => (one as [string, number])[1] !== 200)).toEqual([]);
    const users = made.memory.sent.flatMap(({ events }) => events.map(({ user_id }) => user_id));
    expect(users).toEqual(["ann", "ann", "ann"]);
    // Ann has 1, 2 and 9: the list without a name is hers.
    const own = (await (await send(made, "/v1/recommend", {}, page(token))).json()) as {
      items: { item_id: string }[];
    };
    expect(own.items.map(({ item_id }) => item_id).sort()).toEqual(["3", "4", "5"]);
  });

  it("is nobody else, on any route", async () => {
    const made = await shop();
    const token = await tokenFor(made, { user_id: "ann" });
    for (const [path, body] of [
      ["/v1/recommend", { user_id: "bob" }],
      ["/v1/recommend", { user_id: "ANN" }],
      ["/v1/recommend", { user_id: "" }],
      ["/v1/batch", { requests: [{ user_id: "ann" }, { user_id: "bob" }] }],
      ["/inference/predict/project/3", { user_id: "bob" }],
      ["/inference/predict/project/4", { user_id: "ann" }],
      ["/v1/events", { ...seen, user_id: "bob" }],
      ["/v1/user_tokens", { user_id: "bob" }],
    ] as const) {
      expect([path, body, (await send(made, path, body, page(token))).status]).toEqual([path, body, 403]);
    }
    expect((await made.get("/recommendations/bob", page(token))).status).toBe(403);
    expect(made.memory.sent).toEqual([]);
  });

  it("sends no event of another user in a list or in lines: these are named, the others are taken", async () => {
    const made = await shop();
    const token = await tokenFor(made, { user_id: "ann" });
    const events = [seen, { ...seen, user_id: "bob" }, { ...seen, user_id: "ann" }];
    const lines = events.map((event) => JSON.stringify(event)).join("\n");
    const ndjson = { "Content-Type": "application/x-ndjson" };
    for (const [body, headers] of [
      [events, {}],
      [{ events }, {}],
      [lines, ndjson],
    ] as const) {
      const answer = await send(made, "/v1/events", body, page(token, headers));
      const { accepted, rejected, errors } = (await answer.json()) as {
        accepted: number;
        rejected: number;
        errors: { position: number; detail: { type: string }[] }[];
      };
      expect([answer.status, accepted, rejected]).toEqual([207, 2, 1]);
      expect(errors[0]).toMatchObject({
        position: 1,
        detail: [{ type: "wrong_user", loc: ["body", "user_id"] }],
      });
    }
    const atomic = await send(made, "/v1/events?atomic=true", events, page(token));
    expect(atomic.status).toBe(422);
    expect(new Set(made.memory.sent.flatMap((sent) => sent.events.map(({ user_id }) => user_id)))).toEqual(
      new Set(["ann"]),
    );
  });

  it("may send its key and token in the body, as a beacon must", async () => {
    const made = await shop();
    const user_token = await tokenFor(made, { user_id: "visitor-1" });
    const beacon = (body: object, headers = {}) =>
      send(made, "/v1/events", body, { "Content-Type": "text/plain", Origin: SHOP, ...headers });
    const whole = { events: [seen], api_key: PAGE_KEY, user_token };
    expect((await beacon(whole)).status).toBe(200);
    expect(made.memory.sent[0]?.events[0]?.user_id).toBe("visitor-1");
    expect((await beacon({ ...whole, api_key: SERVER_KEY })).status).toBe(401);
    expect((await beacon({ ...whole, user_token: "x.y.z" })).status).toBe(401);
    expect((await beacon({ events: [seen], user_token })).status).toBe(401);
    const long = { ...whole, events: [{ ...seen, metadata: { text: "x".repeat(70_000) } }] };
    expect((await beacon(long)).status).toBe(413);
    expect((await beacon({ ...whole, events: [{ ...seen, user_id: "ann" }] })).status).toBe(207);
    expect(made.memory.sent).toHaveLength(1);
  });

  it("is refused once the user is erased, until a server asks for another token", async () => {
    const made = await shop();
    const token = await tokenFor(made, { user_id: "ann" });
    const other = await tokenFor(made, { user_id: "bob" });
    await putErasedUser(made.routing, { projectId: 3, hash: hashOf("ann") }, made.now());
    const statusOf = async (path: string, of: string, body: unknown) =>
      (await send(made, path, body, page(of))).status;
    expect(await statusOf("/v1/recommend", token, {})).toBe(401);
    expect(await statusOf("/v1/events", token, seen)).toBe(401);
    expect(await statusOf("/v1/events", other, seen)).toBe(200);
    made.pass(2_000);
    const later = await tokenFor(made, { user_id: "ann" });
    expect(await statusOf("/v1/recommend", later, {})).toBe(200);
    expect(made.memory.sent.flatMap(({ events }) => events.map(({ user_id }) => user_id))).toEqual(["bob"]);
  });

  it("cannot say which slot or model showed an item, or how probable that was; a server can", async () => {
    const made = await shop();
    const claims = { slot_id: 9, model_id: 9, model_version: 9, propensity: 0.1, rate: 1, automatic: true };
    const shown = { type: "impression", user_id: "ann", item_id: "3", request_id: "r-1" };
    const token = await tokenFor(made, { user_id: "ann" });
    const own = { position: 2, place: "home" };
    for (const metadata of [{ ...claims, ...own }, claims, undefined]) {
      const answer = await send(made, "/v1/events", [{ ...shown, metadata }], page(token));
      expect(answer.status).toBe(200);
    }
    await send(made, "/v1/events", { ...shown, metadata: claims }, { "X-API-Key": SERVER_KEY });
    const stored = made.memory.sent.flatMap(({ events }) => events.map(({ metadata }) => metadata));
    expect(stored).toEqual([own, undefined, undefined, claims]);
  });
});

describe("a browser key", () => {
  it("is refused on every route that needs a key, without a token", async () => {
    const made = await shop();
    for (const path of [
      "/v1/recommend",
      "/v1/similar",
      "/v1/batch",
      "/v1/events",
      "/inference/predict/project/3",
    ]) {
      expect([path, (await send(made, path, {}, page())).status]).toEqual([path, 401]);
    }
    expect((await made.get("/v1/popular", page())).status).toBe(401);
    expect((await made.get("/recommendations/ann", page())).status).toBe(401);
    expect((await send(made, "/v1/user_tokens", { user_id: "ann" }, page())).status).toBe(403);
  });

  it("is for pages of its origins: others are refused, and cannot read the answer", async () => {
    const made = await shop();
    await made.manifest({ allowed_origins: ["https://other.example"] });
    const token = await tokenFor(made, { user_id: "ann" });
    const from = (origin: string) => send(made, "/v1/recommend", {}, page(token, { Origin: origin }));
    const granted = (answer: Response) => answer.headers.get("Access-Control-Allow-Origin");
    const [own, other] = [await from(SHOP), await from("https://other.example")];
    expect([own.status, granted(own), other.status, granted(other)]).toEqual([200, SHOP, 403, null]);
    expect((await from("null")).status).toBe(403);
    // Without origins of its own it has those of the project.
    await made.putKey(PAGE_KEY, record(8, ["predict"], { browser: { allowed_origins: [] } }));
    made.pass(30_000);
    expect([(await from(SHOP)).status, (await from("https://other.example")).status]).toEqual([403, 200]);
    const expired = await send(
      made,
      "/v1/recommend",
      {},
      page("no.token", { Origin: "https://other.example" }),
    );
    expect([expired.status, granted(expired)]).toEqual([401, "https://other.example"]);
    const asked = await made.app.request("/v1/recommend", {
      method: "OPTIONS",
      headers: { Origin: SHOP, "Access-Control-Request-Method": "POST" },
    });
    expect(asked.headers.get("Access-Control-Allow-Headers")).toContain("X-User-Token");
  });
});

describe("a user token", () => {
  it("ends after its time, an hour by default", async () => {
    const made = await shop();
    const tokens = [
      await tokenFor(made, { user_id: "ann" }),
      await tokenFor(made, { user_id: "ann", ttl: 60 }),
    ];
    const statuses = async () =>
      Promise.all(tokens.map(async (token) => (await send(made, "/v1/recommend", {}, page(token))).status));
    expect(await statuses()).toEqual([200, 200]);
    made.pass(61_000);
    expect(await statuses()).toEqual([200, 401]);
    made.pass(3_600_000);
    expect(await statuses()).toEqual([401, 401]);
  });

  it("ends with the key of the server that made it, and with the browser key", async () => {
    const made = await shop();
    const token = await tokenFor(made, { user_id: "ann" });
    const status = async () => (await send(made, "/v1/recommend", {}, page(token))).status;
    expect(await status()).toBe(200);
    await made.revoke(SERVER_KEY);
    made.pass(21_000);
    expect(await status()).toBe(401);
    await made.putKey(SERVER_KEY, record(7, ["predict"]));
    made.pass(21_000);
    expect(await status()).toBe(200);
    await made.revoke(PAGE_KEY);
    made.pass(21_000);
    expect(await status()).toBe(401);
  });

  it("gives no right that the key of the server lacks, or has lost", async () => {
    const made = await shop();
    const token = await tokenFor(made, { user_id: "ann" }, EVENTS_KEY);
    expect((await send(made, "/v1/events", seen, page(token))).status).toBe(200);
    expect((await send(made, "/v1/recommend", {}, page(token))).status).toBe(403);
    const both = await tokenFor(made, { user_id: "ann" });
    await made.putKey(SERVER_KEY, record(7, ["predict"]));
    made.pass(21_000);
    expect((await send(made, "/v1/events", seen, page(both))).status).toBe(403);
  });

  it("is of one project, one purpose, and signed", async () => {
    const made = await shop();
    const secrets = ["a secret of serving"];
    const mintWith = (of: readonly string[], purpose: string) =>
      createUserTokens(
        createSignedTokens(() => of, purpose),
        made.now,
      );
    const claims = { projectId: 3, userId: "ann", scopes: ["predict"] as KeyScope[], keyHash: hashOf(KEY) };
    const end = made.now() + 60_000;
    const good = await mintWith(secrets, USER_TOKEN_PURPOSE).mint(claims, end);
    const [head = "", body = "", sign = ""] = good.split(".");
    const coded = (value: object) => btoa(JSON.stringify(value)).replace(/=+$/, "");
    const bob = coded({ ...JSON.parse(atob(body)), sub: "bob" });
    const bad = [
      await mintWith(secrets, USER_TOKEN_PURPOSE).mint({ ...claims, projectId: 4 }, end),
      await mintWith(secrets, "edgewise/session-tokens/v1").mint(claims, end),
      await mintWith(["another"], USER_TOKEN_PURPOSE).mint(claims, end),
      await mintWith(secrets, USER_TOKEN_PURPOSE).mint({ ...claims, keyHash: hashOf(PAGE_KEY) }, end),
      await mintWith(secrets, USER_TOKEN_PURPOSE).mint({ ...claims, keyHash: hashOf("nobody") }, end),
      `${coded({ alg: "none" })}.${body}.`,
      `${coded({ alg: "none" })}.${body}.${sign}`,
      `${head}.${bob}.${sign}`,
      `${head}.${body}`,
      "x".repeat(10_000),
      "",
    ];
    const statusOf = async (token: string) => (await send(made, "/v1/recommend", {}, page(token))).status;
    expect(await statusOf(good)).toBe(200);
    expect(await Promise.all(bad.map(statusOf))).toEqual(bad.map(() => 401));
  });

  it("of a previous secret is accepted while the deployment accepts it", async () => {
    const old = await shop(["old"]);
    const token = await tokenFor(old, { user_id: "ann" });
    const status = async (made: World) => (await send(made, "/v1/recommend", {}, page(token))).status;
    expect([await status(await shop(["new", "old"])), await status(await shop(["new"]))]).toEqual([200, 401]);
  });

  it.each([
    [{}, "user_id"],
    [{ user_id: " " }, "user_id"],
    [{ user_id: "a\u0000b" }, "user_id"],
    [{ user_id: {} }, "user_id"],
    [{ user_id: "ann", ttl: 0 }, "ttl"],
    [{ user_id: "ann", ttl: 1.5 }, "ttl"],
    [{ user_id: "ann", ttl: 86_401 }, "ttl"],
    [{ user_id: "ann", scopes: ["write"] }, "scopes"],
  ])("is not made for %j", async (body, field) => {
    const answer = await send(await shop(), "/v1/user_tokens", body, { "X-API-Key": SERVER_KEY });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ detail: [{ loc: ["body", field] }] });
  });
});
