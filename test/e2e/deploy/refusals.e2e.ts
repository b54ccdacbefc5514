import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { adviceOnPrinted } from "#scripts/deploy/deploy-problem.ts";
import { checkSettings } from "#scripts/deploy/worker-settings.ts";
import { ACCOUNT_ID, type Account, emptyAccount, foreignScript, newDatabase, snapshot } from "./account.ts";
import { type Attempt, deployTo, destroyAt } from "./deploy-world.ts";
import { changesAmong, type StandIn, startStandIn } from "./stand-in.ts";

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

/** Deploys, is refused with these words, and has changed nothing. */
async function expectRefusal(words: string, attempt: Attempt = {}): Promise<void> {
  const before = snapshot(cloud.account);
  cloud.forget();
  await expect(deployTo(cloud, attempt)).rejects.toThrow(words);
  expect(changesAmong(cloud.calls)).toEqual([]);
  expect(snapshot(cloud.account)).toEqual(before);
}

describe("an account that lacks something", () => {
  it.each<readonly [string, (account: Account) => unknown, string]>([
    [
      "R2",
      ({ enabled }) => Object.assign(enabled, { r2: false }),
      `Open https://dash.cloudflare.com/${ACCOUNT_ID}/r2/overview, enable R2`,
    ],
    [
      "the plan for Queues",
      ({ enabled }) => Object.assign(enabled, { queues: "paid-only" }),
      "Queues need the plan Workers Paid",
    ],
    [
      "Queues",
      ({ enabled }) => Object.assign(enabled, { queues: "not-yet" }),
      "/workers/queues, enable them",
    ],
    ["an address", (account) => Object.assign(account, { subdomain: null }), "no workers.dev address yet"],
  ])("is told what to enable: %s", async (_what, take, words) => {
    take(cloud.account);
    await expectRefusal(words);
  });

  it("needs no Queues to serve recommendations alone", async () => {
    cloud.account.enabled.queues = "paid-only";
    await deployTo(cloud, { inferenceOnly: true });
    expect(snapshot(cloud.account)).toMatchObject({ databases: [], queues: [], buckets: ["edgewise-store"] });
    expect([...cloud.account.scripts.keys()]).toEqual(["edgewise-recommend"]);
  });

  it("shows what was refused to Wrangler", () => {
    const printed = "X [ERROR] … CPU limits are not supported for the Free plan. [code: 100328]";
    expect(adviceOnPrinted(printed, "acct")).toContain("https://dash.cloudflare.com/acct/workers/plans");
    expect(adviceOnPrinted("Please enable R2. [code: 10136]", "acct")).toContain("R2 is not enabled");
    expect(adviceOnPrinted("binding DB [code: 10021]", "acct")).toBeNull();
  });
});

describe("credentials", () => {
  it("that have expired are named as such", async () => {
    await expectRefusal("Cloudflare refuses the credentials", { token: "expired" });
  });

  it("of another account are named as such", async () => {
    await expectRefusal(`There is no account "${"f".repeat(32)}"`, { accountId: "f".repeat(32) });
  });
});

describe("too many requests", () => {
  it("are made again after the time that the answer names", async () => {
    const pauses: number[] = [];
    const refused = { kind: "error", status: 429, code: 971, retryAfter: "7" } as const;
    cloud.fault = ({ number }) => (number === 3 || number === 4 ? refused : null);
    await deployTo(cloud, { paused: (ms) => pauses.push(ms) });
    expect(pauses).toEqual([7000, 7000]);
  });

  it("end the run when that time is long", async () => {
    cloud.fault = () => ({ kind: "error", status: 429, code: 971, retryAfter: "600" });
    await expectRefusal("Wait 600 s and run the command again");
  });
});

describe("things of others with our names", () => {
  it("a Worker stays unchanged until the deployment is told to replace it", async () => {
    cloud.account.scripts.set("edgewise-trainer", foreignScript());
    cloud.account.buckets.set("edgewise-store", new Map());
    await expectRefusal("already has a Worker named edgewise-trainer that this deployment did not make");
    await deployTo(cloud, { takeOver: true });
    expect(cloud.account.scripts.get("edgewise-trainer")?.versions.length).toBe(2);
  });

  it("a queue with another consumer is left alone", async () => {
    await deployTo(cloud);
    const queue = cloud.account.queues.get("edgewise-trials");
    queue?.consumers.splice(0, 1, { consumer_id: "other", type: "worker", script: "shop", settings: {} });
    await expectRefusal("The queue edgewise-trials already has a consumer, shop");
  });

  it("a database with other tables is left alone", async () => {
    const sqlite = newDatabase();
    sqlite.exec("CREATE TABLE orders (id integer); INSERT INTO orders VALUES (1);");
    cloud.account.databases.set("shop-database", { name: "edgewise", sqlite });
    await expectRefusal("holds the tables of something else (orders)");
    await expect(destroyAt(cloud, "edgewise")).rejects.toThrow("no deployment named edgewise");
    expect(sqlite.prepare("SELECT count(*) AS count FROM orders").get()?.count).toBe(1);
  });

  it("a bucket and a namespace that were there before outlive the deployment", async () => {
    cloud.account.buckets.set("edgewise-store", new Map([["holiday.jpg", "a beach"]]));
    cloud.account.namespaces.set("before", "edgewise-routing");
    await deployTo(cloud);
    await destroyAt(cloud, "edgewise");
    expect(snapshot(cloud.account)).toMatchObject({
      namespaces: ["edgewise-routing"],
      databases: [],
      queues: [],
      scripts: {},
    });
    expect([...(cloud.account.buckets.get("edgewise-store") ?? [])]).toEqual([["holiday.jpg", "a beach"]]);
  });
});

describe("a database", () => {
  const first = { name: "0000_first.sql", sql: "CREATE TABLE project (id integer PRIMARY KEY);" };
  const broken = {
    name: "0001_second.sql",
    sql: "ALTER TABLE project ADD name text; CREATE TABLE project (id);",
  };
  const tables = () => snapshot(cloud.account).databases[0]?.tables;

  it("that Wrangler has migrated in part gets the remaining migrations", async () => {
    const sqlite = newDatabase();
    sqlite.exec(`CREATE TABLE d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE);
      INSERT INTO d1_migrations (name) VALUES ('0000_first.sql'); ${first.sql}`);
    cloud.account.databases.set("old", { name: "edgewise", sqlite });
    const second = { name: "0001_second.sql", sql: "CREATE TABLE model (id integer PRIMARY KEY);" };
    await deployTo(cloud, { migrations: [first, second] });
    expect(tables()).toEqual(["d1_migrations", "model", "project"]);
  });

  it("rolls back a migration that fails, and the Workers stay unchanged", async () => {
    await expect(deployTo(cloud, { migrations: [first, broken] })).rejects.toThrow(
      "The migration 0001_second.sql does not fit the database",
    );
    expect(tables()).toEqual(["d1_migrations", "project"]);
    expect(cloud.account.scripts.size).toBe(0);
    const repaired = { ...broken, sql: "ALTER TABLE project ADD name text;" };
    await deployTo(cloud, { migrations: [first, repaired] });
    expect(cloud.account.scripts.size).toBe(3);
  });
});

describe("settings", () => {
  it.each([
    [{ EDGEWISE_ENVIRONMENT: "local" }, "EDGEWISE_ENVIRONMENT is local"],
    [{ EDGEWISE_SECRET: "short" }, "EDGEWISE_SECRET"],
    [{ EDGEWISE_ADMIN_USERNAME: "root" }, "EDGEWISE_ADMIN_PASSWORD"],
    [{ EDGEWISE_RATE_USER: "many" }, "EDGEWISE_RATE_USER"],
  ])("with which the Workers would not start are refused: %o", (env, words) => {
    expect(() => checkSettings(env)).toThrow(words);
  });
});
