/** The conditions of Cloudflare's Deploy button: https://developers.cloudflare.com/workers/platform/deploy-buttons/ */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deploymentOf } from "#scripts/deploy/deployment.ts";
import { readConfigs } from "#scripts/deploy/read-configs.ts";

const ROOT = join(import.meta.dirname, "../..");
const { api } = readConfigs();
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
  cloudflare: { label: string; products: string[]; bindings: Record<string, { description: string }> };
};

describe("the Deploy button", () => {
  it("finds scripts to build and to deploy at the root", () => {
    expect(manifest.scripts.build).toContain("build-web");
    expect(manifest.scripts.deploy).toBe("node scripts/deploy.ts");
  });

  it("finds a description of each binding, and at most three products", () => {
    const bound = [
      ...(api.d1_databases ?? []),
      ...(api.r2_buckets ?? []),
      ...(api.kv_namespaces ?? []),
      ...(api.queues?.producers ?? []),
      ...(api.services ?? []),
    ].map(({ binding }) => binding);
    const objects = api.durable_objects?.bindings?.map(({ name }) => name) ?? [];
    expect(Object.keys(manifest.cloudflare.bindings).sort()).toEqual([...bound, ...objects].sort());
    expect(manifest.cloudflare.products.length).toBeLessThanOrEqual(3);
  });

  it("finds a name for each resource, and ids to replace", () => {
    expect(api.name).toBe("edgewise-api");
    for (const { database_name, database_id } of api.d1_databases ?? []) {
      expect([database_name, database_id].every(Boolean)).toBe(true);
    }
    for (const { bucket_name } of api.r2_buckets ?? []) expect(bucket_name).toBeTruthy();
    for (const { id } of api.kv_namespaces ?? []) expect(id).toMatch(/^0{32}$/);
    for (const { queue } of api.queues?.producers ?? []) expect(queue).toBeTruthy();
  });

  it("asks for no secret: one Worker alone would get it, and the script draws one for all", () => {
    const example = readFileSync(join(ROOT, ".dev.vars.example"), "utf8");
    expect(example.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"))).toEqual([]);
  });

  it("may rename the main Worker and the resources: the other Workers follow", () => {
    const configs = readConfigs();
    const [queue, ...others] = configs.api.queues?.producers ?? [];
    const renamed = {
      ...configs,
      api: {
        ...configs.api,
        name: "my-shop",
        r2_buckets: [{ binding: "STORE", bucket_name: "my-bucket" }],
        d1_databases: [{ binding: "DB", database_name: "my-database", database_id: "an-id" }],
        queues: { producers: [{ ...queue, binding: "INGEST_QUEUE", queue: "my-files" }, ...others] },
      },
    };
    const deployment = deploymentOf(renamed, { env: null, inferenceOnly: false });
    expect(deployment).toMatchObject({
      name: "my-shop",
      bucket: "my-bucket",
      database: { name: "my-database", id: "an-id" },
      workers: { recommend: "edgewise-recommend", api: "my-shop", trainer: "edgewise-trainer" },
    });
    expect(deployment.queues).toContain("my-files");
    expect(deployment.queues).not.toContain("edgewise-ingest");
    expect(deployment.queueNamed("edgewise-ingest")).toBe("my-files");
  });
});
