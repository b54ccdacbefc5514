/** A model with histories in blocks, from its training in the store to lists, signatures and erasure. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { isByRange } from "#engine/artifact/by-range.ts";
import { MODEL_KIND } from "#engine/artifact/kinds.ts";
import type { Dataset } from "#engine/data/dataset.ts";
import { createScalarKernels } from "#engine/kernels/scalar-kernels.ts";
import { historyOfUser } from "#engine/serve/history-of-user.ts";
import { modelSections, type Servable } from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import { createModelCache } from "#recommend/memory/model-cache.ts";
import { createTrainingHistories } from "#recommend/memory/training-histories.ts";
import { createArtifactKeyRing } from "#storage/artifact-signing.ts";
import { type ArtifactBucket, createArtifactStore } from "#storage/artifact-store.ts";
import { modelKey } from "#storage/keys.ts";
import { resignArtifact } from "#storage/resign-artifact.ts";
import { eraseFromModel } from "#trainer/consumers/erase-from-model.ts";
import { fitted, tinyDataset } from "../../../shared/engine/serve/tiny-world.ts";

const SECRETS = ["the-first-secret-of-32-characters-!", "the-second-secret-of-32-characters!"] as const;
const PROJECT = 91;
const USERS = ["ann", "bob", "cleo"];
let dataset: Dataset;
beforeAll(async () => {
  dataset = await tinyDataset();
});

/** Serving with a bucket that names what was read. */
function serving(secrets: readonly string[] = SECRETS.slice(0, 1)) {
  const reads: string[] = [];
  const logged: string[] = [];
  const { STORE } = env;
  const bucket = {
    get: (key: string, options?: R2GetOptions) => {
      const { offset, length } = (options?.range ?? {}) as { offset?: number; length?: number };
      reads.push(`${offset ?? "all"}+${length ?? ""}`);
      return STORE.get(key, options);
    },
    head: STORE.head.bind(STORE),
    put: STORE.put.bind(STORE),
    delete: STORE.delete.bind(STORE),
  } as unknown as ArtifactBucket;
  const artifacts = createArtifactStore(bucket, () => createArtifactKeyRing(secrets));
  const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
  const effects = { now: () => Date.now(), sleep, keep: () => undefined };
  const models = createModelCache(artifacts, createScalarKernels, effects);
  const logError = (event: string) => void logged.push(event);
  const histories = createTrainingHistories({ sleep, keep: () => undefined, waitMs: 1_000, logError });
  return { artifacts, models, histories, reads, logged };
}

async function stored(modelId: number, wholeHistoryBytes: number): Promise<string> {
  const key = modelKey(PROJECT, modelId);
  const options = { wholeHistoryBytes, historyBlockBytes: 20 };
  const sections = modelSections(fitted(dataset, "CosineKNN"), dataset, options);
  const meta = { project_id: PROJECT, model_id: modelId, algorithm: "CosineKNN" };
  await serving().artifacts.put(key, { kind: MODEL_KIND, meta, sections });
  return key;
}

type Served = ReturnType<typeof serving>;

async function listsOf({ models, histories }: Served, key: string) {
  const servable = await models.load(key);
  const lists = [];
  for (const userId of [...USERS, "nobody"]) {
    const { state, history } = await histories.of(servable, userId);
    const list = recommend(servable, { userId, ...(history && { history }), offset: 0, limit: 9 });
    lists.push({ userId, list, isLate: state === "late" || state === "failed" });
  }
  return { servable, lists };
}

const knows = async ({ histories }: Servable, userId: string) =>
  histories !== undefined && (await historyOfUser(histories, userId)) !== null;

describe("a stored model with histories in blocks", () => {
  it("gives the lists of one with whole ones, and reads each block once", async () => {
    const world = serving();
    const whole = await listsOf(world, await stored(1, 1_000_000));
    const key = await stored(2, 0);
    const { servable, lists } = await listsOf(world, key);
    expect(lists).toEqual(whole.lists);
    const { blockCount = 0 } = servable.histories ?? {};
    expect(blockCount).toBeGreaterThan(1);
    const { length } = world.reads;
    await listsOf(world, key);
    expect(world.reads).toHaveLength(length);
  });

  it("keeps its blocks out of what an isolate holds", async () => {
    const { artifacts } = serving();
    const opened = await artifacts.open(await stored(3, 0), MODEL_KIND);
    const blocks = opened.header.sections.filter(({ name }) => isByRange(name));
    const bytes = blocks.reduce((sum, section) => sum + section.bytes, 0);
    expect([bytes > 0, opened.heldBytes]).toEqual([true, opened.bytes - bytes]);
    expect((await opened.read()).sections.some(({ name }) => isByRange(name))).toBe(false);
  });

  it("is read on when its file is signed again meanwhile", async () => {
    const key = await stored(4, 0);
    const world = serving([SECRETS[1], SECRETS[0]]);
    const servable = await world.models.load(key);
    expect(await knows(servable, "ann")).toBe(true);
    const ring = await createArtifactKeyRing([SECRETS[1], SECRETS[0]]);
    expect(await resignArtifact(env.STORE, ring, key, { kind: MODEL_KIND })).not.toBeNull();
    expect(await Promise.all(USERS.map((userId) => knows(servable, userId)))).toEqual([true, true, true]);
  });

  it("answers without the history of a damaged block, and says so", async () => {
    const key = await stored(5, 0);
    const world = serving();
    const servable = await world.models.load(key);
    const bytes = new Uint8Array((await (await env.STORE.get(key))?.arrayBuffer()) ?? []);
    const { header } = await world.artifacts.open(key, MODEL_KIND);
    for (const { name, offset, bytes: length } of header.sections) {
      if (isByRange(name)) bytes.fill(7, header.dataStart + offset, header.dataStart + offset + length);
    }
    await env.STORE.put(key, bytes);
    expect(await world.histories.of(servable, "ann")).toEqual({ state: "failed" });
    expect(world.logged).toEqual(["training_history_failed"]);
    expect(await world.histories.of(servable, undefined)).toEqual({ state: "held" });
  });

  it("forgets an erased user, and only that user's block changes", async () => {
    const key = await stored(6, 0);
    const { artifacts } = serving();
    const newKey = `projects/${PROJECT}/erased/8-ab-1.edgewise`;
    const erased = await eraseFromModel({ artifacts }, { artifactKey: key, userId: "bob" }, newKey);
    expect(erased).toMatchObject({ removed: 1, artifact: { key: newKey } });
    const file = await (await env.STORE.get(newKey))?.arrayBuffer();
    const text = new TextDecoder("latin1").decode(new Uint8Array(file ?? []));
    expect([text.includes("bob"), text.includes("ann")]).toEqual([false, true]);
    const world = serving();
    const [before, after] = [await listsOf(world, key), await listsOf(world, newKey)];
    const of = ({ lists }: typeof before, id: string) => lists.find(({ userId }) => userId === id)?.list;
    expect(of(after, "bob")?.strategy).toBe("popular");
    for (const userId of ["ann", "cleo"]) expect(of(after, userId)).toEqual(of(before, userId));
    expect(await eraseFromModel({ artifacts }, { artifactKey: newKey, userId: "bob" }, key)).toEqual({});
    const gone = { artifactKey: modelKey(PROJECT, 999), userId: "bob" };
    expect(await eraseFromModel({ artifacts }, gone, newKey)).toEqual({ isLost: true });
  });
});
