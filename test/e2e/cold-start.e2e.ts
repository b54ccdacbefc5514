/**
 * New items and new people on a real stack, with a model that knows tables of both. The model comes in with the archive of a project, signed by
 * the stack's secret, so that it does not depend on what a training makes of its data.
 */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import type { ProjectImportResponse } from "#contract/project.ts";
import type { RecommendResponse } from "#contract/recommend.ts";
import type { UserPropertiesResponse } from "#contract/user-properties.ts";
import { encodeArtifact } from "#engine/artifact/encode-artifact.ts";
import { MODEL_KIND } from "#engine/artifact/kinds.ts";
import { csrRow } from "#engine/data/csr-row.ts";
import { modelSections } from "#engine/serve/model-artifact.ts";
import { createArtifactKeyRing, sha256 } from "#storage/artifact-signing.ts";
import { type Bytes, withBytes } from "../setup/changed-archive.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { featureWorld, genreOf } from "../shared/engine/serve/feature-world.ts";
import { createWorld } from "./api-world.ts";

const SECRET = "the secret of the stack for new items and people";
const SETTINGS = { EDGEWISE_SECRET: SECRET };
const SETUP_TIMEOUT_MS = 300_000;

let stack: TestStack;
let keys: { items: string; predict: string; events: string; write: string; stranger: string };

beforeAll(async () => {
  stack = await startTestStack({ jobs: 0, settings: SETTINGS });
  const { servable, dataset, tables } = await featureWorld();
  const world = await createWorld(stack.url);
  const { userItems, users, items } = dataset;
  const rows = Array.from({ length: userItems.rowCount }, (_, user) =>
    [...csrRow(userItems, user).indices].map((item) => `${users.idAt(user)},${items.idAt(item)},1`),
  );
  const data = await world.upload(`user,item,at\n${rows.flat().join("\n")}\n`);
  const configuration = await world.client.post<ModelConfigurationResponse>("model_configuration/", {
    ...{
      project: world.project.id,
      name: "popular",
      recommender_class_name: "TopPop",
      parameters_json: {},
    },
  });
  const asked = { configuration: configuration.id, data_loc: data.id };
  const { id } = await world.client.post<TrainedModelResponse>("trained_model/", asked);
  expect((await world.modelEnd(id)).status).toBe("READY");
  const session = await world.session();
  const archive = await fetch(`${stack.url}/api/v1/project/${world.project.id}/export/`, {
    headers: session,
  });
  const artifact = await signed(modelSections(servable.model, dataset, { tables }), world.project.id, id);
  const changed = await withBytes(new Uint8Array(await archive.arrayBuffer()), "models/", artifact);
  const form = new FormData();
  form.append("name", `copy ${randomBytes(4).toString("hex")}`);
  form.append("file", new File([changed], "project.tar"));
  const imported = await fetch(`${stack.url}/api/v1/project_import/`, {
    method: "POST",
    headers: session,
    body: form,
  });
  expect(imported.status).toBe(201);
  const { id: project } = (await imported.json()) as ProjectImportResponse;
  const keyOf = async (scopes: string[], of = project) =>
    (
      await world.client.post<ApiKeyCreatedResponse>("api_keys/", {
        project: of,
        name: scopes.join(),
        scopes,
      })
    ).key;
  keys = {
    items: await keyOf(["items"]),
    predict: await keyOf(["predict"]),
    events: await keyOf(["events"]),
    write: await keyOf(["write", "read"]),
    stranger: await keyOf(["items", "predict"], world.project.id),
  };
}, SETUP_TIMEOUT_MS);

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

/** The file of a model, as the stack would have signed it. */
async function signed(
  sections: ReturnType<typeof modelSections>,
  project_id: number,
  model_id: number,
): Promise<Bytes> {
  const meta = { project_id, model_id, algorithm: "FeatureIALS" };
  const { signer } = await createArtifactKeyRing([SECRET]);
  const chunks = await encodeArtifact({ kind: MODEL_KIND, meta, sections }, { signer, digest: sha256 });
  return new Uint8Array(Buffer.concat(chunks));
}

async function call<T>(
  key: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; answer: T }> {
  const response = await fetch(stack.url + path, {
    method,
    headers: { "X-API-Key": key, "Content-Type": "application/json" },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, answer: (await response.json()) as T };
}

async function recommend(body: object, key = keys.predict): Promise<RecommendResponse> {
  const { status, answer } = await call<RecommendResponse>(key, "POST", "/v1/recommend", {
    limit: 10,
    ...body,
  });
  expect(status).toBe(200);
  return answer;
}

const putUser = (id: string, properties: object) =>
  call<UserPropertiesResponse>(keys.items, "PUT", `/v1/users/${id}`, { properties });
const idsOf = ({ items }: RecommendResponse) => items.map((item) => item.item_id);
const genresIn = ({ items }: RecommendResponse) =>
  new Set(
    items
      .filter(({ strategy }) => strategy !== "explore")
      .map(({ item_id: id }) => (id.startsWith("i") ? genreOf(id) : id)),
  );

describe("a project whose model knows tables", () => {
  it("recommends an item where it fits in the next request after it was put", async () => {
    const before = idsOf(await recommend({ user_id: "u1", limit: 60 }));
    expect(before).not.toContain("fresh");
    const put = await call(keys.items, "PUT", "/v1/items/fresh", {
      properties: { genre: "rock", year: 1992 },
    });
    expect(put.status).toBe(200);
    const fits = await recommend({ user_id: "u1", limit: 40, slot: undefined });
    const found = fits.items.find((item) => item.item_id === "fresh");
    expect(["features", "explore"]).toContain(found?.strategy);
    const unfit = await recommend({ user_id: "u2", limit: 20 });
    expect(
      unfit.items.filter(({ item_id: id, strategy }) => id === "fresh" && strategy !== "explore"),
    ).toEqual([]);
  });

  it("gives a person with only properties a list of their own, and one with three events a better one", async () => {
    expect((await recommend({ user_id: "eve" })).strategy).toMatch(/popular|explore/);
    expect((await putUser("eve", { taste: "jazz", age: 23 })).status).toBe(200);
    const known = await recommend({ user_id: "eve", reasons: 2 });
    expect(genresIn(known)).toEqual(new Set(["jazz"]));
    const own = known.items.filter(({ strategy }) => strategy === "features");
    expect(own.length).toBeGreaterThan(5);
    expect(own[0]?.reasons?.[0]).toMatchObject({ of: "user", column: "taste", value: "jazz" });
    const events = ["i0", "i4", "i8"].map((item_id) => ({ type: "purchase", user_id: "eve", item_id }));
    expect((await call(keys.events, "POST", "/v1/events", events)).status).toBe(200);
    const better = await recommend({ user_id: "eve" });
    const best = better.items.find(({ strategy }) => strategy === "profile");
    expect(genresIn(better)).toEqual(new Set(["jazz"]));
    expect(best?.score).toBeGreaterThan(own[0]?.score ?? 9);
    for (const { item_id } of events) expect(idsOf(better)).not.toContain(item_id);
  });

  it("keeps the writes of two tabs at the same time, and each sees both in its next answer", async () => {
    const patch = (properties: object) => call(keys.items, "PATCH", "/v1/users/tabs", { properties });
    const writes = Array.from({ length: 20 }, (_, n) => [
      patch({ [`a${n}`]: n }),
      patch({ [`b${n}`]: n }),
    ]).flat();
    for (const { status } of await Promise.all(writes)) expect(status).toBe(200);
    const { answer } = await call<UserPropertiesResponse>(keys.items, "GET", "/v1/users/tabs");
    expect(Object.keys(answer.properties)).toHaveLength(40);
    await Promise.all([patch({ taste: "folk" }), patch({ age: 25 })]);
    const lists = await Promise.all([recommend({ user_id: "tabs" }), recommend({ user_id: "tabs" })]);
    for (const list of lists) expect(genresIn(list)).toEqual(new Set(["folk"]));
  });

  it("loses no property when it is killed between a write and the next answer", async () => {
    for (const taste of ["pop", "rock"]) {
      expect((await putUser("killed", { taste })).status).toBe(200);
      await stack.kill();
      const { stateDir, port } = stack;
      stack = await startTestStack({ jobs: 0, settings: SETTINGS, stateDir, port });
      expect(
        (await call<UserPropertiesResponse>(keys.items, "GET", "/v1/users/killed")).answer.properties,
      ).toEqual({ taste });
      const list = await waitFor(
        () => recommend({ user_id: "killed" }),
        ({ live_events: state }) => state === "used",
      );
      expect(genresIn(list)).toEqual(
        new Set([taste, ...(taste === "rock" && genresIn(list).has("fresh") ? ["fresh"] : [])]),
      );
    }
  });

  it("shows a foreign tenant nothing, and takes nothing from one", async () => {
    await putUser("secret", { taste: "jazz" });
    expect((await call(keys.stranger, "GET", "/v1/users/secret")).status).toBe(404);
    expect(
      (await call(keys.stranger, "PUT", "/v1/users/secret", { properties: { taste: "pop" } })).status,
    ).toBe(200);
    const { answer } = await call<UserPropertiesResponse>(keys.items, "GET", "/v1/users/secret");
    expect(answer.properties).toEqual({ taste: "jazz" });
    expect((await call(keys.predict, "PUT", "/v1/users/secret", { properties: {} })).status).toBe(403);
    expect((await call(`rctm_${"x".repeat(64)}`, "GET", "/v1/users/secret")).status).toBe(401);
    expect(genresIn(await recommend({ user_id: "secret" }))).toEqual(new Set(["jazz"]));
  });

  it("refuses bad properties as a whole", async () => {
    await putUser("bad", { taste: "jazz" });
    const bad = [
      "{",
      "[]",
      { properties: [] },
      { properties: { a: "x".repeat(9_000) } },
      '{"properties": {"__proto__": {"taste": "pop"}}}',
      '{"properties": {"taste": "pop", "n": 1e999}}',
    ];
    for (const body of bad) {
      for (const method of ["PUT", "PATCH"]) {
        expect([body, (await call(keys.items, method, "/v1/users/bad", body)).status]).toEqual([body, 422]);
      }
    }
    const { answer } = await call<UserPropertiesResponse>(keys.items, "GET", "/v1/users/bad");
    expect(answer.properties).toEqual({ taste: "jazz" });
    for (const taste of [{ deep: ["jazz"] }, 7, "polka", ""]) {
      expect((await putUser("bad", { taste })).status).toBe(200);
      expect((await recommend({ user_id: "bad" })).items).toHaveLength(10);
    }
  });

  it("forgets the properties of an erased person", async () => {
    await putUser("gone", { taste: "jazz" });
    expect((await call(keys.write, "DELETE", "/v1/users/gone")).status).toBe(202);
    await waitFor(
      async () => {
        await fetch(`${stack.url}/cdn-cgi/handler/scheduled`);
        return call(keys.items, "GET", "/v1/users/gone");
      },
      ({ status }) => status === 404,
    );
    expect((await recommend({ user_id: "gone" })).strategy).toMatch(/popular|explore|newest/);
  });
});
