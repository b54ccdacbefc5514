/** A replay of a model on a real stack: lists as serving logs them, the model's lists from serving, and a stack that is killed in the middle. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { waitFor } from "#cli/demo/wait-for.ts";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { RecommendResponse } from "#contract/recommend.ts";
import type { ReplayResponse } from "#contract/replay.ts";
import { removeState, startTestStack, type TestStack } from "../setup/stack.ts";
import { createWorld, type World } from "./api-world.ts";
import { tasteCsv } from "./study-world.ts";

const RUN_TIMEOUT_MS = 300_000;
const PEOPLE = 60;
let stack: TestStack;
let world: World;
let session: Record<string, string>;
let key: string;
let models: number[];

beforeAll(async () => {
  stack = await startTestStack();
  world = await createWorld(stack.url);
  session = await world.session();
  const project = world.project.id;
  const scopes = { project, name: "pages", scopes: ["predict", "events"] };
  key = (await world.client.post<ApiKeyCreatedResponse>("api_keys/", scopes)).key;
  const data = await world.upload(tasteCsv(PEOPLE, 40, 8));
  models = [];
  for (const recommender_class_name of ["TopPopRecommender", "CosineKNNRecommender"]) {
    const body = { project, recommender_class_name, parameters_json: {} };
    const configuration = await world.client.post<{ id: number }>("model_configuration/", body);
    const training = { configuration: configuration.id, data_loc: data.id, deploy: "never" };
    models.push((await world.client.post<{ id: number }>("trained_model/", training)).id);
  }
  for (const id of models) expect(await world.modelEnd(id)).toMatchObject({ status: "READY" });
}, RUN_TIMEOUT_MS);

afterAll(async () => {
  await stack.stop();
  removeState(stack.stateDir);
});

async function send<Body>(method: string, path: string, body: unknown, headers: object): Promise<Body> {
  const answer = await fetch(`${stack.url}${path}`, {
    method,
    headers: { "Content-Type": "application/json", ...headers },
    ...(body !== null && { body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  return (await answer.json()) as Body;
}

const manage = <Body>(method: string, path: string, body: unknown = null) =>
  send<Body>(method, `/api/v1/${path}`, body, session);
const serve = <Body>(path: string, body: unknown) => send<Body>("POST", path, body, { "X-API-Key": key });

/** Everybody gets a list of four, and clicks its second item. */
async function showLists(): Promise<void> {
  for (let person = 0; person < PEOPLE; person++) {
    const user_id = `u${person}`;
    const list = await serve<RecommendResponse>("/v1/recommend", { user_id, limit: 4 });
    const { request_id, items } = list;
    expect(items).toHaveLength(4);
    const click = { type: "click", user_id, item_id: items[1]?.item_id, request_id };
    await serve("/v1/events", { events: [click] });
  }
}

/** The cron of a local stack runs only when it is asked to. */
const ended = (model: number) =>
  waitFor(
    async () => {
      await fetch(`${stack.url}/cdn-cgi/handler/scheduled`);
      return manage<ReplayResponse>("GET", `trained_model/${model}/replay/`);
    },
    ({ status }) => status !== "RUNNING",
  );

/** Impressions are stored a moment after the answers. @param from Lists before were no people's. */
async function replayOf(model: number, from: string): Promise<ReplayResponse> {
  for (;;) {
    const begun = await manage<ReplayResponse>("POST", `trained_model/${model}/replay/`, { from });
    expect(begun).toMatchObject({ model, status: "RUNNING" });
    const found = await ended(model);
    if (found.status === "FAILED" || found.result?.estimates?.lists === PEOPLE) return found;
  }
}

/** Until locations know both slots. */
async function bothAnswer(): Promise<void> {
  const probes = Array.from({ length: 20 }, (_, at) => ({ user_id: `probe${at}`, limit: 1 }));
  await waitFor(
    () => Promise.all(probes.map((body) => serve<RecommendResponse>("/v1/recommend", body))),
    (lists) => new Set(lists.map(({ slot_id }) => slot_id)).size === 2,
  );
}

it(
  "measures models by the lists of two slots, also when the stack is killed in the middle",
  async () => {
    const project = world.project.id;
    await manage("PATCH", `project/${project}/`, { impressions: "automatic", replay_rate: 1 });
    for (const trained_model of models) {
      const slot = { project, name: `of ${trained_model}`, trained_model, weight: 50, is_active: true };
      await manage("POST", "deployment_slot/", slot);
    }
    await bothAnswer();
    const from = new Date().toISOString();
    await showLists();
    for (const model of models) {
      const { status, error, result } = await replayOf(model, from);
      expect([status, error]).toEqual(["READY", null]);
      expect(result).toMatchObject({ sampled: 1, warnings: [] });
      const { estimates } = result ?? {};
      // One click in each list. Its standard error is below .15 with weights of 1 and 2.
      expect(estimates).toMatchObject({
        people: PEOPLE,
        lists: PEOPLE,
        logged: { estimate: 1, low: 1, high: 1 },
      });
      expect(estimates?.supported_share).toBeGreaterThan(0.6);
      expect(estimates?.effective_lists).toBeGreaterThan(15);
      expect(Math.abs((estimates?.self_normalised.estimate ?? 0) - 1)).toBeLessThan(0.5);
    }
    const [model = 0] = models;
    const before = (await manage<ReplayResponse>("GET", `trained_model/${model}/replay/`)).result;
    await manage("POST", `trained_model/${model}/replay/`, { from });
    const { stateDir, port } = stack;
    await stack.kill();
    stack = await startTestStack({ stateDir, port });
    const after = await ended(model);
    expect([after.status, after.result]).toEqual(["READY", before]);
  },
  RUN_TIMEOUT_MS,
);
