/** Who reaches which of AiREC's addresses, with a closed deployment and with one that is open for one account. */
import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { account, itemMetaData } from "#db/schema.ts";
import { bodyOf, join, type TestApi, testApi, uniqueName } from "../../runtime/api.ts";

const CONTENT = { item_id: "film", item_title: "name", feature_cols: ["genre"] };
const REGISTRY = "/api/2.0/mlflow";

/** Every address that shows or changes what an account has. */
const ROUTES: readonly (readonly [string, string])[] = [
  ["GET", "/projects/"],
  ["POST", "/create-project/"],
  ["GET", "/project/1/status"],
  ["GET", "/project/1/items"],
  ["GET", "/project/1/users"],
  ["GET", "/project/1/recommendations?item_title=Heat"],
  ["POST", "/api/apps/register"],
  ["GET", "/api/apps"],
  ["GET", "/api/apps/usage"],
  ["POST", "/api/recommend"],
  ["GET", `${REGISTRY}/registered-models/search`],
  ["GET", `${REGISTRY}/registered-models/get?name=project-1-recommender`],
  ["GET", `${REGISTRY}/registered-models/get-latest-versions?name=project-1-recommender`],
  ["POST", `${REGISTRY}/registered-models/get-latest-versions`],
  ["GET", `${REGISTRY}/model-versions/search`],
  ["GET", `${REGISTRY}/model-versions/get?name=project-1-recommender&version=1`],
  ["POST", `${REGISTRY}/registered-models/create`],
];

/** Addresses of a project, with what each answers for one that a caller does not have. */
const placesOf = (id: number | string): readonly string[] => [
  `/project/${id}/status`,
  `/project/${id}/items`,
  `/project/${id}/users`,
  `/project/${id}/recommendations?item_title=Heat`,
];
const modelPlacesOf = (id: number): readonly string[] =>
  ["registered-models/get?", "registered-models/get-latest-versions?", "model-versions/get?version=1&"].map(
    (place) => `${REGISTRY}/${place}name=project-${id}-recommender`,
  );

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function makeProject(api: TestApi, headers: Record<string, string>, filename = "films.csv") {
  const form = new FormData();
  form.append("project_name", uniqueName("films"));
  form.append("content_schema_json", JSON.stringify(CONTENT));
  form.append("content_file", new File(["film,name,genre\n1,Heat,Crime\n"], filename));
  return api.fetch("/airec/create-project/", { method: "POST", body: form, headers });
}

/** A project with a table that is read; its id. */
async function readyProject(api: TestApi, headers: Record<string, string>): Promise<number> {
  const { id } = (await bodyOf(await makeProject(api, headers))) as { id: number };
  await api.deps.db
    .update(itemMetaData)
    .set({ status: "READY", artifactKey: `m${id}` })
    .where(eq(itemMetaData.projectId, id));
  return id;
}

async function statusesOf(api: TestApi, paths: readonly string[], headers: Record<string, string> = {}) {
  const statuses: number[] = [];
  for (const path of paths) statuses.push((await api.fetch(`/airec${path}`, { headers })).status);
  return statuses;
}

describe("a deployment that is not open", () => {
  it.each(ROUTES)("asks for a session or a key: %s %s", async (method, path) => {
    const answer = await testApi().fetch(`/airec${path}`, { method });
    expect(answer.status).toBe(401);
  });

  it.each(ROUTES)("refuses a wrong token and a wrong key: %s %s", async (method, path) => {
    const wrong = [bearer("e30.e30.e30"), { "x-api-key": "0".repeat(32) }, { "x-api-key": "rctm_unknown" }];
    const statuses = [];
    for (const headers of wrong)
      statuses.push((await testApi().fetch(`/airec${path}`, { method, headers })).status);
    expect(statuses.filter((status) => status !== 401 && status !== 403)).toEqual([]);
  });

  it("shows nobody the projects, models and apps of another account", async () => {
    const api = testApi();
    const [ann, bob] = [await join(api), await join(api)];
    const asAnn = bearer(ann.session.access);
    const asBob = bearer(bob.session.access);
    const id = await readyProject(api, asAnn);
    const places = [...placesOf(id), ...modelPlacesOf(id)];
    expect(await statusesOf(api, places, asBob)).toEqual(places.map(() => 404));
    expect(await statusesOf(api, places.slice(4), asAnn)).toEqual([200, 200, 200]);
    const lists = ["/projects/", "/api/apps", "/api/apps/usage"];
    const found = [];
    for (const path of lists) found.push(await bodyOf(await api.fetch(`/airec${path}`, { headers: asBob })));
    for (const path of ["registered-models", "model-versions"])
      found.push(await bodyOf(await api.fetch(`/airec${REGISTRY}/${path}/search`, { headers: asBob })));
    expect(found).toEqual([[], [], [], {}, {}]);
  });

  it("lets no page of another origin read projects, and any page sign in", async () => {
    const api = testApi();
    const from = { headers: { origin: "http://localhost:5173" } };
    const projects = await api.fetch("/airec/projects/", from);
    expect(projects.headers.get("access-control-allow-origin")).toBeNull();
    const login = await api.fetch("/airec/auth/login", { method: "POST", ...from });
    expect(login.headers.get("access-control-allow-origin")).toBe("*");
    expect(login.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

describe("a deployment that is open for one account", () => {
  let open: TestApi;
  let own: number;
  let foreign: number;
  let username: string;

  beforeAll(async () => {
    const api = testApi();
    const [ann, bob] = [await join(api), await join(api)];
    username = ann.session.user.username;
    // Also an administrator opens no more than its own projects.
    await api.deps.db.update(account).set({ isStaff: true }).where(eq(account.username, username));
    own = await readyProject(api, bearer(ann.session.access));
    foreign = await readyProject(api, bearer(bob.session.access));
    open = testApi({ settings: { ...api.deps.settings, airecOpen: username } });
  });

  it("answers without a token, for that account's projects alone", async () => {
    const places = [...placesOf(foreign), ...modelPlacesOf(foreign)];
    expect(await statusesOf(open, places)).toEqual(places.map(() => 404));
    expect(await statusesOf(open, [placesOf(own)[0] as string, ...modelPlacesOf(own)])).toEqual([
      200, 200, 200, 200,
    ]);
    const listed = (await bodyOf(await open.fetch("/airec/projects/"))) as { id: number }[];
    expect(listed.map(({ id }) => id)).toEqual([own]);
    const models = await bodyOf(await open.fetch(`/airec${REGISTRY}/registered-models/search`));
    expect(models).toMatchObject({ registered_models: [{ name: `project-${own}-recommender` }] });
  });

  it.each([
    "1 OR 1=1",
    "1;DROP TABLE project",
    "1'--",
    "0x1",
    "1e3",
    "../1",
    "1/../2",
    "..%2f1",
    "1%00",
    "９",
    "9".repeat(40),
  ])("refuses the project id %s", async (id) => {
    const statuses = await statusesOf(open, placesOf(encodeURIComponent(id)));
    expect(statuses).toEqual([422, 422, 422, 422]);
    const listed = (await bodyOf(await open.fetch("/airec/projects/"))) as unknown[];
    expect(listed).toHaveLength(1);
  });

  it.each([
    "project-1-recommender' OR '1'='1",
    "project-%-recommender",
    "project--1-recommender",
    "../project-1-recommender",
    "project-1-recommender\u0000",
  ])("has no model named %s", async (name) => {
    const query = new URLSearchParams({ name });
    expect(await statusesOf(open, [`${REGISTRY}/registered-models/get?${query}`])).toEqual([404]);
  });

  it.each([
    ["name = '' OR 1=1"],
    ["name = 'a'; DROP TABLE project"],
    ["owner_id = '1'"],
    ["__proto__ = '1'"],
  ])("refuses to search models by %s", async (filter) => {
    const query = new URLSearchParams({ filter });
    const answer = await open.fetch(`/airec${REGISTRY}/model-versions/search?${query}`);
    expect([answer.status, await bodyOf(answer)]).toMatchObject([
      400,
      { error_code: "INVALID_PARAMETER_VALUE" },
    ]);
  });

  it("keeps no part of a path in the name of a file", async () => {
    const kept = [];
    for (const filename of ["../../etc/films.csv", "..\\..\\films.csv", "/etc/films.csv"]) {
      const made = await bodyOf(await makeProject(open, {}, filename));
      const { uploaded_files: files } = made as { uploaded_files: { storage_path: string }[] };
      kept.push(...files.map(({ storage_path }) => storage_path.replace(/[0-9a-f-]{36}/, "TOKEN")));
    }
    expect(kept.filter((path) => /\.\.|\\|\/.*\//.test(path))).toEqual([]);
    expect(kept).toHaveLength(3);
    const keys = (await open.deps.store.list()).objects.map(({ key }) => key);
    expect(keys.filter((key) => /\.\.|\\|films/.test(key))).toEqual([]);
  });

  it.each(["/api/v1/project/", "/api/v1/api_keys/", "/api/v1/trained_model/", "/api/v1/users/"])(
    "does not open %s",
    async (path) => {
      expect((await open.fetch(path)).status).toBe(401);
    },
  );

  it("shows pages of unknown origins nothing but lists for a key", async () => {
    const headers = { origin: "https://evil.example" };
    const granted = [];
    for (const [method, path] of ROUTES) {
      const answer = await open.fetch(`/airec${path}`, { method, headers });
      if (answer.headers.get("access-control-allow-origin") !== null) granted.push(path);
    }
    expect(granted).toEqual(["/api/recommend"]);
  });

  it("is closed again with its account", async () => {
    await open.deps.db.update(account).set({ isActive: false }).where(eq(account.username, username));
    expect(await statusesOf(open, ["/projects/", ...placesOf(own)])).toEqual([503, 503, 503, 503, 503]);
  });
});
