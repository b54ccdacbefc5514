import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { trainedModel } from "../../../workers/core/db/schema.ts";
import { NO_LIMITS } from "../../../workers/core/services/access/rates.ts";
import {
  bodyOf,
  caller,
  createProject,
  join,
  type Person,
  signUp,
  testApi,
  uniqueName,
} from "../runtime/api.ts";
import { post, readyData } from "../runtime/study.ts";

beforeEach(async () => {
  await env.DB.prepare("delete from user").run();
});

async function administrators(): Promise<number> {
  const row = await env.DB.prepare("select count(*) as n from user where is_staff and is_active").first<{
    n: number;
  }>();
  return row?.n ?? 0;
}

const idOf = (person: Person) => person.session.user.pk;

describe("a deployment keeps an administrator", () => {
  it("however the last one tries to go", async () => {
    const api = testApi();
    const admin = await join(api);
    const ways = [
      admin.call("PATCH", `/users/${idOf(admin)}/`, { is_staff: false }),
      admin.call("PATCH", `/users/${idOf(admin)}/`, { is_active: false }),
      admin.call("POST", `/users/${idOf(admin)}/deactivate/`),
      admin.call("POST", "/auth/user/erase/", { password: admin.password }),
    ];
    for (const answer of await Promise.all(ways)) expect([400, 409]).toContain(answer.status);
    expect(await administrators()).toBe(1);
    expect((await admin.call("GET", "/users/")).status).toBe(200);
    expect(await env.DB.prepare("select count(*) as n from deletion where kind = 'ACCOUNT'").first("n")).toBe(
      0,
    );
  });

  it.each(["demote", "deactivate", "erase"])("when two %s each other at once", async (way) => {
    const api = testApi();
    const [one, two] = [await join(api), await join(api)];
    await one.call("PATCH", `/users/${idOf(two)}/`, { is_staff: true });
    const go = (actor: Person, other: Person) => {
      if (way === "demote") return actor.call("PATCH", `/users/${idOf(other)}/`, { is_staff: false });
      return actor.call("POST", `/users/${idOf(other)}/${way}/`);
    };
    await Promise.all([go(one, two), go(two, one), go(one, two), go(two, one)]);
    expect(await administrators()).toBe(1);
  });
});

describe("logging in", () => {
  const login = (api: ReturnType<typeof testApi>, name: string, password: string, address?: string) =>
    caller(api, address ? { "cf-connecting-ip": address } : {})("POST", "/auth/login/", {
      username: name,
      password,
    });

  it("is nobody's to block by taking another's address as a name", async () => {
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

  it("keeps an address to one account, also where administrators write it", async () => {
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
  ])("is not to be guessed at by %s either", async (path, body) => {
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

describe("a session that ends", () => {
  async function watched() {
    const api = testApi();
    await join(api);
    const ann = await signUp(api);
    const { id: project } = await createProject(ann);
    const data = await readyData(project);
    const split = await post(ann, "/split_config/", {});
    const evaluation = await post(ann, "/evaluation_config/", {});
    const job = await post(ann, "/parameter_tuning_job/", { data, split, evaluation });
    const closed = () => api.calls.filter(([name]) => name === "closeSockets").map(([, ...args]) => args);
    return { api, ann, job, closed };
  }

  it("closes its own sockets on log-out", async () => {
    const { ann, job, closed } = await watched();
    await ann.call("POST", "/auth/logout/");
    expect(closed()).toEqual([[job, { only: expect.any(String) }]]);
  });

  it("closes the others' on a change of the password, all on a reset", async () => {
    const { api, ann, job, closed } = await watched();
    const body = { old_password: ann.password, new_password: "quite another battery" };
    expect((await ann.call("POST", "/users/change_password/", body)).status).toBe(200);
    expect(closed()).toEqual([[job, { except: expect.any(String) }]]);
    const admin = await join(api);
    await env.DB.prepare("update user set is_staff = 1 where id = ?").bind(idOf(admin)).run();
    await admin.call("POST", `/users/${idOf(ann)}/reset_password/`, { new_password: "one more battery" });
    expect(closed()[1]).toEqual([job]);
  });

  it("is known to token/verify, for both kinds of token", async () => {
    const { api, ann } = await watched();
    const { username, password } = ann;
    const response = await caller(api, {})("POST", "/auth/login/", { username, password });
    const refresh = /jwt-refresh=([^;]+)/.exec(response.headers.get("set-cookie") ?? "")?.[1] ?? "";
    const { access } = (await response.json()) as { access: string };
    const verify = async (token: string) =>
      (await caller(api, {})("POST", "/auth/token/verify/", { token })).status;
    expect([await verify(access), await verify(refresh)]).toEqual([200, 200]);
    const renewed = await caller(api, {})("POST", "/auth/token/refresh/", { refresh });
    const next = ((await renewed.json()) as { refresh: string }).refresh;
    expect([await verify(refresh), await verify(next)]).toEqual([401, 200]);
    await caller(api, { authorization: `Bearer ${access}` })("POST", "/auth/logout/");
    expect([await verify(access), await verify(next)]).toEqual([401, 401]);
  });
});

it("numbers fifty trainings at once without a failure", async () => {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const { id: project } = await createProject(ann);
  const data_loc = await readyData(project);
  const configuration = await post(ann, "/model_configuration/", {
    project,
    recommender_class_name: "TopPopRecommender",
  });
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => ann.call("POST", "/trained_model/", { data_loc, configuration })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  const rows = await api.deps.db.select().from(trainedModel).where(eq(trainedModel.projectId, project));
  expect(rows.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 50 }, (_, at) => at + 1),
  );
});
