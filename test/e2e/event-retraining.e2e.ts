/** A retraining that begins by itself once enough events have arrived, on a stack that is killed meanwhile. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import type { Page } from "#contract/primitives.ts";
import type { RecommendResponse } from "#contract/recommend.ts";
import type { RetrainingRunResponse, RetrainingScheduleResponse } from "#contract/retraining.ts";
import type { TrainingDataResponse } from "#contract/training-data.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld, type World } from "./api-world.ts";

const TEST_TIMEOUT_MS = 300_000;
const EVENTS = 600;
let stack: TestStack;
let world: World;
let key: string;

beforeAll(async () => {
  stack = await startTestStack({ settings: {} });
  world = await createWorld(stack.url);
  const body = { project: world.project.id, name: "shop", scopes: ["events", "predict"] };
  key = (await world.client.post<ApiKeyCreatedResponse>("api_keys/", body)).key;
}, TEST_TIMEOUT_MS);

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

async function restart(): Promise<void> {
  await stack.kill();
  const { stateDir, port } = stack;
  stack = await startTestStack({ settings: {}, stateDir, port });
}

/** The platform's work of each minute. */
async function tick(): Promise<void> {
  await fetch(`${stack.url}/cdn-cgi/handler/scheduled`);
}

async function serving<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${stack.url}${path}`, {
    headers: { "X-API-Key": key, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

const runsOf = async ({ id }: RetrainingScheduleResponse) =>
  (await world.client.get<Page<RetrainingRunResponse>>(`retraining_run/?schedule=${id}`)).results;

/** Ticks until the last run of the schedule is as wanted. */
function ticking(
  schedule: RetrainingScheduleResponse,
  isWanted: (run: RetrainingRunResponse) => boolean,
): Promise<RetrainingRunResponse | undefined> {
  return waitFor(
    async () => {
      await tick();
      return (await runsOf(schedule))[0];
    },
    (run) => run !== undefined && isWanted(run),
  );
}

it(
  "trains on all events, deploys, and waits for as many again",
  async () => {
    const { client, project } = world;
    const configuration = await client.post<ModelConfigurationResponse>("model_configuration/", {
      ...{ project: project.id, recommender_class_name: "TopPop", parameters_json: {} },
    });
    const schedule = await client.post<RetrainingScheduleResponse>("retraining_schedule/", {
      ...{ project: project.id, model_configuration: configuration.id, cron_expression: "0 0 1 1 *" },
      ...{ is_enabled: true, auto_deploy: true, uses_events: true, every_events: EVENTS },
    });
    const events = Array.from({ length: EVENTS }, (_, n) => ({
      ...{ type: "view", user_id: `u${n % 50}`, item_id: `i${n % 7}`, event_id: `e${n}` },
    }));
    await serving("/v1/events", events);
    const begun = await ticking(schedule, () => true);
    expect(begun).toMatchObject({ trigger: "EVENTS" });
    await restart();
    const run = await ticking(schedule, ({ status }) => status !== "RUNNING" && status !== "PENDING");
    expect(run).toMatchObject({ status: "COMPLETED", deployment: "Deployed: nothing was live yet." });
    const model = await client.get<TrainedModelResponse>(`trained_model/${run?.trained_model}/`);
    const data = await client.get<TrainingDataResponse>(`training_data/${model.data_loc}/`);
    expect(data.report).toMatchObject({ accepted_rows: EVENTS, users: 50, items: 7, interactions: 350 });
    const answer = await waitFor(
      () => serving<RecommendResponse>("/v1/recommend", { user_id: "nobody" }),
      ({ model_id }) => model_id === model.id,
    );
    expect(answer.items).toHaveLength(7);
    // The events of the run count no second time.
    await serving("/v1/events", events);
    await tick();
    expect(await runsOf(schedule)).toHaveLength(1);
  },
  TEST_TIMEOUT_MS,
);
