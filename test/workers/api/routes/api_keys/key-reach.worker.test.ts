import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { DESCRIPTIONS } from "#api/openapi/descriptions.ts";
import { apiKeyCreatedResponse } from "#contract/api-key.ts";
import { rebuildManifest } from "#services/serving/routing.ts";
import {
  caller,
  createProject,
  join,
  type Person,
  readAs,
  type TestApi,
  testApi,
} from "../../../runtime/api.ts";
import { post, readyData, readyModel } from "../../../runtime/study.ts";

/** In every text outside the key's project. */
const MARK = "outside-of-the-key";

interface World {
  readonly api: TestApi;
  readonly owner: Person;
  readonly key: Person["call"];
  readonly projectA: number;
  readonly projectB: number;
  /** Ids in the calls: rows of B, of A, and of both. */
  readonly ids: readonly number[];
  readonly bodies: readonly Record<string, unknown>[];
  readonly jobOfB: number;
}

/** A project with one row of each kind. */
async function fill(person: Person, project: number, split: number, evaluation: number, name: string) {
  const fileKey = `projects/${project}/uploads/${name}`;
  await env.STORE.put(fileKey, name);
  const data = await readyData(project, { basename: `${name}.csv`, fileKey });
  const recommender_class_name = "TopPopRecommender";
  const configuration = await post(person, "/model_configuration/", {
    project,
    name,
    recommender_class_name,
  });
  const job = await post(person, "/parameter_tuning_job/", { data, split, evaluation });
  const model = await readyModel(project, configuration, data);
  const stored = await env.DB.prepare("select artifact_key as key from trained_model where id = ?").bind(
    model,
  );
  await env.STORE.put((await stored.first<string>("key")) ?? "", name);
  const now = Date.now();
  await env.DB.prepare(
    "insert into deployment_slot (project_id, name, model_id, is_default, created_at, updated_at) values (?, ?, ?, 1, ?, ?)",
  )
    .bind(project, name, model, now, now)
    .run();
  const schedule = {
    project,
    cron_expression: "0 3 * * *",
    retune: true,
    split_config: split,
    evaluation_config: evaluation,
  };
  await post(person, "/retraining_schedule/", schedule);
  return { data, configuration, job, model };
}

async function makeWorld(): Promise<World> {
  const api = testApi();
  await join(api);
  const owner = await join(api);
  await owner.call("PATCH", "/auth/user/", { first_name: MARK });
  const { id: projectA } = await createProject(owner, { name: "inside" });
  const { id: projectB } = await createProject(owner, { name: MARK });
  const shared = {
    split: await post(owner, "/split_config/", { name: "shared" }),
    evaluation: await post(owner, "/evaluation_config/", { name: "shared" }),
  };
  const ofB = {
    split: await post(owner, "/split_config/", { name: MARK }),
    evaluation: await post(owner, "/evaluation_config/", { name: MARK }),
  };
  const rowsA = await fill(owner, projectA, shared.split, shared.evaluation, "inside");
  const rowsB = await fill(owner, projectB, shared.split, shared.evaluation, MARK);
  await rebuildManifest(api.deps, projectB);
  const mint = async (project: number, name: string) => {
    const body = { project, name, scopes: ["read", "write", "predict"] };
    return readAs(apiKeyCreatedResponse, await owner.call("POST", "/api_keys/", body), 201);
  };
  const { key } = await mint(projectA, "inside");
  await mint(projectB, MARK);
  const foreign = {
    project: projectB,
    data: rowsB.data,
    data_loc: rowsB.data,
    training_data: rowsB.data,
    configuration: rowsB.configuration,
    model_configuration: rowsB.configuration,
    ...ofB,
    split_config: ofB.split,
    evaluation_config: ofB.evaluation,
    name: "changed",
    first_name: "changed",
    username: "changed",
    email: "changed@example.org",
    cron_expression: "0 4 * * *",
    recommender_class_name: "TopPopRecommender",
    user_column: "u",
    item_column: "i",
    kind: "training_data",
    filename: "x.csv",
    size: 10,
    user_id: "u1",
    item_ids: ["i1"],
    cutoff: 5,
    model: rowsB.model,
    trained_model: rowsB.model,
  };
  const own = {
    ...foreign,
    project: projectA,
    data: rowsA.data,
    data_loc: rowsA.data,
    configuration: rowsA.configuration,
  };
  const ids = [
    ...new Set([
      projectB,
      projectA,
      ...Object.values(shared),
      ...Object.values(ofB),
      ...Object.values(rowsB),
      ...Object.values(rowsA),
      1,
      2,
    ]),
  ];
  return {
    api,
    owner,
    key: caller(api, { "x-api-key": key }),
    projectA,
    projectB,
    ids,
    bodies: [{}, foreign, own],
    jobOfB: rowsB.job,
  };
}

/** Tables with the platform's own records, and tables whose rows name their project. */
const NOBODYS =
  /^(upload_part|deletion_item|routing_mark|cron_cursor|rate_window|d1_migrations|sqlite_|_cf_)/;

/** Everything outside a project: rows, objects, and entries of serving. */
async function outsideOf({ projectA }: World): Promise<unknown> {
  const { results: tables } = await env.DB.prepare(
    "select name from sqlite_schema where type = 'table'",
  ).all<{ name: string }>();
  const names = tables.map(({ name }) => name).filter((name) => !NOBODYS.test(name));
  const found = await env.DB.batch<Record<string, unknown>>(
    names.map((name) => env.DB.prepare(`select * from "${name}"`)),
  );
  const rows = names.map((name, at) => [
    name,
    found[at]?.results.filter(
      (row) => row.project_id !== projectA && !(name === "project" && row.id === projectA),
    ),
  ]);
  const { objects } = await env.STORE.list();
  const { keys } = await env.ROUTING.list();
  const entries = await Promise.all(keys.map(async ({ name }) => [name, await env.ROUTING.get(name)]));
  const isOwn = (name: string) => name === `project:${projectA}` || name.startsWith(`erased:${projectA}:`);
  return {
    rows,
    objects: objects
      .map(({ key, etag }) => [key, etag])
      .filter(([key]) => !key?.startsWith(`projects/${projectA}/`)),
    entries: entries.filter(
      ([name, text]) => !isOwn(name ?? "") && !text?.includes(`"project_id":${projectA},`),
    ),
  };
}

const operations = Object.keys(DESCRIPTIONS).map((operation) => operation.split(" ") as [string, string]);

describe("a key with every scope", () => {
  let world: World;
  /** As the last call left it. */
  let outside: unknown;
  beforeAll(async () => {
    await env.DB.prepare("delete from user").run();
    world = await makeWorld();
    outside = await outsideOf(world);
  });

  it.each(operations)("%s %s changes and shows nothing outside of its project", async (method, path) => {
    const wrong: unknown[] = [];
    const isRead = method === "GET";
    const paths = path.includes(":")
      ? world.ids.map((id) => path.replace(/:\w+/g, String(id)))
      : [path, `${path}?project=${world.projectB}`, `${path}?ids=${world.ids.join(",")}`];
    for (const target of paths) {
      // The key may delete its own project, but the rest of the test needs it.
      if (method === "DELETE" && target === `/project/${world.projectA}`) continue;
      for (const body of isRead || method === "DELETE" ? [undefined] : world.bodies) {
        const [bare, query = ""] = target.split("?");
        const response = await world.key(method, `${bare}/${query && `?${query}`}`, body);
        const text = await response.text();
        if (response.status >= 500 || text.includes(MARK)) wrong.push([target, body, response.status, text]);
      }
    }
    expect(wrong).toEqual([]);
    // What a read changes shows after the next call that is none.
    if (!isRead) await expectSameOutside();
    expect(world.api.calls.filter(([, id]) => id === world.jobOfB)).toHaveLength(1);
  });

  it("has read nothing that changes anything outside of its project", expectSameOutside);

  async function expectSameOutside() {
    const before = outside;
    outside = await outsideOf(world);
    expect(outside).toEqual(before);
  }
});

describe("configurations", () => {
  it("of a key can be changed by it until another project uses them", async () => {
    const { owner, key, projectB } = await makeFresh();
    const made = (await (await key("POST", "/split_config/", { name: "mine" })).json()) as { id: number };
    const path = `/split_config/${made.id}/`;
    expect((await key("GET", path)).status).toBe(200);
    expect((await key("PATCH", path, { name: "still mine" })).status).toBe(200);
    const evaluation = await post(owner, "/evaluation_config/", {});
    const data = await readyData(projectB);
    await post(owner, "/parameter_tuning_job/", { data, split: made.id, evaluation });
    expect((await key("PATCH", path, { name: "no more" })).status).toBe(403);
    expect((await key("DELETE", path)).status).toBe(403);
    expect((await owner.call("DELETE", path)).status).toBe(204);
  });

  it("of an account are visible only to keys of projects that use them", async () => {
    const { owner, key, projectA } = await makeFresh();
    const split = await post(owner, "/split_config/", {});
    const evaluation = await post(owner, "/evaluation_config/", {});
    const body = { data: await readyData(projectA), split, evaluation };
    expect((await key("GET", `/split_config/${split}/`)).status).toBe(404);
    expect((await key("POST", "/parameter_tuning_job/", body)).status).toBe(400);
    await post(owner, "/parameter_tuning_job/", body);
    expect((await key("GET", `/split_config/${split}/`)).status).toBe(200);
    expect((await key("POST", "/parameter_tuning_job/", body)).status).toBe(201);
    expect((await key("DELETE", `/split_config/${split}/`)).status).toBe(403);
  });

  async function makeFresh() {
    const api = testApi();
    await join(api);
    const owner = await join(api);
    const { id: projectA } = await createProject(owner);
    const { id: projectB } = await createProject(owner);
    const body = { project: projectA, name: "key", scopes: ["read", "write"] };
    const { key } = await readAs(apiKeyCreatedResponse, await owner.call("POST", "/api_keys/", body), 201);
    return { owner, projectA, projectB, key: caller(api, { "x-api-key": key }) };
  }
});
