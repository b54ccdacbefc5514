import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { openDatabase } from "#db/database.ts";
import { routingMark } from "#db/routing-schema.ts";
import { apiKey, deploymentSlot, project, trainedModel, userMetaData } from "#db/schema.ts";
import {
  createApiKey,
  deleteApiKey,
  revokeApiKey,
  rotateApiKey,
  updateApiKey,
} from "#services/access/api-keys.ts";
import { makeTokens } from "#services/access/tokens.ts";
import { updateAccount } from "#services/accounts/users.ts";
import { markProject } from "#services/erasure/mark-project.ts";
import { publish, rebuildManifest } from "#services/serving/routing.ts";
import { wantedEntries } from "#services/serving/routing-entries.ts";
import { repairRouting } from "#services/serving/routing-repair.ts";
import { ownerOf } from "#services/viewer.ts";
import { casesOf } from "../../../../setup/random-cases.ts";
import { createProject, join, testApi, uniqueName } from "../../../runtime/api.ts";
import { post, readyData, readyModel } from "../../../runtime/study.ts";
import { databaseOf, FakeKv, Killed, Process } from "../../../runtime/unreliable.ts";

const IMMORTAL = Number.MAX_SAFE_INTEGER;

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function world() {
  const api = testApi();
  await join(api);
  const ann = await join(api);
  const { id: projectId } = await createProject(ann);
  const userId = ann.session.user.pk;
  const kv = new FakeKv();
  const depsOf = (process: Process) => {
    const { clock, randomBytes, secret, jobs } = api.deps;
    const db = openDatabase(databaseOf(env.DB, process));
    const routing = kv.seenBy(process);
    const sleep = async () => undefined;
    const tokens = makeTokens(secret, clock);
    return { ...api.deps, db, routing, clock, randomBytes, sleep, tokens, jobs };
  };
  return { api, ann, projectId, userId, kv, depsOf, deps: depsOf(new Process(IMMORTAL)) };
}

type World = Awaited<ReturnType<typeof world>>;

/** The database's view of keys, computed by the test itself. */
async function goodHashes(): Promise<string[]> {
  const { results } = await env.DB.prepare(
    `select k.key_hash as hash from api_key k, user u, project p
     where k.owner_id = u.id and k.project_id = p.id and k.is_active = 1 and u.is_active = 1 and p.deleted_at is null`,
  ).all<{ hash: string }>();
  return results.map(({ hash }) => `key:${hash}`).sort();
}

function publishedKeys({ kv }: World): string[] {
  return [...kv.entries.keys()].filter((name) => name.startsWith("key:")).sort();
}

async function repairTwice({ deps, kv }: World): Promise<void> {
  kv.landLateWrites();
  kv.refuses = () => false;
  await repairRouting(deps);
  await repairRouting(deps);
}

/** One random action of a caller or a job. */
async function anyChange(
  { userId, projectId, depsOf }: World,
  process: Process,
  pick: (below: number) => number,
) {
  const deps = depsOf(process);
  const viewer = ownerOf(userId);
  const rows = await openDatabase(env.DB).select().from(apiKey).where(eq(apiKey.projectId, projectId));
  const row = rows[pick(Math.max(1, rows.length))];
  const setActive = (is_active: boolean) => updateAccount(deps, 0, userId, { is_active });
  const change = pick(10);
  if (row === undefined || change === 0) {
    const request = {
      project: projectId,
      name: uniqueName("key"),
      scopes: ["predict" as const],
      expires_at: null,
    };
    return createApiKey(deps, viewer, request);
  }
  if (change === 1) return updateApiKey(deps, viewer, row, { name: uniqueName("key") });
  if (change <= 3) return rotateApiKey(deps, viewer, row);
  if (change === 4) return revokeApiKey(deps, viewer, row);
  if (change === 5) return deleteApiKey(deps, viewer, row);
  if (change <= 7) return setActive(false);
  if (change === 8) return setActive(true);
  return rebuildManifest(deps, projectId);
}

/** The test is about kills, refusals and conflicts between changes; any other error is a defect. */
function onlyExpected(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled" || outcome.reason instanceof Killed) continue;
    const { cause, code, message } = outcome.reason as { cause?: unknown; code?: string; message: string };
    const isKnown = cause instanceof Killed || code === "conflict" || code === "not_found";
    if (!isKnown) throw new Error(`unexpected: ${message}`, { cause: outcome.reason });
  }
}

beforeEach(async () => {
  await env.DB.batch([env.DB.prepare("delete from user"), env.DB.prepare("delete from routing_mark")]);
});

describe("KV", () => {
  it.each(Array.from({ length: casesOf(20) }, (_, seed) => seed))(
    "has exactly the good keys after any mix of changes, kills and refusals (%i)",
    async (seed) => {
      const pick = randomOf(seed * 7919 + 17);
      const here = await world();
      here.kv.refuses = () => pick(4) === 0;
      for (let step = 0; step < 12; step++) {
        const atOnce = 1 + pick(2);
        const processes = Array.from(
          { length: atOnce },
          () => new Process(pick(3) === 0 ? pick(14) : IMMORTAL),
        );
        onlyExpected(await Promise.allSettled(processes.map((process) => anyChange(here, process, pick))));
        if (pick(4) === 0) here.kv.landLateWrites();
        if (pick(5) === 0) await repairRouting(here.depsOf(new Process(IMMORTAL)));
      }
      await repairTwice(here);
      expect(publishedKeys(here)).toEqual(await goodHashes());
      for (const [name, text] of await wantedEntries(here.deps.db, [...here.kv.entries.keys()])) {
        expect(here.kv.entries.get(name)).toBe(text);
      }
      expect(await here.deps.db.select().from(routingMark)).toEqual([]);
    },
  );

  it("loses every key of an account whose deactivation was killed, and of one that is deactivated again", async () => {
    const here = await world();
    const viewer = ownerOf(here.userId);
    for (let at = 0; at < 45; at++) {
      await createApiKey(here.deps, viewer, {
        project: here.projectId,
        name: `key ${at}`,
        scopes: ["predict"],
        expires_at: null,
      });
    }
    const deactivate = (process: Process) =>
      updateAccount(here.depsOf(process), 0, here.userId, { is_active: false });
    await expect(deactivate(new Process(2))).rejects.toThrow();
    expect(publishedKeys(here)).toHaveLength(45);
    await deactivate(new Process(IMMORTAL));
    expect(publishedKeys(here)).toEqual([]);
  });

  it("defers a refused write: the change stays, and no caller sees an error", async () => {
    const here = await world();
    here.kv.refuses = () => true;
    const made = await createApiKey(here.deps, ownerOf(here.userId), {
      project: here.projectId,
      name: "refused",
      scopes: ["predict"],
      expires_at: null,
    });
    expect(publishedKeys(here)).toEqual([]);
    expect((await repairRouting(here.deps)).refused).toContain(`key:${made.row.keyHash}`);
    here.kv.refuses = () => false;
    expect((await repairRouting(here.deps)).refused).toEqual([]);
    expect(publishedKeys(here)).toEqual([`key:${made.row.keyHash}`]);
  });

  it("is tried once more a second later, as KV takes one write a second and key", async () => {
    const here = await world();
    let refusals = 1;
    here.kv.refuses = () => refusals-- > 0;
    await rebuildManifest(here.deps, here.projectId);
    expect(here.kv.entries.has(`project:${here.projectId}`)).toBe(true);
  });

  it("is not held up by entries that it always refuses", async () => {
    const here = await world();
    const hashes = Array.from({ length: 600 }, (_, at) => `refused-${at}`);
    for (let at = 0; at < 600; at += 25) {
      await here.deps.db
        .insert(routingMark)
        .values(hashes.slice(at, at + 25).map((hash) => ({ name: `key:${hash}` })));
    }
    const name = `project:${here.projectId}`;
    await here.deps.db.insert(routingMark).values({ name });
    const { routing } = here.deps;
    const picky = { ...routing, delete: async () => Promise.reject(new Error("refused")) };
    await repairRouting({ ...here.deps, routing: picky });
    await repairRouting({ ...here.deps, routing: picky });
    expect(here.kv.entries.has(name)).toBe(true);
  });

  it("restores lost and hand-written entries once an hour", async () => {
    const here = await world();
    const { row } = await createApiKey(here.deps, ownerOf(here.userId), {
      project: here.projectId,
      name: "good",
      scopes: ["predict"],
      expires_at: null,
    });
    await repairTwice(here);
    here.kv.entries.delete(`key:${row.keyHash}`);
    here.kv.entries.set("key:of-nobody", "{}");
    here.kv.entries.set("project:999999", "{}");
    const later = { ...here.deps, clock: () => here.deps.clock() + 3_600_001 };
    for (let run = 0; run < 3; run++) await repairRouting(later);
    expect(publishedKeys(here)).toEqual([`key:${row.keyHash}`]);
    expect(here.kv.entries.has("project:999999")).toBe(false);
  });

  it("publishes with an expiry", async () => {
    const here = await world();
    await publish({ ...here.deps, routing: env.ROUTING }, [`project:${here.projectId}`]);
    const { keys } = await env.ROUTING.list({ prefix: `project:${here.projectId}` });
    const week = Date.now() / 1000 + 7 * 86_400;
    expect(keys[0]?.expiration).toBeGreaterThan(week - 120);
    expect(keys[0]?.expiration).toBeLessThan(week + 120);
  });
});

describe("each change of what serving reads is marked in the same transaction", () => {
  async function marksOf(change: () => Promise<unknown>): Promise<string[]> {
    await env.DB.prepare("delete from routing_mark").run();
    await change();
    const { results } = await env.DB.prepare("select distinct name from routing_mark order by name").all<{
      name: string;
    }>();
    return results.map(({ name }) => name);
  }

  it("by the database itself", async () => {
    const { ann, projectId, userId, deps } = await world();
    const { db } = deps;
    const dataId = await readyData(projectId);
    const configurationId = await post(ann, "/model_configuration/", {
      project: projectId,
      recommender_class_name: "TopPopRecommender",
    });
    const modelId = await readyModel(projectId, configurationId, dataId);
    const now = Date.now();
    const { row } = await createApiKey(deps, ownerOf(userId), {
      project: projectId,
      name: "k",
      scopes: ["predict"],
      expires_at: null,
    });
    const [manifest, key] = [`project:${projectId}`, `key:${row.keyHash}`];
    const slot = { projectId, name: "s", modelId, createdAt: now, updatedAt: now };
    const run = (query: string) => () => env.DB.prepare(query).run();
    expect(await marksOf(() => db.insert(deploymentSlot).values(slot))).toEqual([manifest]);
    expect(await marksOf(() => db.update(deploymentSlot).set({ weight: 3 }))).toEqual([manifest]);
    const moved = { artifactKey: "elsewhere" };
    expect(
      await marksOf(() => db.update(trainedModel).set(moved).where(eq(trainedModel.id, modelId))),
    ).toEqual([manifest]);
    const users = { projectId, basename: "users.csv", artifactKey: "users", createdAt: now, updatedAt: now };
    expect(await marksOf(() => db.insert(userMetaData).values(users))).toEqual([manifest]);
    expect(await marksOf(() => db.update(userMetaData).set(moved))).toEqual([manifest]);
    expect(await marksOf(() => db.delete(userMetaData))).toEqual([manifest]);
    expect(await marksOf(() => db.update(apiKey).set({ name: "renamed" }))).toEqual([]);
    expect(await marksOf(() => db.update(apiKey).set({ isActive: false }))).toEqual([key]);
    expect(await marksOf(() => db.update(apiKey).set({ keyHash: "other" }))).toEqual([key, "key:other"]);
    expect(await marksOf(run(`update user set is_active = 0 where id = ${userId}`))).toEqual(["key:other"]);
    expect(await marksOf(run(`delete from trained_model where id = ${modelId}`))).toEqual([manifest]);
    expect(
      await marksOf(() => db.update(project).set({ deletedAt: now }).where(eq(project.id, projectId))),
    ).toEqual(["key:other", manifest]);
    expect(await marksOf(run(`delete from user where id = ${userId}`))).toEqual(["key:other", manifest]);
  });

  it("also while a project is deleted", async () => {
    const here = await world();
    const process = new Process(1);
    await expect(
      markProject(here.depsOf(process), here.userId, { id: here.projectId, ownerId: here.userId }),
    ).rejects.toThrow();
    expect(
      await here.deps.db
        .select()
        .from(routingMark)
        .where(eq(routingMark.name, `project:${here.projectId}`)),
    ).not.toEqual([]);
  });
});
