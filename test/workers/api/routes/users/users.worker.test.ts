import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { sessionResponse } from "#contract/auth.ts";
import { accountResponse, accountUpdateResponse } from "#contract/user.ts";
import { sha256Hex } from "#platform/encoding.ts";
import { findKeyRecord } from "#storage/routing-store.ts";
import { bodyOf, caller, createProject, join, readAs, testApi, uniqueName } from "../../../runtime/api.ts";
import { post, readyData } from "../../../runtime/study.ts";

const PASSWORD = "Str0ng-enough-1";

async function setUp() {
  const api = testApi();
  const root = await join(api);
  await env.DB.prepare("update user set is_staff = 1 where id = ?").bind(root.session.user.pk).run();
  return { api, root, plain: await join(api) };
}

function logIn(api: ReturnType<typeof testApi>, username: string, password: string): Promise<Response> {
  return caller(api, {})("POST", "/auth/login/", { username, password });
}

describe("users", () => {
  it("are made, listed newest first, and changed by staff", async () => {
    const { root } = await setUp();
    const username = uniqueName("new");
    const body = { username, password: PASSWORD, email: "n@example.com" };
    const made = await readAs(accountResponse, await root.call("POST", "/users/", body), 201);
    expect(made).toMatchObject({ username, is_staff: false, is_active: true, last_login: null });
    const all = await readAs(z.array(accountResponse), await root.call("GET", "/users/"));
    expect(all[0]?.id).toBe(made.id);
    const changes = { email: "", is_staff: true, username: "other" };
    const changed = await root.call("PATCH", `/users/${made.id}/`, changes);
    expect(await readAs(accountUpdateResponse, changed)).toMatchObject({
      username,
      is_staff: true,
      email: "",
    });
    expect((await root.call("DELETE", `/users/${made.id}/`)).status).toBe(405);
    expect((await root.call("GET", "/users/999999/")).status).toBe(404);
  });

  it.each([
    ["GET", "/users/"],
    ["POST", "/users/"],
    ["GET", "/users/1/"],
    ["PATCH", "/users/1/"],
    ["POST", "/users/1/deactivate/"],
    ["POST", "/users/1/reset_password/"],
  ])("%s %s is for staff, in person", async (method, path) => {
    const { api, root, plain } = await setUp();
    const body = method === "GET" ? undefined : {};
    expect((await plain.call(method, path, body)).status).toBe(403);
    expect((await caller(api, {})(method, path, body)).status).toBe(401);
    const project = await createProject(root);
    const scopes = ["read", "write", "predict"];
    const made = await root.call("POST", "/api_keys/", { project: project.id, name: "k", scopes });
    const { key } = (await made.json()) as { key: string };
    expect((await caller(api, { "x-api-key": key })(method, path, body)).status).toBe(403);
  });

  it("lose sessions, keys and logins at once when deactivated, and get keys back when activated", async () => {
    const { api, root, plain } = await setUp();
    const project = await createProject(plain);
    const body = { project: project.id, name: "k", scopes: ["read"] };
    const { key } = (await (await plain.call("POST", "/api_keys/", body)).json()) as { key: string };
    const id = plain.session.user.pk;
    await readAs(accountResponse, await root.call("POST", `/users/${id}/deactivate/`));
    expect((await plain.call("GET", "/project/")).status).toBe(401);
    expect((await caller(api, { "x-api-key": key })("GET", "/project/")).status).toBe(401);
    expect(await findKeyRecord(env.ROUTING, await sha256Hex(key))).toBeNull();
    expect((await logIn(api, plain.username, plain.password)).status).toBe(400);
    await readAs(accountResponse, await root.call("POST", `/users/${id}/activate/`));
    expect(await findKeyRecord(env.ROUTING, await sha256Hex(key))).not.toBeNull();
    expect((await plain.call("GET", "/project/")).status).toBe(401);
    await readAs(sessionResponse, await logIn(api, plain.username, plain.password));
  });

  it("lose the sockets of their own jobs when deactivated, and nobody else's", async () => {
    const { api, root, plain } = await setUp();
    const jobOf = async (person: typeof plain) => {
      const { id } = await createProject(person);
      const [split, evaluation] = [
        await post(person, "/split_config/", {}),
        await post(person, "/evaluation_config/", {}),
      ];
      return post(person, "/parameter_tuning_job/", { data: await readyData(id), split, evaluation });
    };
    const [own] = [await jobOf(plain), await jobOf(root)];
    await readAs(accountResponse, await root.call("POST", `/users/${plain.session.user.pk}/deactivate/`));
    expect(api.calls.filter(([name]) => name === "closeSockets")).toEqual([["closeSockets", own]]);
  });

  it("do not get a key back because an administrator edits or rotates it", async () => {
    const { root, plain } = await setUp();
    const { id: project } = await createProject(plain);
    const made = await plain.call("POST", "/api_keys/", { project, name: "k", scopes: ["predict"] });
    const { id, key } = (await made.json()) as { id: number; key: string };
    await root.call("POST", `/users/${plain.session.user.pk}/deactivate/`);
    expect((await root.call("PATCH", `/api_keys/${id}/`, { name: "other" })).status).toBe(200);
    expect(await findKeyRecord(env.ROUTING, await sha256Hex(key))).toBeNull();
    const rotated = await root.call("POST", `/api_keys/${id}/rotate/`);
    const { key: second } = (await rotated.json()) as { key: string };
    expect(await findKeyRecord(env.ROUTING, await sha256Hex(second))).toBeNull();
  });

  it("cannot deactivate themselves by either route", async () => {
    const { root } = await setUp();
    const id = root.session.user.pk;
    for (const response of [
      await root.call("POST", `/users/${id}/deactivate/`),
      await root.call("PATCH", `/users/${id}/`, { is_active: false }),
    ]) {
      expect(await bodyOf(response)).toEqual({ detail: "You cannot deactivate your own account." });
    }
  });
});

describe("passwords", () => {
  it("are changed by their owner, who stays logged in here and nowhere else", async () => {
    const { api, plain } = await setUp();
    const elsewhere = await readAs(sessionResponse, await logIn(api, plain.username, plain.password));
    const change = (old_password: string, new_password: string) =>
      plain.call("POST", "/users/change_password/", { old_password, new_password });
    expect(await bodyOf(await change("wrong", PASSWORD))).toEqual({
      old_password: ["Current password is incorrect."],
    });
    expect((await change(plain.password, "abc")).status).toBe(400);
    expect(await bodyOf(await change(plain.password, PASSWORD))).toEqual({
      detail: "Password changed successfully.",
    });
    expect((await plain.call("GET", "/project/")).status).toBe(200);
    expect(
      (await caller(api, { authorization: `Bearer ${elsewhere.access}` })("GET", "/project/")).status,
    ).toBe(401);
    expect((await logIn(api, plain.username, PASSWORD)).status).toBe(200);
  });

  it("need the present one in the older form, too", async () => {
    const { plain } = await setUp();
    const change = (fields: object) =>
      plain.call("POST", "/auth/password/change/", {
        new_password1: PASSWORD,
        new_password2: PASSWORD,
        ...fields,
      });
    expect((await bodyOf(await change({ new_password2: "Different-12" }))) as object).toHaveProperty(
      "new_password2",
    );
    expect((await bodyOf(await change({}))) as object).toHaveProperty("old_password");
    expect((await change({ old_password: plain.password })).status).toBe(200);
  });

  it("are reset by staff, which ends every session", async () => {
    const { api, root, plain } = await setUp();
    const path = `/users/${plain.session.user.pk}/reset_password/`;
    expect((await root.call("POST", path, { new_password: plain.username })).status).toBe(400);
    expect((await root.call("POST", path, { new_password: PASSWORD })).status).toBe(200);
    expect((await plain.call("GET", "/project/")).status).toBe(401);
    expect((await logIn(api, plain.username, PASSWORD)).status).toBe(200);
  });
});
