import { describe, expect, it } from "vitest";
import { modelBatchResponse, modelPredictResponse } from "#contract/inference.ts";
import { EngineError } from "#engine/engine-error.ts";
import { ArtifactMissing } from "#storage/artifact-store.ts";
import { modelKey } from "#storage/keys.ts";
import { KEY, slot, world } from "../serving-world.ts";

async function modelWorld(damaged: Record<string, Error> = {}) {
  const served = await world(damaged);
  const ask = async (path: string, body: unknown, headers: object = { "X-API-Key": KEY }) => {
    const response = await served.app.request(`/inference/predict/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: await response.json() };
  };
  return { ...served, ask };
}

describe("POST /inference/predict/{model_id}", () => {
  it("answers for a user of the model, whatever the slots serve", async () => {
    const { ask } = await modelWorld();
    const { status, body } = await ask("77", { user_id: "ann", cutoff: 2 });
    expect([status, modelPredictResponse.parse(body).items.length]).toEqual([200, 2]);
    expect(body).toMatchObject({ model_id: 77, request_id: "r-1" });
  });

  it("does not know other users, and other models", async () => {
    const { ask } = await modelWorld({ [modelKey(3, 9)]: new ArtifactMissing("models/9") });
    expect(await ask("77", { user_id: "nobody" })).toEqual({
      status: 404,
      body: { detail: "User 'nobody' not found in model" },
    });
    expect(await ask("9", { user_id: "ann" })).toEqual({
      status: 404,
      body: { detail: "Model 9 not found" },
    });
    expect((await ask("abc", { user_id: "ann" })).status).toBe(422);
  });

  it("says that a damaged model cannot be used, and needs a key before all", async () => {
    const { ask } = await modelWorld({ [modelKey(3, 9)]: new EngineError("BAD_ARTIFACT", "bad hash") });
    expect(await ask("9", { user_id: "ann" })).toEqual({
      status: 503,
      body: { detail: "Model 9 integrity check failed." },
    });
    expect((await ask("9", {}, {})).status).toBe(401);
  });

  it("finds a model whose file was written again without an erased person", async () => {
    const { ask, manifest, pass } = await modelWorld({ [modelKey(3, 9)]: new ArtifactMissing("gone") });
    await manifest({ moved_models: [{ id: 9, artifact_key: "projects/3/erased/x" }] });
    pass(2_000);
    expect((await ask("9", { user_id: "ann" })).status).toBe(200);
  });
});

describe("POST /inference/predict/{model_id}/batch", () => {
  it("answers in the order of the ids, with no items for unknown users", async () => {
    const { ask } = await modelWorld();
    const { body } = await ask("77/batch", { user_ids: ["ann", "nobody", "ann"], cutoff: 2 });
    const counts = modelBatchResponse.parse(body).results.map(({ items }) => items.length);
    expect(counts).toEqual([2, 0, 2]);
    expect((await ask("77/batch", { user_ids: [] })).body).toEqual({ results: [] });
  });

  it("refuses more than 100 users", async () => {
    const { ask } = await modelWorld();
    const user_ids = Array.from({ length: 101 }, () => "ann");
    expect(await ask("77/batch", { user_ids })).toEqual({
      status: 400,
      body: { detail: "Maximum 100 users per batch" },
    });
  });
});

it("lists the models that answer for the key's project", async () => {
  const { get, post, manifest, pass } = await modelWorld();
  await manifest({ slots: [slot(), slot({ id: 5, name: "b" })] });
  pass(2_000);
  await post({ user_id: "ann" });
  expect(await (await get("/inference/models")).json()).toEqual({ models: [2], count: 1 });
  expect((await get("/inference/models", {})).status).toBe(401);
});
