import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Uploader } from "#scripts/deploy/upload-worker.ts";
import { type Account, emptyAccount, foreignScript, snapshot } from "./account.ts";
import type { Fault } from "./answer.ts";
import { deployTo, destroyAt } from "./deploy-world.ts";
import { quickUploader } from "./quick-upload.ts";
import { changesAmong, type StandIn, startStandIn } from "./stand-in.ts";

const WORKERS = ["edgewise-recommend", "edgewise-api", "edgewise-trainer"];
const MIGRATIONS = [
  { name: "0000_first.sql", sql: "CREATE TABLE project (id integer PRIMARY KEY);" },
  { name: "0001_second.sql", sql: "ALTER TABLE project ADD COLUMN name text;" },
];

let cloud: StandIn;
beforeAll(async () => {
  cloud = await startStandIn();
});
afterAll(async () => {
  expect(cloud.strange).toEqual([]);
  await cloud.close();
});

function openAccount(): void {
  cloud.account = emptyAccount();
  cloud.account.scripts.set("shop", foreignScript());
  cloud.account.buckets.set("photos", new Map([["cat.jpg", "a cat"]]));
  cloud.fault = null;
  cloud.forget();
}

/** What a deployment comes to, in whatever tries; all Workers have one and the same secret. */
function outcome(account: Account): unknown {
  const secrets = WORKERS.map((name) => account.scripts.get(name)?.secrets.get("EDGEWISE_SECRET"));
  expect(new Set(secrets).size).toBe(1);
  const text = JSON.stringify(snapshot(account));
  return JSON.parse(
    text.replaceAll(secrets[0] ?? "", "the secret").replaceAll(/"0{20,}[0-9a-f]+"/g, '"an id"'),
  );
}

/** Runs once with nothing wrong, and counts the calls. */
async function wholeRun(): Promise<{ readonly calls: number; readonly expected: unknown }> {
  openAccount();
  await deployTo(cloud, { migrations: MIGRATIONS });
  return { calls: cloud.calls.length, expected: outcome(cloud.account) };
}

const FAULTS: readonly (readonly [string, Fault])[] = [
  ["is answered 500", { kind: "error", status: 500, code: 10013 }],
  ["is done, and its answer and all later ones are lost", { kind: "close", done: true }],
];

describe.each(FAULTS)("a deployment from whose call N on each %s", (_name, fault) => {
  it("is completed by the next run, for every N", async () => {
    const { calls, expected } = await wholeRun();
    expect(calls).toBeGreaterThan(40);
    openAccount();
    const before = snapshot(cloud.account);
    for (let first = 1; first <= calls; first++) {
      openAccount();
      // What is done once must not be done again by a retry's answer alone: only the first call takes effect.
      cloud.fault = ({ number }) => {
        if (number < first) return null;
        return number === first ? fault : { kind: "close", done: false };
      };
      await expect(deployTo(cloud, { migrations: MIGRATIONS }), `call ${first}`).rejects.toThrow();
      cloud.fault = null;
      await deployTo(cloud, { migrations: MIGRATIONS });
      expect(outcome(cloud.account), `stopped at call ${first}`).toEqual(expected);
      cloud.forget();
      await deployTo(cloud, { migrations: MIGRATIONS });
      expect(changesAmong(cloud.calls), `stopped at call ${first}`).toEqual([]);
      await destroyAt(cloud, "edgewise");
      expect(snapshot(cloud.account), `stopped at call ${first}`).toEqual(before);
    }
  });
});

it("continues automatically after any single call that is lost, or refused for a moment", async () => {
  const { calls, expected } = await wholeRun();
  const momentary: Fault = { kind: "error", status: 503, code: 1 };
  for (const fault of [momentary, { kind: "close", done: true } as const]) {
    for (let one = 1; one <= calls; one++) {
      openAccount();
      let isOwn = false;
      cloud.fault = ({ number, path, method }) => {
        if (number === one)
          isOwn = !(path.includes("/workers/") && method !== "GET") && !path.endsWith("/consumers");
        return number === one && isOwn && !isOfUpload(path) ? fault : null;
      };
      await deployTo(cloud, { migrations: MIGRATIONS });
      expect(outcome(cloud.account), `call ${one}`).toEqual(expected);
    }
  }
});

/** The quick uploader does not try again; that Wrangler does is Wrangler's. */
function isOfUpload(path: string): boolean {
  return path.includes("/workers/services/") || path.endsWith("/queues") || path.includes("assets");
}

it("removes everything after a removal that stopped at any call", async () => {
  const throughSockets = { migrations: MIGRATIONS, fetch };
  openAccount();
  const before = snapshot(cloud.account);
  await deployTo(cloud, throughSockets);
  cloud.forget();
  await destroyAt(cloud, "edgewise", throughSockets);
  const calls = cloud.calls.length;
  expect(snapshot(cloud.account)).toEqual(before);
  for (let first = 1; first <= calls; first++) {
    openAccount();
    await deployTo(cloud, throughSockets);
    cloud.account.buckets.get("edgewise-store")?.set("projects/1/models/1.edgewise", "a model");
    cloud.forget();
    cloud.fault = ({ number }) => (number < first ? null : { kind: "close", done: number === first });
    await expect(destroyAt(cloud, "edgewise", throughSockets), `call ${first}`).rejects.toThrow();
    cloud.fault = null;
    const isGone = !cloud.account.buckets.has("edgewise-store");
    if (isGone)
      await expect(destroyAt(cloud, "edgewise", throughSockets)).rejects.toThrow(
        "no deployment named edgewise",
      );
    else await destroyAt(cloud, "edgewise", throughSockets);
    expect(snapshot(cloud.account), `stopped at call ${first}`).toEqual(before);
  }
});

it("is safe beside another run of the same deployment", async () => {
  const { expected } = await wholeRun();
  openAccount();
  const runs = [1, 2, 3].map(() => deployTo(cloud, { migrations: MIGRATIONS }));
  await Promise.allSettled(runs);
  await deployTo(cloud, { migrations: MIGRATIONS });
  expect(outcome(cloud.account)).toEqual(expected);
});

it("notices another run that came between its uploads, and the next run gives all Workers one secret again", async () => {
  const { expected } = await wholeRun();
  openAccount();
  const quick = quickUploader(cloud);
  const slow: Uploader = async (upload) => {
    if (upload.role === "api") await deployTo(cloud, { migrations: MIGRATIONS });
    await quick(upload);
  };
  await expect(deployTo(cloud, { migrations: MIGRATIONS, upload: slow })).rejects.toThrow(
    "somebody else may deploy",
  );
  await deployTo(cloud, { migrations: MIGRATIONS });
  expect(outcome(cloud.account)).toEqual(expected);
});
