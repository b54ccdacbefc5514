import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { currentSessionResponse, refreshResponse, sessionResponse, userResponse } from "#contract/auth.ts";
import { account } from "#db/schema.ts";
import { NO_QUOTAS } from "#services/access/quotas.ts";
import { NO_LIMITS } from "#services/access/rates.ts";
import { DEFAULT_RETENTION } from "#services/cron/retention.ts";
import { bodyOf, caller, ORIGIN, readAs, signUp, testApi, uniqueName } from "../../../runtime/api.ts";

const JSON_HEADERS = { "content-type": "application/json" };
const cookiesOf = (response: Response) =>
  Object.fromEntries(response.headers.getSetCookie().map((line) => line.split(";")[0]?.split("=") ?? []));

describe("sign-up", () => {
  it("makes the first account the administrator, and no later one", async () => {
    const api = testApi();
    const [first, second] = await Promise.all([signUp(api), signUp(api)]);
    const staff = [first.session.user, second.session.user].filter((user) => user.is_staff);
    expect(staff).toHaveLength(1);
    expect(staff[0]?.is_superuser).toBe(true);
  });

  it("counts as the account's first login", async () => {
    const api = testApi();
    const { username } = await signUp(api);
    const [row] = await api.deps.db.select().from(account).where(eq(account.username, username));
    expect(row?.lastLoginAt).toBe(api.deps.clock());
  });

  it("refuses a taken name in any case, a weak password and an impossible name", async () => {
    const api = testApi();
    const { username } = await signUp(api);
    const refused = async (body: unknown) => {
      const response = await caller(api, {})("POST", "/auth/signup/", body);
      expect(response.status).toBe(400);
      return bodyOf(response);
    };
    expect(await refused({ username: username.toUpperCase(), password: "good enough 1" })).toEqual({
      username: ["A user with that username already exists."],
    });
    expect(await refused({ username: uniqueName("weak"), password: "12345" })).toEqual({
      password: [
        "This password is too short. It must contain at least 8 characters.",
        "This password is too common.",
        "This password is entirely numeric.",
      ],
    });
    expect(await refused({})).toEqual({
      username: ["This field is required."],
      password: ["This field is required."],
    });
    expect(await refused({ username: "has space", password: "good enough 1" })).toHaveProperty("username");
  });

  it("can be switched off", async () => {
    const api = testApi({
      settings: {
        allowSignup: false,
        allowsPrivateWebhooks: false,
        resolver: "https://resolver.test/dns-query",
        rates: NO_LIMITS,
        quotas: NO_QUOTAS,
        retention: DEFAULT_RETENTION,
        secureCookies: true,
        allowedOrigins: [],
        airecOpen: null,
        administrator: null,
      },
    });
    const body = { username: uniqueName("late"), password: "good enough 1" };
    expect((await caller(api, {})("POST", "/auth/signup/", body)).status).toBe(403);
  });
});

describe("login", () => {
  it("answers by username or e-mail with tokens in the body and in locked-down cookies", async () => {
    const api = testApi();
    const username = uniqueName("mail");
    const email = `${username}@example.com`;
    await caller(api, {})("POST", "/auth/signup/", { username, email, password: "good enough 1" });
    for (const name of [username, email]) {
      const response = await caller(api, {})("POST", "/auth/login/", {
        username: name,
        password: "good enough 1",
      });
      const session = await readAs(sessionResponse, response.clone());
      expect(session.user.username).toBe(username);
      expect(session.refresh).toBe("");
      const lines = response.headers.getSetCookie();
      expect(lines).toHaveLength(2);
      for (const line of lines) expect(line).toMatch(/HttpOnly; .*SameSite=Strict; Secure$/);
    }
  });

  it("works although a stale bearer and a stale cookie come along", async () => {
    const api = testApi();
    const { username, password } = await signUp(api);
    const stale = { authorization: "Bearer garbage", cookie: "jwt-access=garbage" };
    const response = await caller(api, stale)("POST", "/auth/login/", { username, password });
    expect(response.status).toBe(200);
  });

  it("answers a wrong password and an unknown name in the same way", async () => {
    const api = testApi();
    const { username } = await signUp(api);
    const wrong = await caller(api, {})("POST", "/auth/login/", { username, password: "wrong" });
    const unknown = await caller(api, {})("POST", "/auth/login/", { username: "nobody", password: "wrong" });
    expect([wrong.status, unknown.status]).toEqual([400, 400]);
    expect(await bodyOf(wrong)).toEqual(await bodyOf(unknown));
  });

  it("refuses what another site makes a browser send", async () => {
    const api = testApi();
    const { username, password } = await signUp(api);
    const response = await api.fetch("/api/v1/auth/login/", {
      method: "POST",
      headers: { ...JSON_HEADERS, origin: "https://evil.test" },
      body: JSON.stringify({ username, password }),
    });
    expect(response.status).toBe(403);
  });
});

describe("refresh", () => {
  async function session() {
    const api = testApi();
    const { username, password } = await signUp(api);
    const response = await caller(api, {})("POST", "/auth/login/", { username, password });
    const { "jwt-refresh": refresh = "", "jwt-access": access = "" } = cookiesOf(response);
    const send = (token: string) =>
      caller(api, { cookie: `jwt-refresh=${token}` })("POST", "/auth/token/refresh/");
    return { api, refresh, access, send };
  }

  it("rotates: the next token comes with each use", async () => {
    const { refresh, send } = await session();
    const response = await send(refresh);
    await readAs(refreshResponse, response.clone());
    const next = cookiesOf(response)["jwt-refresh"];
    expect(next).toBeTruthy();
    expect(next).not.toBe(refresh);
  });

  it("lets two tabs refresh at once, and ends the session when a spent token comes later", async () => {
    const { api, refresh, send } = await session();
    const next = cookiesOf(await send(refresh))["jwt-refresh"] ?? "";
    expect((await send(refresh)).status).toBe(200);
    api.advance(11_000);
    expect((await send(refresh)).status).toBe(401);
    expect((await send(next)).status).toBe(401);
  });

  it("refuses an access token, garbage and a missing token", async () => {
    const { api, access, send } = await session();
    expect(await bodyOf(await send(access))).toMatchObject({ detail: "Token has wrong type" });
    expect(await bodyOf(await send("garbage"))).toMatchObject({ detail: "Token is invalid" });
    expect((await caller(api, {})("POST", "/auth/token/refresh/", {})).status).toBe(401);
  });
});

describe("logout", () => {
  it("ends the session: its access token and its refresh token stop working", async () => {
    const api = testApi();
    const { username, password } = await signUp(api);
    const response = await caller(api, {})("POST", "/auth/login/", { username, password });
    const cookies = cookiesOf(response);
    const cookie = `jwt-access=${cookies["jwt-access"]}; jwt-refresh=${cookies["jwt-refresh"]}`;
    const asBrowser = caller(api, { cookie, origin: ORIGIN });
    expect((await asBrowser("POST", "/auth/logout/")).status).toBe(200);
    expect((await asBrowser("GET", "/auth/user/")).status).toBe(401);
    expect((await asBrowser("POST", "/auth/token/refresh/")).status).toBe(401);
  });
});

describe("auth/user", () => {
  it("shows and renames the caller, and changes no other field", async () => {
    const api = testApi();
    await signUp(api);
    const person = await signUp(api);
    const changes = { first_name: "Bea", is_staff: true, email: "other@example.com" };
    const user = await readAs(userResponse, await person.call("PATCH", "/auth/user/", changes));
    expect(user).toMatchObject({ first_name: "Bea", is_staff: false, email: "" });
    expect(await bodyOf(await person.call("PUT", "/auth/user/", { first_name: "B" }))).toEqual({
      username: ["This field is required."],
    });
  });

  it("refuses expired and foreign tokens with the reason", async () => {
    const api = testApi();
    const person = await signUp(api);
    api.advance(301_000);
    const expired = await person.call("GET", "/auth/user/");
    expect(expired.status).toBe(401);
    expect(expired.headers.get("www-authenticate")).toBe("X-API-Key");
    expect(await bodyOf(expired)).toMatchObject({
      code: "token_not_valid",
      messages: [{ message: "Token is expired" }],
    });
    const elsewhere = testApi({ secret: "another-secret-of-at-least-32-characters!" });
    expect(
      (await caller(elsewhere, { authorization: `Bearer ${person.session.access}` })("GET", "/auth/user/"))
        .status,
    ).toBe(401);
  });

  it("prefers a bearer to a stale cookie, and checks the origin of cookie requests only", async () => {
    const api = testApi();
    const person = await signUp(api);
    const { access } = person.session;
    const both = {
      authorization: `Bearer ${access}`,
      cookie: "jwt-access=garbage",
      origin: "https://evil.test",
    };
    expect((await caller(api, both)("PATCH", "/auth/user/", {})).status).toBe(200);
    const byCookie = { cookie: `jwt-access=${access}`, origin: "https://evil.test" };
    expect((await caller(api, byCookie)("PATCH", "/auth/user/", {})).status).toBe(403);
    expect((await caller(api, byCookie)("GET", "/auth/user/")).status).toBe(200);
  });
});

describe("administrator of the environment", () => {
  it("exists before anybody can sign up, once", async () => {
    const administrator = { username: uniqueName("root"), password: "from the environment" };
    const settings = {
      allowSignup: true,
      allowsPrivateWebhooks: false,
      resolver: "https://resolver.test/dns-query",
      rates: NO_LIMITS,
      quotas: NO_QUOTAS,
      retention: DEFAULT_RETENTION,
      secureCookies: true,
      allowedOrigins: [],
      airecOpen: null,
      administrator,
    };
    const [one, two] = [testApi({ settings }), testApi({ settings })];
    const person = await signUp(one);
    await two.fetch("/api/v1/ping/");
    expect(person.session.user.is_staff).toBe(false);
    const response = await caller(two, {})("POST", "/auth/login/", administrator);
    expect((await readAs(sessionResponse, response)).user.is_superuser).toBe(true);
  });
});

describe("the session of a browser", () => {
  it("is shown without an error for nobody, for an account, and for an account with an expired access token", async () => {
    const api = testApi();
    const { username, password } = await signUp(api);
    const body = JSON.stringify({ username, password });
    const opened = await api.fetch("/api/v1/auth/login/", { method: "POST", headers: JSON_HEADERS, body });
    const cookies = cookiesOf(opened);
    const show = async (...names: readonly string[]) => {
      const cookie = names.map((name) => `${name}=${cookies[name]}`).join("; ");
      const response = await api.fetch("/api/v1/auth/session/", { headers: { cookie } });
      return readAs(currentSessionResponse, response);
    };
    expect(await show()).toEqual({ user: null, refreshable: false });
    expect(await show("jwt-access", "jwt-refresh")).toMatchObject({ user: { username }, refreshable: false });
    expect(await show("jwt-refresh")).toEqual({ user: null, refreshable: true });
  });
});

it("a token that a previous secret signed holds while that secret is listed", async () => {
  const before = testApi();
  const ann = await signUp(before);
  const newSecret = "another-secret-for-tests-of-32-characters";
  const headers = { authorization: `Bearer ${ann.session.access}` };
  const during = testApi({ secret: newSecret, previousSecrets: [before.deps.secret] });
  expect((await caller(during, headers)("GET", "/project/")).status).toBe(200);
  const after = testApi({ secret: newSecret });
  expect((await caller(after, headers)("GET", "/project/")).status).toBe(401);
});
