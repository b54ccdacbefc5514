/** A project that only writes over the API: its trainings read what was written as a table, as it was when they began, through a kill. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { ColumnsResponse } from "#contract/column-schema.ts";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import type { RecommendResponse } from "#contract/recommend.ts";
import type { JobEstimate } from "#contract/tuning-job.ts";
import { csrRow } from "#engine/data/csr-row.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { featureWorld, genreOf } from "../shared/engine/serve/feature-world.ts";
import { createWorld, type World } from "./api-world.ts";

const SETTINGS = { EDGEWISE_SECRET: "the secret of the stack for written tables" };
/** The item table of the world, and one genre renamed meanwhile. */
const [OLD, NEW] = ["rock", "polka"];
/** Of the genre. */
const FAN = "u1";

let stack: TestStack;
let world: World;
let key: string;
let data: number;
let configuration: number | undefined;
let ids: { readonly items: readonly string[]; readonly users: readonly string[] };

beforeAll(async () => {
  stack = await startTestStack({ settings: SETTINGS });
  world = await createWorld(stack.url);
  const { userItems, users, items } = (await featureWorld()).dataset;
  ids = {
    items: Array.from({ length: items.size }, (_, at) => items.idAt(at)),
    users: Array.from({ length: users.size }, (_, at) => users.idAt(at)),
  };
  const rows = ids.users.flatMap((userId, user) =>
    [...csrRow(userItems, user).indices].map((item) => `${userId},${items.idAt(item)},1`),
  );
  data = (await world.upload(`user,item,at\n${rows.join("\n")}\n`)).id;
  const scopes = ["items", "predict"];
  const wanted = { project: world.project.id, name: "writer", scopes };
  key = (await world.client.post<ApiKeyCreatedResponse>("api_keys/", wanted)).key;
});

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

async function call<T>(method: string, path: string, body: unknown): Promise<T> {
  const response = await fetch(stack.url + path, {
    method,
    headers: { "X-API-Key": key, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as T;
}

const writeItems = (genre: (itemId: string) => string) =>
  call("POST", "/v1/items", {
    items: ids.items.map((item_id) => ({ item_id, properties: { genre: genre(item_id), year: 1990 } })),
  });
const newItem = (itemId: string, genre: string) =>
  call("PUT", `/v1/items/${itemId}`, { properties: { genre, year: 1990 } });

const listOf = async (userId: string) =>
  (await call<RecommendResponse>("POST", "/v1/recommend", { user_id: userId, limit: 100 })).items;

/** What the model makes of new items for the fan. They are also shown because they are new, so places in lists say less. */
async function scoresOf(...itemIds: readonly string[]): Promise<number[]> {
  const shown = await waitFor(
    () => listOf(FAN),
    (list) => itemIds.every((itemId) => list.some(({ item_id }) => item_id === itemId)),
  );
  return itemIds.map((itemId) => shown.find(({ item_id }) => item_id === itemId)?.score ?? 0);
}

async function startTraining(): Promise<number> {
  const { client, project } = world;
  configuration ??= (
    await client.post<ModelConfigurationResponse>("model_configuration/", {
      ...{ project: project.id, name: "by features", recommender_class_name: "FeatureIALS" },
      parameters_json: { n_components: 8 },
    })
  ).id;
  const wanted = { configuration, data_loc: data, deploy: "always" };
  return (await client.post<TrainedModelResponse>("trained_model/", wanted)).id;
}

/** Until the model answers requests. */
async function isLive(modelId: number): Promise<void> {
  const { status, error, version } = await world.modelEnd(modelId);
  expect([status, error]).toEqual(["READY", null]);
  await waitFor(
    () => call<RecommendResponse>("POST", "/v1/recommend", { user_id: FAN, limit: 1 }),
    ({ model_version }) => model_version === version,
  );
}

describe("a project without a file of items", () => {
  it("has the columns that were written, and algorithms that read them", async () => {
    const estimate = () => world.client.post<JobEstimate>("parameter_tuning_job/estimate/", { data });
    expect((await estimate()).algorithms).not.toContain("FeatureIALS");
    await writeItems(genreOf);
    await Promise.all(
      ids.users.map((userId) =>
        call("PUT", `/v1/users/${userId}`, { properties: { taste: genreOf(userId) } }),
      ),
    );
    expect((await estimate()).algorithms).toContain("FeatureIALS");
    const path = `project/${world.project.id}/item_columns/`;
    const { columns } = await world.client.get<ColumnsResponse>(path);
    expect(columns.map(({ name, type, is_written }) => [name, type, is_written])).toEqual([
      ["genre", "category", true],
      ["year", "number", true],
    ]);
  });

  it("trains on what was written when the training began, though it is overwritten and the stack is killed meanwhile", async () => {
    const first = await startTraining();
    await writeItems((itemId) => (genreOf(itemId) === OLD ? NEW : genreOf(itemId)));
    await stack.kill();
    const { stateDir, port } = stack;
    stack = await startTestStack({ settings: SETTINGS, stateDir, port });
    await isLive(first);
    await newItem("fresh-old", OLD);
    await newItem("fresh-new", NEW);
    const [old = 0, fresh = 0] = await scoresOf("fresh-old", "fresh-new");
    expect(old).toBeGreaterThan(2 * fresh);
  });

  it("gives a new person with written properties a list by them", async () => {
    await call("PUT", "/v1/users/eve", { properties: { taste: "jazz" } });
    const list = (await listOf("eve")).filter(({ strategy }) => strategy === "features");
    const genres = list.slice(0, 5).map(({ item_id }) => genreOf(item_id));
    expect(genres).toEqual(["jazz", "jazz", "jazz", "jazz", "jazz"]);
  });

  it("learns the values of now with the next training", async () => {
    await isLive(await startTraining());
    const [old = 0, fresh = 0] = await scoresOf("fresh-old", "fresh-new");
    expect(fresh).toBeGreaterThan(2 * old);
  });
});
