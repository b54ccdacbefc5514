import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { emptyAccount, snapshot } from "./account.ts";
import { CONFIGS, deployTo, destroyAt } from "./deploy-world.ts";
import { changesAmong, type StandIn, startStandIn } from "./stand-in.ts";

const WORKERS = ["edgewise-recommend", "edgewise-api", "edgewise-trainer"];
const OLD = "the old secret, which is long enough";
const NEW = "the new secret, which is long enough";

let cloud: StandIn;
beforeAll(async () => {
  cloud = await startStandIn();
});
beforeEach(() => {
  cloud.account = emptyAccount();
  cloud.fault = null;
  cloud.forget();
});
afterAll(async () => {
  expect(cloud.strange).toEqual([]);
  await cloud.close();
});

const secretsOf = (name: string) =>
  WORKERS.map((worker) => cloud.account.scripts.get(worker)?.secrets.get(name));

/** The Workers that were uploaded, in their order. */
function uploads(): string[] {
  return cloud.calls.flatMap(({ method, path }) => {
    const [, worker] = /^\/workers\/scripts\/([^/]+)$/.exec(path) ?? [];
    return method === "PUT" && worker ? [worker] : [];
  });
}

it("migrates before any Worker changes, and uploads what is bound before what binds it", async () => {
  await deployTo(cloud);
  const paths = cloud.calls.map(({ method, path }) => `${method} ${path}`);
  const lastQuery = paths.findLastIndex((path) => path.endsWith("/query"));
  expect(lastQuery).toBeLessThan(paths.indexOf("PUT /workers/scripts/edgewise-recommend"));
  expect(uploads()).toEqual(WORKERS);
});

it("uploads the Worker whose configuration differs, and no other", async () => {
  await deployTo(cloud);
  cloud.forget();
  const trainer = { ...CONFIGS.trainer, limits: { cpu_ms: 100_000 } };
  await deployTo(cloud, { configs: { ...CONFIGS, trainer } });
  expect(uploads()).toEqual(["edgewise-trainer"]);
});

it("adds the Durable Object classes that are new, and names none twice", async () => {
  const [first] = CONFIGS.api.migrations ?? [];
  const objects = CONFIGS.api.durable_objects?.bindings?.filter(({ class_name: name }) =>
    first?.new_sqlite_classes?.includes(name),
  );
  const without = (role: "api" | "trainer") => ({
    ...CONFIGS[role],
    durable_objects: { bindings: objects ?? [] },
  });
  const trainerObjects = objects?.map((bound) => ({ ...bound, script_name: "edgewise-api" })) ?? [];
  const older = {
    recommend: CONFIGS.recommend,
    api: { ...without("api"), migrations: first ? [first] : [] },
    trainer: { ...CONFIGS.trainer, durable_objects: { bindings: trainerObjects } },
  };
  await deployTo(cloud, { configs: older });
  expect(cloud.account.scripts.get("edgewise-api")?.migrationTag).toBe(first?.tag);
  await deployTo(cloud);
  expect(cloud.account.scripts.get("edgewise-api")?.migrationTag).toBe(CONFIGS.api.migrations?.at(-1)?.tag);
  await deployTo(cloud, { settings: { EDGEWISE_ALLOW_SIGNUP: "false" } });
  expect(cloud.account.scripts.get("edgewise-api")?.secrets.get("EDGEWISE_ALLOW_SIGNUP")).toBe("false");
});

it("restores a cron and a consumer that somebody has removed", async () => {
  await deployTo(cloud);
  const before = snapshot(cloud.account);
  const api = cloud.account.scripts.get("edgewise-api");
  if (api) api.schedules = [];
  cloud.account.queues.get("edgewise-trials")?.consumers.splice(0);
  cloud.forget();
  await deployTo(cloud);
  expect(uploads()).toEqual(["edgewise-api", "edgewise-trainer"]);
  expect(snapshot(cloud.account)).toEqual(before);
});

it("changes the secret in all Workers, also when a run stops between them", async () => {
  await deployTo(cloud, { settings: { EDGEWISE_SECRET: OLD } });
  const rotation = { settings: { EDGEWISE_SECRET: NEW, EDGEWISE_PREVIOUS_SECRETS: OLD } };
  cloud.fault = ({ method, path }) =>
    method === "PUT" && path.endsWith("/edgewise-api") ? { kind: "close", done: false } : null;
  await expect(deployTo(cloud, rotation)).rejects.toThrow();
  cloud.fault = null;
  expect(secretsOf("EDGEWISE_SECRET")).toEqual([NEW, OLD, OLD]);
  await expect(deployTo(cloud)).rejects.toThrow(
    "stopped while it changed EDGEWISE_PREVIOUS_SECRETS, EDGEWISE_SECRET",
  );
  cloud.forget();
  await deployTo(cloud, rotation);
  expect(uploads()).toEqual(["edgewise-api", "edgewise-trainer"]);
  expect(secretsOf("EDGEWISE_SECRET")).toEqual([NEW, NEW, NEW]);
  expect(secretsOf("EDGEWISE_PREVIOUS_SECRETS")).toEqual([OLD, OLD, OLD]);
  cloud.forget();
  await deployTo(cloud, rotation);
  expect(changesAmong(cloud.calls)).toEqual([]);
  const ended = { settings: { EDGEWISE_PREVIOUS_SECRETS: "" } };
  cloud.fault = ({ number, method }) =>
    method === "DELETE" && number > 1 ? { kind: "close", done: true } : null;
  await expect(deployTo(cloud, ended)).rejects.toThrow();
  cloud.fault = null;
  await deployTo(cloud, ended);
  cloud.forget();
  await deployTo(cloud, ended);
  expect(changesAmong(cloud.calls)).toEqual([]);
  expect(secretsOf("EDGEWISE_PREVIOUS_SECRETS")).toEqual([undefined, undefined, undefined]);
  expect(secretsOf("EDGEWISE_SECRET")).toEqual([NEW, NEW, NEW]);
});

it("keeps the settings that are not given again, in place of those of the configuration", async () => {
  await deployTo(cloud, { settings: { EDGEWISE_EXACT_RECOTEM: "true" } });
  await deployTo(cloud, { settings: { EDGEWISE_ALLOW_SIGNUP: "false" } });
  const { bindings, secrets } = snapshot(cloud.account).scripts["edgewise-recommend"] ?? {};
  expect(bindings?.map(({ name }) => name)).toEqual([
    "EDGEWISE_EVENT_OBJECT_CALLS",
    "EDGEWISE_HISTORY_WAIT_MS",
    "EDGEWISE_KEY_MEMORY_MS",
    "EDGEWISE_LIVE_WAIT_MS",
    "EVENTS",
    "ITEMS",
    "METERS",
    "ROUTING",
    "STORE",
  ]);
  expect(secrets?.EDGEWISE_EXACT_RECOTEM).toBe("true");
});

it("completes a deployment of recommendations alone when it gets the secret of that deployment", async () => {
  await deployTo(cloud, { inferenceOnly: true, settings: { EDGEWISE_SECRET: OLD } });
  await expect(deployTo(cloud)).rejects.toThrow("api and trainer has no EDGEWISE_SECRET");
  await deployTo(cloud, { settings: { EDGEWISE_SECRET: OLD } });
  expect(secretsOf("EDGEWISE_SECRET")).toEqual([OLD, OLD, OLD]);
});

it("stands beside production under another name, with a secret and all parts of its own", async () => {
  await deployTo(cloud);
  const production = snapshot(cloud.account);
  await deployTo(cloud, { env: "staging" });
  const both = snapshot(cloud.account);
  for (const name of Object.keys(production.scripts)) {
    expect(both.scripts[name]).toEqual(production.scripts[name]);
    const staging = JSON.stringify(both.scripts[`${name}-staging`]?.bindings);
    for (const binding of production.scripts[name]?.bindings ?? []) {
      const target =
        binding.id ??
        binding.namespace_id ??
        binding.bucket_name ??
        binding.queue_name ??
        binding.script_name;
      if (target) expect(staging).not.toContain(`"${String(target)}"`);
    }
  }
  expect(both.scripts["edgewise-api-staging"]?.secrets).not.toEqual(
    production.scripts["edgewise-api"]?.secrets,
  );
  await expect(destroyAt(cloud, "edgewise", { env: "staging" })).rejects.toThrow(
    "That is not edgewise-staging",
  );
  await destroyAt(cloud, "edgewise-staging", { env: "staging" });
  expect(snapshot(cloud.account)).toEqual(production);
  await expect(deployTo(cloud, { env: "Not A Name" })).rejects.toThrow("--env must be");
});
