import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { auditEntryResponse } from "#contract/audit.ts";
import { pageOf } from "#contract/primitives.ts";
import { caller, createProject, join, type Person, readAs, testApi } from "../../../runtime/api.ts";
import { post, readyData } from "../../../runtime/study.ts";

const page = pageOf(auditEntryResponse);

async function entriesOf(person: Person, project: number) {
  return (await readAs(page, await person.call("GET", `/audit_log/?project=${project}`))).results;
}

async function setUp() {
  const api = testApi();
  const root = await join(api);
  const ann = await join(api);
  const { id } = await createProject(ann);
  return { api, root, ann, bob: await join(api), project: id };
}

describe("the audit log", () => {
  it("shows who made, changed and deleted what, newest first", async () => {
    const { ann, project } = await setUp();
    const configuration = { project, recommender_class_name: "TopPopRecommender" };
    const id = await post(ann, "/model_configuration/", configuration);
    await ann.call("PATCH", `/model_configuration/${id}/`, { name: "n" });
    await ann.call("DELETE", `/model_configuration/${id}/`);
    const data = await readyData(project);
    await ann.call("DELETE", `/training_data/${data}/unlink_file/`);
    const entries = await entriesOf(ann, project);
    expect(entries.map(({ action, target }) => [action, target])).toEqual([
      ["DELETE /training_data/:id/unlink_file", data],
      ["DELETE /model_configuration/:id", id],
      ["PATCH /model_configuration/:id", id],
      ["POST /model_configuration", id],
      ["POST /project", project],
    ]);
    expect(entries[0]).toMatchObject({ user: ann.session.user.pk, username: ann.username, api_key: null });
    expect(new Set(entries.map((entry) => entry.request_id)).size).toBe(5);
  });

  it("names the key that acted, and never its secret", async () => {
    const { api, ann, project } = await setUp();
    const body = { project, name: "k", scopes: ["write"] };
    const { id, key } = (await (await ann.call("POST", "/api_keys/", body)).json()) as {
      id: number;
      key: string;
    };
    const configuration = { project, recommender_class_name: "TopPopRecommender" };
    await caller(api, { "x-api-key": key })("POST", "/model_configuration/", configuration);
    const entries = await entriesOf(ann, project);
    expect(entries[0]).toMatchObject({ action: "POST /model_configuration", api_key: id });
    expect(JSON.stringify(entries)).not.toContain(key.slice(5));
  });

  it("has no entry for reads and refusals", async () => {
    const { ann, bob, project } = await setUp();
    await ann.call("GET", `/project/${project}/`);
    await ann.call("PATCH", `/project/${project}/`, { name: "" });
    await bob.call("DELETE", `/project/${project}/`);
    expect(await entriesOf(ann, project)).toHaveLength(1);
  });

  it("is visible to the project's owner alone, and can be changed by nobody", async () => {
    const { ann, bob, project } = await setUp();
    expect(await entriesOf(bob, project)).toEqual([]);
    const [entry] = await entriesOf(ann, project);
    const path = `/audit_log/${entry?.id}/`;
    expect((await bob.call("GET", path)).status).toBe(404);
    for (const method of ["PUT", "PATCH", "DELETE"])
      expect((await ann.call(method, path, {})).status).toBe(405);
    expect((await ann.call("POST", "/audit_log/", {})).status).toBe(405);
  });

  it("is erased with its project, except the entry about the deletion, which administrators see", async () => {
    const { root, ann, project } = await setUp();
    expect((await ann.call("DELETE", `/project/${project}/`)).status).toBe(204);
    await env.DB.prepare("update user set is_staff = 1 where id = ?").bind(root.session.user.pk).run();
    const seen = await readAs(page, await root.call("GET", `/audit_log/?user=${ann.session.user.pk}`));
    expect(seen.results.map(({ action, target }) => [action, target])).toEqual([
      ["DELETE /project/:id", project],
    ]);
    expect((await readAs(page, await ann.call("GET", "/audit_log/"))).count).toBe(0);
  });

  it("delays no answer when it cannot be written", async () => {
    const { api, ann, project } = await setUp();
    const broken = testApi({
      db: new Proxy(api.deps.db, {
        get: (db, name) => {
          const member = Reflect.get(db, name);
          if (name === "insert") {
            return () => {
              throw new Error("no space left");
            };
          }
          return typeof member === "function" ? member.bind(db) : member;
        },
      }),
    });
    const call = caller(broken, { authorization: `Bearer ${ann.session.access}` });
    expect((await call("PATCH", `/project/${project}/`, { name: "renamed" })).status).toBe(200);
    expect(broken.logged.map(({ event }) => event)).toContain("audit_entry_lost");
  });
});
