import { expect, it } from "vitest";
import { deploymentOf } from "#scripts/deploy/deployment.ts";
import { ownConfig } from "#scripts/deploy/own-config.ts";
import { readConfigs } from "#scripts/deploy/read-configs.ts";

const configs = readConfigs();
const ids = { namespace: "ns", database: "db" };

function objectsOf(role: "api" | "trainer" | "recommend", env: string | null, apiName?: string) {
  const deployment = deploymentOf(configs, { env, inferenceOnly: false, apiName });
  const own = ownConfig(configs, role, { deployment, ids }, new Set());
  return Object.fromEntries(
    own.durable_objects?.bindings?.map(({ name, script_name: script }) => [name, script ?? null]) ?? [],
  );
}

it("binds Durable Objects in the Worker that has them, under its name in this deployment", () => {
  expect(objectsOf("recommend", "staging")).toEqual({ EVENTS: null, ITEMS: null, METERS: null });
  expect(objectsOf("api", "staging")).toMatchObject({ EVENTS: "edgewise-recommend-staging", STUDIES: null });
  expect(objectsOf("trainer", "staging")).toMatchObject({ STUDIES: "edgewise-api-staging" });
});

it("follows a main Worker that was given another name", () => {
  expect(objectsOf("trainer", null, "my-shop")).toMatchObject({ STUDIES: "my-shop" });
  expect(objectsOf("api", null, "my-shop")).toMatchObject({
    EVENTS: "edgewise-recommend",
    ITEMS: "edgewise-recommend",
  });
});
