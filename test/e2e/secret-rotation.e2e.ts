/** The secret of a deployment changes while it is in use, on a separate real stack. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ApiError } from "#cli/demo/api-client.ts";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld, type World } from "./api-world.ts";
import { tasteCsv } from "./study-world.ts";

const OLD = "the-secret-that-the-deployment-begins-with";
const NEW = "the-secret-that-comes-after-the-first-one";
let stack: TestStack;
let world: World;

beforeAll(async () => {
  stack = await startTestStack({ jobs: 0, settings: { EDGEWISE_SECRET: OLD } });
  world = await createWorld(stack.url);
});

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

async function restart(settings: Record<string, string>): Promise<void> {
  await stack.stop();
  stack = await startTestStack({ jobs: 0, settings, stateDir: stack.stateDir, port: stack.port });
}

it("keeps serving, training and logging in, and in the end needs no old secret", {
  timeout: 300_000,
}, async () => {
  const { client, project } = world;
  const data = await world.upload(tasteCsv(120, 80, 12));
  const configuration = await client.post<ModelConfigurationResponse>("model_configuration/", {
    project: project.id,
    recommender_class_name: "IALSRecommender",
    parameters_json: { n_components: 4, train_epochs: 2 },
  });
  const train = async () => {
    const body = { configuration: configuration.id, data_loc: data.id };
    const { id } = await client.post<TrainedModelResponse>("trained_model/", body);
    return world.modelEnd(id);
  };
  const key = await world.predictKey();
  const predict = () =>
    client.post<{ model_id: number; items: unknown[] }>(
      `/inference/predict/project/${project.id}`,
      { user_id: "u1", cutoff: 5 },
      { "X-API-Key": key },
    );
  const first = await train();
  expect(await predict()).toMatchObject({ model_id: first.id });

  await restart({ EDGEWISE_SECRET: NEW, EDGEWISE_PREVIOUS_SECRETS: OLD });
  // The session's token is older than the change, and so are model and data.
  expect((await predict()).model_id).toBe(first.id);
  expect((await train()).status).toBe("READY");
  await waitFor(
    async () => {
      await fetch(`${stack.url}/cdn-cgi/handler/scheduled`);
      return stack.printed();
    },
    (printed) => /all_by_the_newest"?:\s*true/.test(printed),
  );

  await restart({ EDGEWISE_SECRET: NEW });
  expect((await predict()).items).toHaveLength(5);
  const error = await client.get("project/").catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as ApiError).status).toBe(401);
});

it("refuses everything that a forgotten secret signed", { timeout: 300_000 }, async () => {
  const own = await createWorld(stack.url);
  const data = await own.upload(tasteCsv(60, 40, 8));
  const job = await own.jobEnd((await own.startTuning(data.id, { n_trials: 2 })).id);
  const model = await own.modelEnd(job.tuned_model as number);
  const key = await own.predictKey();
  await restart({ EDGEWISE_SECRET: `${NEW}-and-another` });
  const body = JSON.stringify({ user_id: "u1" });
  const headers = { "X-API-Key": key, "Content-Type": "application/json" };
  const response = await fetch(`${stack.url}/inference/predict/project/${own.project.id}`, {
    method: "POST",
    headers,
    body,
  });
  expect(await response.json()).toEqual({ detail: `Model ${model.id} integrity check failed.` });
  expect(response.status).toBe(503);
});
