import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { apiKeyCreatedResponse } from "#contract/api-key.ts";
import { pageOf } from "#contract/primitives.ts";
import { projectResponse, projectSummaryResponse } from "#contract/project.ts";
import { project } from "#db/schema.ts";
import { bodyOf, caller, createProject, join, ORIGIN, readAs, testApi } from "../../../runtime/api.ts";
import { readyData } from "../../../runtime/study.ts";

const page = pageOf(projectResponse);

async function twoPeople() {
  const api = testApi();
  await join(api);
  return { api, ann: await join(api), bob: await join(api) };
}

describe("project", () => {
  it("is made, read, changed and deleted by its owner", async () => {
    const { ann } = await twoPeople();
    const made = await createProject(ann, { time_column: "at" });
    expect(made).toMatchObject({ owner: ann.session.user.pk, user_column: "user", time_column: "at" });
    const path = `/project/${made.id}/`;
    expect(await readAs(projectResponse, await ann.call("GET", path))).toEqual(made);
    const patched = await readAs(projectResponse, await ann.call("PATCH", path, { time_column: null }));
    expect(patched).toMatchObject({ name: made.name, time_column: null });
    expect((await ann.call("PUT", path, { name: made.name })).status).toBe(400);
    expect((await ann.call("DELETE", path)).status).toBe(204);
    expect(await bodyOf(await ann.call("GET", path))).toEqual({
      detail: "No Project matches the given query.",
    });
  });

  it("is found by part of its name, upper or lower case, among the caller's own", async () => {
    const { ann, bob } = await twoPeople();
    await createProject(ann, { name: "Winter 100% off" });
    await createProject(ann, { name: "Winter 1000" });
    await createProject(bob, { name: "winter elsewhere" });
    const namesOf = async (query: string) => {
      const found = await readAs(page, await ann.call("GET", `/project/?${query}`));
      return [found.count, found.results.map(({ name }) => name)];
    };
    expect(await namesOf("search=winter&ordering=name")).toEqual([2, ["Winter 100% off", "Winter 1000"]]);
    expect(await namesOf("search=100%25")).toEqual([1, ["Winter 100% off"]]);
    expect(await namesOf("search=_inter")).toEqual([0, []]);
    expect(await namesOf("search=")).toEqual([2, ["Winter 1000", "Winter 100% off"]]);
  });

  it.each([
    ["of a whole long name", `${"Ab cd ".repeat(40)}100%_\\*?[x]`],
    ["beyond ASCII", "商品のおすすめ、冬のセール、第二弾、そのつづき"],
    ["of wildcards alone", "%_".repeat(60)],
  ])("is found by a search %s", async (_, name) => {
    const { ann } = await twoPeople();
    await createProject(ann, { name: `${name}!` });
    await createProject(ann, { name: "another" });
    for (const text of [name, name.toUpperCase(), name.toLowerCase()]) {
      const answer = await ann.call("GET", `/project/?search=${encodeURIComponent(text)}`);
      expect((await readAs(page, answer)).results.map((row) => row.name)).toEqual([`${name}!`]);
    }
    const unknown = `${name.slice(0, -1)}${"x".repeat(3000)}`;
    const none = await readAs(page, await ann.call("GET", `/project/?search=${encodeURIComponent(unknown)}`));
    expect(none.count).toBe(0);
  });

  it("is listed in the order asked for, and in no other", async () => {
    const { ann, api } = await twoPeople();
    for (const name of ["b", "A", "c"]) {
      await createProject(ann, { name });
      api.advance(1000);
    }
    const inOrder = async (ordering: string) =>
      (await readAs(page, await ann.call("GET", `/project/?ordering=${ordering}`))).results.map(
        ({ name }) => name,
      );
    expect(await inOrder("name")).toEqual(["A", "b", "c"]);
    expect(await inOrder("-name")).toEqual(["c", "b", "A"]);
    expect(await inOrder("ins_datetime")).toEqual(["b", "A", "c"]);
    const refused = await ann.call("GET", "/project/?ordering=-constructor");
    expect(refused.status).toBe(400);
    expect(await bodyOf(refused)).toHaveProperty("ordering");
  });

  it.each([
    [{ user_column: "x", item_column: "x" }, "item_column"],
    [{ user_column: "u", item_column: "i", time_column: "u" }, "time_column"],
    [{ user_column: "u", item_column: "i", time_column: "i" }, "time_column"],
  ])("keeps what is different in different columns: %j is refused", async (columns, field) => {
    const { ann } = await twoPeople();
    const refused = await ann.call("POST", "/project/", { name: "p", ...columns });
    expect([refused.status, Object.keys((await bodyOf(refused)) as object)]).toEqual([400, [field]]);
    const made = await createProject(ann);
    const changed = await ann.call("PATCH", `/project/${made.id}/`, columns);
    expect([changed.status, Object.keys((await bodyOf(changed)) as object)]).toEqual([400, [field]]);
  });

  it.each([
    [
      {},
      {
        name: ["This field is required."],
        user_column: ["This field is required."],
        item_column: ["This field is required."],
      },
    ],
    [
      { name: "", user_column: null, item_column: true },
      {
        name: ["This field may not be blank."],
        user_column: ["This field may not be null."],
        item_column: ["Not a valid string."],
      },
    ],
    [{ name: "a\0b", user_column: "u", item_column: "i" }, { name: ["Null characters are not allowed."] }],
    [
      { name: "n".repeat(257), user_column: "u", item_column: "i" },
      { name: ["Ensure this field has no more than 256 characters."] },
    ],
    [[], { non_field_errors: ["Invalid data. Expected a dictionary, but got list."] }],
  ])("refuses %j", async (body, errors) => {
    const { ann } = await twoPeople();
    const response = await ann.call("POST", "/project/", body);
    expect(response.status).toBe(400);
    expect(await bodyOf(response)).toEqual(errors);
  });

  it("takes numbers as names, trims, and takes forms", async () => {
    const { api, ann } = await twoPeople();
    const made = await createProject(ann, { name: 41, user_column: "  u ", item_column: 2.5 });
    expect(made).toMatchObject({ name: "41", user_column: "u", item_column: "2.5" });
    const response = await api.fetch("/api/v1/project/", {
      method: "POST",
      headers: {
        authorization: `Bearer ${ann.session.access}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "name=Form&user_column=u&item_column=i",
    });
    expect((await readAs(projectResponse, response, 201)).name).toBe("Form");
  });

  it("has a name that is unique to its owner and to nobody else", async () => {
    const { ann, bob } = await twoPeople();
    const { name } = await createProject(ann);
    const body = { name, user_column: "u", item_column: "i" };
    const again = await ann.call("POST", "/project/", body);
    expect([again.status, await bodyOf(again)]).toEqual([
      400,
      { name: ["A project with this name already exists."] },
    ]);
    expect((await bob.call("POST", "/project/", body)).status).toBe(201);
  });

  it("does not exist for anybody but its owner and staff", async () => {
    const api = testApi();
    const first = await join(api);
    const ann = await join(api);
    const bob = await join(api);
    const { id } = await createProject(ann);
    for (const [method, path] of [
      ["GET", `/project/${id}/`],
      ["PATCH", `/project/${id}/`],
      ["DELETE", `/project/${id}/`],
      ["GET", `/project_summary/${id}/`],
    ] as const) {
      expect((await bob.call(method, path, method === "PATCH" ? { name: "x" } : undefined)).status).toBe(404);
      expect((await caller(api, {})(method, path)).status).toBe(401);
    }
    expect((await readAs(page, await bob.call("GET", "/project/"))).count).toBe(0);
    if (first.session.user.is_staff) expect((await first.call("GET", `/project/${id}/`)).status).toBe(200);
  });

  it.each(["abc", "99999999999999999999", "-1", "0"])("has no id %s", async (id) => {
    const { ann } = await twoPeople();
    expect((await ann.call("GET", `/project/${id}/`)).status).toBe(404);
  });

  it("lists newest first, twenty a page, with links that keep the query", async () => {
    const { ann } = await twoPeople();
    const made = [];
    for (let n = 0; n < 21; n++) made.push(await createProject(ann));
    const one = await readAs(page, await ann.call("GET", "/project/?color=red"));
    expect(one).toMatchObject({
      count: 21,
      previous: null,
      next: `${ORIGIN}/api/v1/project/?color=red&page=2`,
    });
    expect(one.results.map((row) => row.id)).toEqual(
      made
        .map((row) => row.id)
        .reverse()
        .slice(0, 20),
    );
    const two = await readAs(page, await ann.call("GET", "/project/?color=red&page=2"));
    expect(two).toMatchObject({ next: null, previous: `${ORIGIN}/api/v1/project/?color=red` });
    const named = await readAs(
      page,
      await ann.call("GET", `/project/?name=${made[3]?.name}&id=${made[3]?.id}`),
    );
    expect(named.results).toEqual([made[3]]);
    for (const bad of ["0", "abc", "3"]) {
      const response = await ann.call("GET", `/project/?page=${bad}`);
      expect([response.status, await bodyOf(response)]).toEqual([404, { detail: "Invalid page." }]);
    }
    expect(await bodyOf(await ann.call("GET", "/project/?id=abc"))).toEqual({ id: ["Enter a number."] });
  });

  it("is deleted with everything in it", async () => {
    const { api, ann } = await twoPeople();
    const { id } = await createProject(ann);
    const body = { project: id, name: "k", scopes: ["read"] };
    const { key } = await readAs(apiKeyCreatedResponse, await ann.call("POST", "/api_keys/", body), 201);
    await env.STORE.put(`projects/${id}/datasets/1.edgewise`, "x");
    await env.STORE.put(`projects/${id}1/datasets/1.edgewise`, "of another project");
    expect((await env.ROUTING.list({ prefix: "key:" })).keys).toHaveLength(1);
    expect((await ann.call("DELETE", `/project/${id}/`)).status).toBe(204);
    expect((await env.STORE.list({ prefix: `projects/${id}/` })).objects).toEqual([]);
    expect((await env.STORE.list({ prefix: `projects/${id}1/` })).objects).toHaveLength(1);
    expect((await env.ROUTING.list()).keys).toEqual([]);
    expect(await api.deps.db.select().from(project).where(eq(project.id, id))).toEqual([]);
    expect((await caller(api, { "x-api-key": key })("GET", "/project/")).status).toBe(401);
  });
});

describe("project_summary", () => {
  it("counts nothing in an empty project, and says which project it does not know", async () => {
    const { ann } = await twoPeople();
    const { id } = await createProject(ann);
    const summary = await readAs(projectSummaryResponse, await ann.call("GET", `/project_summary/${id}/`));
    expect(summary).toMatchObject({ n_data: 0, n_complete_jobs: 0, n_models: 0 });
    const unknown = await ann.call("GET", "/project_summary/999999/");
    expect(await bodyOf(unknown)).toEqual({ detail: "Project 999999 not found." });
  });
});

describe("the API as a whole", () => {
  it("is reachable under both prefixes, with and without the last slash", async () => {
    const api = testApi();
    for (const path of ["/api/v1/ping/", "/api/v1/ping", "/api/ping/", "/api/ping"]) {
      expect(await bodyOf(await api.fetch(path))).toEqual({ success: true });
    }
    for (const path of ["/api/v2/ping/", "/ping", "/api/v1/nothing/"]) {
      expect((await api.fetch(path)).status).toBe(404);
    }
  });

  it("says which methods a path has", async () => {
    const api = testApi();
    const response = await api.fetch("/api/v1/ping/", { method: "POST" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    expect(await bodyOf(response)).toEqual({ detail: 'Method "POST" not allowed.' });
    expect((await api.fetch("/api/v1/ping/", { method: "HEAD" })).status).toBe(200);
  });

  it("keeps a usable request id, replaces an odd one, and sets the security headers", async () => {
    const api = testApi();
    const kept = await api.fetch("/api/v1/ping/", { headers: { "x-request-id": "abc-1" } });
    expect(kept.headers.get("x-request-id")).toBe("abc-1");
    expect(kept.headers.get("x-correlation-id")).toBe("abc-1");
    const work = await api.fetch("/api/v1/ping/", { headers: { "x-correlation-id": "order/7 " } });
    expect(work.headers.get("x-correlation-id")).toBe("order/7");
    expect(work.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    expect(api.logged).toContainEqual(
      expect.objectContaining({
        event: "request",
        fields: expect.objectContaining({ correlation_id: "order/7" }),
      }),
    );
    const replaced = await api.fetch("/api/v1/ping/", { headers: { "x-request-id": "a b" } });
    expect(replaced.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    for (const name of [
      "content-security-policy",
      "x-content-type-options",
      "x-frame-options",
      "referrer-policy",
    ]) {
      expect(kept.headers.get(name)).toBeTruthy();
    }
  });

  it("refuses malformed JSON, other media types and oversized bodies", async () => {
    const { api, ann } = await twoPeople();
    const send = (body: string, type: string) =>
      api.fetch("/api/v1/project/", {
        method: "POST",
        headers: { authorization: `Bearer ${ann.session.access}`, "content-type": type },
        body,
      });
    const malformed = await send("{bad", "application/json");
    expect([malformed.status, await bodyOf(malformed)]).toEqual([
      400,
      {
        detail:
          "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
      },
    ]);
    const type = await send("x", "text/plain");
    expect([type.status, await bodyOf(type)]).toEqual([
      415,
      { detail: 'Unsupported media type "text/plain" in request.' },
    ]);
    expect((await send(`{"name":"${"x".repeat(1_100_000)}"}`, "application/json")).status).toBe(413);
  });

  it("shows nothing of an unknown error and logs all of it", async () => {
    const broken = testApi();
    const person = await join(broken);
    const { id } = await createProject(person);
    const forget = async () => {
      throw new Error("the inner truth");
    };
    const api = testApi({ jobs: { ...broken.deps.jobs, forget } });
    await readyData(id);
    const headers = { authorization: `Bearer ${person.session.access}` };
    const response = await caller(api, headers)("DELETE", `/project/${id}/`);
    const body = JSON.stringify(await response.json());
    expect(response.status).toBe(500);
    expect(body).not.toContain("truth");
    expect(body).toContain(response.headers.get("x-request-id"));
    expect(JSON.stringify(api.logged)).toContain("the inner truth");
  });
});

it("never writes a password or a token to the log", async () => {
  const api = testApi();
  const person = await join(api);
  await person.call("GET", `/project/?token=${person.session.access}`);
  const log = JSON.stringify(api.logged);
  expect(log).not.toContain(person.password);
  expect(log).not.toContain(person.session.access);
});
