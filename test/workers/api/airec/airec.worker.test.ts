import { describe, expect, it } from "vitest";
import { airecProject } from "#db/airec-schema.ts";
import { itemMetaData, project, trainingData } from "#db/schema.ts";
import { advanceAirecProject } from "#services/airec/advance-airec.ts";
import { bodyOf, join, type TestApi, testApi, uniqueName } from "../../runtime/api.ts";

const CONTENT = { item_id: "film", item_title: "name", feature_cols: ["genre"] };
const RATINGS = { user_id: "viewer", item_id: "film", rating: "stars" };
const PASSWORD = "walnut-Harbor-27";

interface Form {
  readonly name?: string;
  readonly content?: unknown;
  readonly ratings?: unknown;
  readonly filesFirst?: boolean;
}

function formOf({ name = uniqueName("films"), content, ratings, filesFirst }: Form): FormData {
  const texts: [string, string][] = [["project_name", name]];
  const files: [string, File][] = [];
  if (content !== undefined) {
    texts.push(["content_schema_json", typeof content === "string" ? content : JSON.stringify(content)]);
    files.push(["content_file", new File(["film,name,genre\n1,Heat,Crime\n"], "films.csv")]);
  }
  if (ratings !== undefined) {
    texts.push(["interaction_schema_json", JSON.stringify(ratings)]);
    files.push(["interaction_file", new File(["viewer,film,stars\nu,1,4\n"], "ratings.csv")]);
  }
  const form = new FormData();
  for (const [field, value] of filesFirst ? [...files, ...texts] : [...texts, ...files])
    form.append(field, value);
  return form;
}

async function create(api: TestApi, form: FormData, headers: Record<string, string> = {}) {
  return api.fetch("/airec/create-project/", { method: "POST", body: form, headers });
}

async function open(): Promise<TestApi> {
  const api = testApi();
  const { session } = await join(api);
  return testApi({ settings: { ...api.deps.settings, airecOpen: session.user.username } });
}

const json = (body: unknown) => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

describe("AiREC's sign-up and login", () => {
  it("make an account of Edgewise, whose token opens projects", async () => {
    const api = testApi();
    const email = `${uniqueName("ann")}@example.com`;
    const signup = await api.fetch("/airec/auth/signup", json({ name: "Ann", email, password: PASSWORD }));
    expect([signup.status, await bodyOf(signup)]).toEqual([
      201,
      { message: "Signup successful", success: true },
    ]);
    const login = await api.fetch("/airec/auth/login", json({ email, password: PASSWORD }));
    const session = (await bodyOf(login)) as { jwttoken: string };
    expect(session).toMatchObject({ success: true, email, name: "Ann" });
    const headers = { authorization: `Bearer ${session.jwttoken}` };
    expect(await bodyOf(await api.fetch("/airec/projects/", { headers }))).toEqual([]);
    api.advance(6 * 3_600_000);
    expect((await api.fetch("/airec/projects/", { headers })).status).toBe(200);
    api.advance(19 * 3_600_000);
    expect((await api.fetch("/airec/projects/", { headers })).status).toBe(401);
  });

  it("does not say which addresses have an account", async () => {
    const api = testApi();
    const email = `${uniqueName("bob")}@example.com`;
    await api.fetch("/airec/auth/signup", json({ name: "Bob", email, password: PASSWORD }));
    const answers = [];
    for (const one of [email, `other-${email}`]) {
      const answer = await api.fetch("/airec/auth/login", json({ email: one, password: "wrong-one" }));
      answers.push([answer.status, await bodyOf(answer)]);
    }
    expect(answers[0]).toEqual([403, { message: "Auth failed", success: false }]);
    expect(answers[1]).toEqual(answers[0]);
  });

  it.each([
    [{}, '"name" is required'],
    [{ name: "Ann", email: "nope", password: PASSWORD }, '"email" must be a valid email'],
    [
      { name: "Ann", email: "a@b.org", password: "abcdef" },
      "This password is too short. It must contain at least 8 characters.",
    ],
    [{ name: "Ann", email: "a@b.org", password: PASSWORD, role: "admin" }, '"role" is not allowed'],
  ])("refuses the sign-up %j", async (body, error) => {
    const answer = await testApi().fetch("/airec/auth/signup", json(body));
    expect([answer.status, await bodyOf(answer)]).toEqual([400, { message: "BAD REQUEST", error }]);
  });

  it("names missing fields where there is no JSON", async () => {
    const answer = await testApi().fetch("/airec/auth/signup", { method: "POST" });
    expect([answer.status, await bodyOf(answer)]).toEqual([
      400,
      { message: "BAD REQUEST", error: '"name" is required' },
    ]);
  });
});

describe("a form of a new project", () => {
  const rowsOf = async ({ deps: { db } }: TestApi) => ({
    projects: (await db.select().from(project)).length,
    files: (await db.select().from(itemMetaData)).length + (await db.select().from(trainingData)).length,
    clients: (await db.select().from(airecProject)).length,
  });

  it("makes project, files and mapping together, whatever the order of its fields", async () => {
    const api = await open();
    for (const filesFirst of [false, true]) {
      const before = await rowsOf(api);
      const made = await create(api, formOf({ content: CONTENT, ratings: RATINGS, filesFirst }));
      expect(made.status).toBe(200);
      expect(await bodyOf(made)).toMatchObject({ status: "pending", model_type: "hybrid" });
      const after = await rowsOf(api);
      expect(after).toEqual({
        projects: before.projects + 1,
        files: before.files + 2,
        clients: before.clients + 1,
      });
    }
    const [newest] = (await api.deps.db.select().from(project)).slice(-1);
    expect(newest).toMatchObject({ userColumn: "viewer", itemColumn: "film", weightColumn: "stars" });
  });

  it.each<[string, FormData, number]>([
    ["without a file", formOf({}), 400],
    ["with a schema that is no JSON", formOf({ content: "{nope" }), 400],
    ["with a list as schema", formOf({ content: ["film"] }), 400],
    ["without a name", formOf({ name: "", content: CONTENT }), 422],
    ["with a text instead of a file", withText(), 422],
  ])("leaves nothing behind %s", async (_, form, status) => {
    const api = await open();
    const before = { ...(await rowsOf(api)), objects: (await api.deps.store.list()).objects.length };
    expect((await create(api, form)).status).toBe(status);
    expect({ ...(await rowsOf(api)), objects: (await api.deps.store.list()).objects.length }).toEqual(before);
  });

  it("may repeat the name of another project", async () => {
    const api = await open();
    const answers = [];
    for (const attempt of [1, 2, 3])
      answers.push([attempt, await bodyOf(await create(api, formOf({ name: "Twice", content: CONTENT })))]);
    expect(answers.map(([, body]) => (body as { project_name: string }).project_name)).toEqual([
      "Twice",
      "Twice",
      "Twice",
    ]);
    const names = (await api.deps.db.select({ name: project.name }).from(project)).map(({ name }) => name);
    expect(names.filter((name) => name.startsWith("Twice"))).toEqual(["Twice", "Twice (2)", "Twice (3)"]);
  });

  it.each([
    [{ item_id: "film", item_title: "name" }, "feature_cols"],
    [{ item_id: "film", feature_cols: ["genre"] }, "item_title"],
  ])("with the mapping %j is a project in error, with the reason", async (content, reason) => {
    const api = await open();
    const made = (await bodyOf(await create(api, formOf({ content })))) as { id: number };
    const status = await bodyOf(await api.fetch(`/airec/project/${made.id}/status`));
    expect(status).toMatchObject({ status: "error", error: expect.stringContaining(reason) });
    expect(api.calls.filter(([name]) => name === "ingest")).toEqual([]);
  });
});

describe("a project whose files are read", () => {
  it("starts one training, however often it is asked", async () => {
    const api = await open();
    const { id } = (await bodyOf(await create(api, formOf({ ratings: RATINGS })))) as { id: number };
    await api.deps.db.update(trainingData).set({ status: "READY", artifactKey: `d${id}` });
    await Promise.all([1, 2, 3].map(() => advanceAirecProject(api.deps, id)));
    await api.fetch(`/airec/project/${id}/status`);
    expect(api.calls.filter(([name]) => name === "train")).toHaveLength(1);
  });
});

describe("apps", () => {
  it("ask with their key for the projects of their owner alone, and are counted", async () => {
    const api = await open();
    const { id } = (await bodyOf(await create(api, formOf({ content: CONTENT })))) as { id: number };
    await api.deps.db.update(itemMetaData).set({ status: "READY", artifactKey: `m${id}` });
    const app = { app_name: "Pages", webhook_url: "https://pages.example/hook" };
    const registered = await bodyOf(await api.fetch("/airec/api/apps/register", json(app)));
    const { api_key: key } = registered as { api_key: string };
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    const ask = (body: unknown, headers: Record<string, string>) =>
      api.fetch("/airec/api/recommend", {
        ...json(body),
        headers: { "Content-Type": "application/json", ...headers },
      });
    const wanted = { project_id: id, item_title: "Heat" };
    expect((await ask(wanted, {})).status).toBe(401);
    expect((await ask(wanted, { "x-api-key": key.replace(/./g, "0") })).status).toBe(403);
    const list = await ask(wanted, { "x-api-key": key });
    expect(await bodyOf(list)).toMatchObject({ success: true, app_name: "Pages", model_type: "content" });
    const usage = (await bodyOf(await api.fetch("/airec/api/apps/usage"))) as { usage_count: number }[];
    expect(usage.map(({ usage_count }) => usage_count)).toEqual([1]);
    const listed = JSON.stringify(await bodyOf(await api.fetch("/airec/api/apps")));
    expect(listed).toContain("Pages");
    expect(listed).not.toContain(key);
    const other = await open();
    const foreign = await bodyOf(await other.fetch("/airec/api/apps/register", json(app)));
    const stranger = await ask(wanted, { "x-api-key": (foreign as { api_key: string }).api_key });
    expect([stranger.status, await bodyOf(stranger)]).toEqual([
      404,
      { error: "Project not found or not ready", details: "Project not found." },
    ]);
  });

  it.each(["nope", "ftp://pages.example/", "http://10.0.0.1/hook", "https://localhost/hook"])(
    "may not be called back at %s",
    async (webhook_url) => {
      const api = await open();
      const answer = await api.fetch("/airec/api/apps/register", json({ app_name: "X", webhook_url }));
      expect(answer.status).toBe(400);
    },
  );
});

function withText(): FormData {
  const form = formOf({ ratings: RATINGS });
  form.append("content_file", "film,name\n1,Heat\n");
  return form;
}
