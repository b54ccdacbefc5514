import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { NO_LIMITS } from "#services/access/rates.ts";
import { bodyOf, caller, join, type Person, testApi, uniqueName } from "../../../runtime/api.ts";

beforeEach(async () => {
  await env.DB.prepare("delete from user").run();
});

async function _administrators(): Promise<number> {
  const row = await env.DB.prepare("select count(*) as n from user where is_staff and is_active").first<{
    n: number;
  }>();
  return row?.n ?? 0;
}

const idOf = (person: Person) => person.session.user.pk;

describe("logging in", () => {
  const login = (api: ReturnType<typeof testApi>, name: string, password: string, address?: string) =>
    caller(api, address ? { "cf-connecting-ip": address } : {})("POST", "/auth/login/", {
      username: name,
      password,
    });

  it("cannot be blocked by an account that takes another's address as its name", async () => {
    const api = testApi();
    await join(api);
    const email = `${uniqueName("ann")}@example.org`;
    const signup = (fields: object) =>
      caller(api, {})("POST", "/auth/signup/", { password: "correct horse battery", ...fields });
    expect((await signup({ username: "ann", email })).status).toBe(201);
    const taken = await signup({ username: email.toUpperCase() });
    expect([taken.status, await bodyOf(taken)]).toEqual([
      400,
      { username: ["A user with that username already exists."] },
    ]);
    const bob = await join(api);
    expect((await bob.call("PATCH", "/auth/user/", { username: email })).status).toBe(400);
    // An account from before the rule.
    await env.DB.prepare("update user set username = ? where id = ?").bind(email, idOf(bob)).run();
    await env.DB.prepare("update user set password_hash = 'none' where id = ?").bind(idOf(bob)).run();
    expect((await login(api, email, "correct horse battery")).status).toBe(200);
    expect((await login(api, email, "wrong horse battery")).status).toBe(400);
  });

  it("allows an address for one account only, also where administrators write it", async () => {
    const api = testApi();
    const admin = await join(api);
    const bob = await join(api);
    const email = `${uniqueName("ann")}@example.org`;
    const account = { username: uniqueName("ann"), password: "correct horse battery", email };
    expect((await admin.call("POST", "/users/", account)).status).toBe(201);
    expect((await admin.call("PATCH", `/users/${idOf(bob)}/`, { email })).status).toBe(400);
    expect((await admin.call("POST", "/users/", { ...account, username: uniqueName("eve") })).status).toBe(
      400,
    );
  });

  it("ends guesses at one account from many addresses, and from the addresses of one /64", async () => {
    const settings = { ...testApi().deps.settings, rates: { ...NO_LIMITS, login: 3 } };
    const api = testApi({ settings });
    const ann = await join(api);
    const far: number[] = [];
    for (let at = 0; at < 8; at++)
      far.push((await login(api, ann.username, "guess", `198.51.100.${at}`)).status);
    expect(far).toEqual([400, 400, 400, 400, 400, 400, 429, 429]);
    const near: number[] = [];
    for (let at = 1; at <= 5; at++) {
      near.push((await login(api, uniqueName("nobody"), "guess", `2001:db8:1:2::${at}`)).status);
    }
    expect(near).toEqual([400, 400, 400, 429, 429]);
    expect((await login(api, uniqueName("nobody"), "guess", "2001:db8:1:3::1")).status).toBe(400);
  });

  it.each([
    ["/users/change_password/", { old_password: "guess", new_password: "another horse battery" }],
    [
      "/auth/password/change/",
      {
        old_password: "guess",
        new_password1: "another horse battery",
        new_password2: "another horse battery",
      },
    ],
    ["/auth/user/erase/", { password: "guess" }],
  ])("limits guesses by %s, too", async (path, body) => {
    const settings = { ...testApi().deps.settings, rates: { ...NO_LIMITS, login: 3 } };
    const api = testApi({ settings });
    const ann = await join(api);
    const statuses: number[] = [];
    for (let at = 0; at < 5; at++) statuses.push((await ann.call("POST", path, body)).status);
    expect(statuses).toEqual([400, 400, 400, 429, 429]);
  });

  it.each([
    ["aaaaaaaa", "too few different"],
    ["        ", "blanks"],
    ["a       b", "blanks"],
    ["abababab", "too few different"],
    ["abcdabcd", "repeats"],
    ["abcdefgh", "run of"],
    ["poiuytrewq", "run of"],
    ["Passw0rd!", "too common"],
    ["P@ssword2024", "too common"],
    ["letmein!!!", "too common"],
    ["eve1234567", "too similar to the username"],
    ["9876543210", "entirely numeric"],
  ])("needs a better password than %j", async (password, reason) => {
    const api = testApi();
    await join(api);
    const answer = await caller(api, {})("POST", "/auth/signup/", { username: "eve", password });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(await bodyOf(answer))).toContain(reason);
  });
});
