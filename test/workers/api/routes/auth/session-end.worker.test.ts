import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { caller, createProject, join, type Person, signUp, testApi } from "../../../runtime/api.ts";
import { post, readyData } from "../../../runtime/study.ts";

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
