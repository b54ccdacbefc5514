/**
 * The mixed load: `node test/bench/mixed-load.ts [--seconds 60] [--callers 8]`. Callers of all serving routes. Meanwhile models are
 * deployed and rolled back, keys are made and revoked, items are hidden, events come in, impressions are written and a shadow is
 * scored. Ends with 1 if an answer was a 5xx, or if one was older than its bound. The bound is 2 s for a model, 20 s for a revoked key,
 * 1 s for a hidden item, and the next answer for an event.
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import type { ApiKeyCreatedResponse } from "#contract/api-key.ts";
import type { ModelConfigurationResponse, TrainedModelResponse } from "#contract/model.ts";
import { createWorld, type World } from "../e2e/api-world.ts";
import { tasteCsv } from "../e2e/study-world.ts";
import { removeState, startTestStack } from "../setup/stack.ts";
import { caller, hider, type Run, reader, revoker, swapper } from "./mixed-load/actors.ts";
import { groupBy, Tally } from "./mixed-load/tally.ts";

const [USERS, ITEMS, ITEMS_PER_USER] = [1_000, 2_000, 40];

const { values: options } = parseArgs({
  options: { seconds: { type: "string", default: "60" }, callers: { type: "string", default: "8" } },
});
const [seconds, callers] = [Number(options.seconds), Number(options.callers)];

const stack = await startTestStack({ settings: {} });
const tally = new Tally();
try {
  const world = await createWorld(stack.url);
  const data = await world.upload(tasteCsv(USERS, ITEMS, ITEMS_PER_USER));
  const models = [];
  for (const name of ["IALSRecommender", "CosineKNNRecommender", "RP3betaRecommender"]) {
    models.push(await train(world, data.id, name));
  }
  await world.client.post("deployment_slot/", {
    ...{ project: world.project.id, name: "shadow", trained_model: models[1] },
    ...{ is_shadow: true, shadow_rate: 0.2 },
  });
  const settings = { impressions: "automatic", impression_rate: 0.5 };
  const patched = await fetch(`${stack.url}/api/v1/project/${world.project.id}/`, {
    method: "PATCH",
    headers: { ...(await world.session()), "Content-Type": "application/json" },
    body: JSON.stringify(settings),
  });
  if (!patched.ok) throw new Error(`The project's settings were refused with ${patched.status}.`);
  const scopes = { project: world.project.id, name: "load", scopes: ["predict", "events"] };
  const { key } = await world.client.post<ApiKeyCreatedResponse>("api_keys/", scopes);
  const itemScopes = { project: world.project.id, name: "items", scopes: ["items"] };
  const { key: itemsKey } = await world.client.post<ApiKeyCreatedResponse>("api_keys/", itemScopes);
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  const common = { url: stack.url, world, key, tally, users: USERS, items: ITEMS };
  const run: Run = { ...common, now, endsAt: seconds * 1000 };
  const changes: number[] = [];
  await Promise.all([
    ...Array.from({ length: callers }, (_, at) => caller(run, at * 1_000_003)),
    swapper(run, models, changes),
    revoker(run),
    reader(run),
    hider(run, itemsKey),
  ]);
  console.log(
    `${callers} callers, load ${loadavg()
      .map((value) => value.toFixed(1))
      .join(" ")}`,
  );
  tally.report(changes, now() / 1000);
  const logged = stack
    .printed()
    .split("\n")
    .filter((line) => /"level":"(error|warn)"/.test(line));
  const events = groupBy(logged, (line) => /"event":"(\w+)"/.exec(line)?.[1] ?? "other");
  for (const [event, lines] of events)
    console.log(`logged ${event}: ${lines.length}, first ${lines[0]?.slice(0, 300)}`);
  if (tally.failures.length + tally.stale.length > 0) process.exitCode = 1;
} finally {
  await stack.stop();
  removeState(stack.stateDir);
}

async function train(world: World, dataId: number, recommender_class_name: string): Promise<number> {
  const project = world.project.id;
  const configuration = await world.client.post<ModelConfigurationResponse>("model_configuration/", {
    project,
    recommender_class_name,
  });
  const body = { configuration: configuration.id, data_loc: dataId, deploy: "always" };
  const { id } = await world.client.post<TrainedModelResponse>("trained_model/", body);
  const ended = await world.modelEnd(id);
  if (ended.status !== "READY") throw new Error(`Model ${id} is ${ended.status}: ${ended.error}`);
  return id;
}
