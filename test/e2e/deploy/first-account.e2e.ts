import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CONFIGS } from "#scripts/stack/built-stack.ts";
import { bundle } from "#scripts/stack/bundle.ts";
import { MAX_WORKER_GZIP_BYTES } from "../../setup/worker-size.ts";
import { emptyAccount, foreignScript, snapshot } from "./account.ts";
import { deployTo, destroyAt } from "./deploy-world.ts";
import { runDeploy } from "./run-deploy.ts";
import { changesAmong, type StandIn, startStandIn } from "./stand-in.ts";

const WORKERS = ["edgewise-api", "edgewise-recommend", "edgewise-trainer"];

let cloud: StandIn;
beforeAll(async () => {
  cloud = await startStandIn();
  const { scripts, buckets, queues, namespaces } = cloud.account;
  scripts.set("shop", foreignScript());
  buckets.set("photos", new Map([["cat.jpg", "a cat"]]));
  queues.set("mail", { id: "mail-id", consumers: [] });
  namespaces.set("shop-id", "shop-settings");
});
afterAll(() => cloud.close());

/** In the order of a person's first day; the steps share one account. */
it("stops at a cron that is refused, says so, and is completed by running again", async () => {
  cloud.fault = ({ path }) =>
    path.endsWith("/schedules") ? { kind: "error", status: 400, code: 10100 } : null;
  const stopped = await runDeploy(cloud);
  expect(stopped.stderr).toContain("The Worker edgewise-api could not be uploaded. What has been done stays");
  expect(stopped.status).toBe(1);
  cloud.fault = null;
  cloud.forget();
  const settings = { EDGEWISE_ADMIN_USERNAME: "root", EDGEWISE_ADMIN_PASSWORD: "a long enough one" };
  const run = await runDeploy(cloud, { env: settings });
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout).toContain("edgewise is deployed: https://edgewise-api.acme.workers.dev");
  const { scripts } = cloud.account;
  expect([...scripts.keys()].sort()).toEqual([...WORKERS, "shop"]);
  const secrets = WORKERS.map((name) => scripts.get(name)?.secrets.get("EDGEWISE_SECRET"));
  expect(secrets[0]?.length).toBe(64);
  expect(new Set(secrets).size).toBe(1);
  expect(scripts.get("edgewise-api")?.secrets.get("EDGEWISE_ADMIN_USERNAME")).toBe("root");
  expect(scripts.get("edgewise-recommend")?.secrets.has("EDGEWISE_ADMIN_USERNAME")).toBe(false);
  const sizes = WORKERS.map((name) => gzipSync(codeOf(name)).length);
  for (const size of sizes) expect(size).toBeLessThan(MAX_WORKER_GZIP_BYTES);
  expect(Math.min(...sizes)).toBeGreaterThan(10_000);
});

it("uploads what the local stack runs", async () => {
  const dir = mkdtempSync(join(tmpdir(), "edgewise-bundles-"));
  for (const [at, config] of CONFIGS.entries()) {
    await bundle(config, join(dir, String(at)));
    const code = readFileSync(join(dir, String(at), "index.js"), "utf8");
    // Compared in whole, a difference would print megabytes.
    const [ours, uploaded] = [code, codeOf(WORKERS[at] ?? "")].map((text) => withoutPaths(text).split("\n"));
    expect(ours?.filter((line, number) => line !== uploaded?.[number]).slice(0, 5)).toEqual([]);
    expect(ours?.length).toBe(uploaded?.length);
  }
  rmSync(dir, { recursive: true });
});

function codeOf(worker: string): string {
  return cloud.account.scripts.get(worker)?.versions.at(-1)?.code ?? "";
}

/** Without the comments that name the file of the code below them: the way to it depends on where Wrangler's configuration lies. */
function withoutPaths(code: string): string {
  return code.replaceAll(/^\/\/ \S+\.(?:[cm]?js|ts)$/gm, "//");
}

it("leaves the account as the quick uploader of the other tests does", async () => {
  const other = await startStandIn();
  await deployTo(other);
  const comparable = (account = emptyAccount()) => {
    const { scripts, ...rest } = snapshot(account);
    const told = WORKERS.map((name) => ({ ...scripts[name], assets: null, secrets: null }));
    const text = JSON.stringify({ told, databases: rest.databases });
    return JSON.parse(text.replaceAll(/"0{20,}[0-9a-f]+"/g, '"an id"')) as unknown;
  };
  expect(comparable(cloud.account)).toEqual(comparable(other.account));
  const consumers = snapshot(cloud.account).queues.filter(({ name }) => name !== "mail");
  expect(consumers).toEqual(snapshot(other.account).queues);
  await other.close();
});

it("changes nothing when it runs again", async () => {
  cloud.forget();
  const before = snapshot(cloud.account);
  const run = await runDeploy(cloud);
  expect(run.stdout).toContain("edgewise is up to date");
  expect(changesAmong(cloud.calls)).toEqual([]);
  expect(snapshot(cloud.account)).toEqual(before);
});

it("makes a staging deployment of serving alone beside the first one", async () => {
  cloud.forget();
  const run = await runDeploy(cloud, { args: ["--env", "staging", "--inference-only"] });
  expect(run.stdout).toContain(
    "edgewise-staging is deployed: https://edgewise-recommend-staging.acme.workers.dev",
  );
  expect(changesAmong(cloud.calls).filter((change) => !change.includes("staging"))).toEqual([
    "POST /r2/buckets",
    "POST /storage/kv/namespaces",
  ]);
  const { buckets, namespaces, databases, queues } = snapshot(cloud.account);
  expect(buckets).toEqual(["edgewise-store", "edgewise-store-staging", "photos"]);
  expect(namespaces).toEqual(["edgewise-routing", "edgewise-routing-staging", "shop-settings"]);
  expect([databases.length, queues.length]).toEqual([1, 5]);
});

it("removes what it made once its name is typed, and nothing else", async () => {
  await expect(destroyAt(cloud, "yes")).rejects.toThrow("That is not edgewise. Nothing was removed.");
  expect([...cloud.account.scripts.keys()]).toEqual(expect.arrayContaining(WORKERS));
  cloud.account.buckets.get("edgewise-store")?.set("projects/1/models/1.edgewise", "a model");
  const run = await runDeploy(cloud, { args: ["--destroy"], input: "edgewise\n" });
  expect(run.stdout).toContain("edgewise is removed.");
  const left = snapshot(cloud.account);
  expect(left.buckets).toEqual(["edgewise-store-staging", "photos"]);
  expect(left.namespaces).toEqual(["edgewise-routing-staging", "shop-settings"]);
  expect(left.databases).toEqual([]);
  expect(left.queues).toEqual([{ name: "mail", consumers: [] }]);
  expect(Object.keys(left.scripts)).toEqual(["edgewise-recommend-staging", "shop"]);
  expect(cloud.strange).toEqual([]);
});
