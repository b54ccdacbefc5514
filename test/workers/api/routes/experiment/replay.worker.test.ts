/** Replays of models: what the call answers, that the work survives a killed Worker, and who may ask. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { type ReplayResponse, replayResponse } from "#contract/replay.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { driveReplays } from "#services/experiments/drive-replays.ts";
import { putMerge } from "#storage/user-merges.ts";
import { bodyOf, readAs } from "../../../runtime/api.ts";
import { testedSlots } from "./tested-slots.ts";

type Preview = Parameters<typeof driveReplays>[0]["preview"];

async function replayWorld() {
  const world = await testedSlots();
  const { ann, api, control, projectId } = world;
  const model = control.trained_model;
  const path = `/trained_model/${model}/replay/`;
  const isOld = "update training_data set created_at = ? where project_id = ?";
  await env.DB.prepare(isOld).bind(api.deps.clock(), projectId).run();
  const start = async (body: object = {}): Promise<ReplayResponse> =>
    readAs(replayResponse, await ann.call("POST", path, body), 202);
  const found = async (): Promise<ReplayResponse> => readAs(replayResponse, await ann.call("GET", path));
  const drive = (preview: Partial<Preview> = {}) =>
    driveReplays({ ...api.deps, preview: { ...api.deps.preview, ...preview } });
  return { ...world, model, path, start, found, drive };
}

interface Shown {
  readonly items: readonly string[];
  readonly chances: readonly (number | undefined)[];
  readonly taken?: readonly string[];
  readonly fields?: Partial<StoredEvent>;
}

/** A list of one person, and what was taken of it. */
function listOf(user: string, { items, chances, taken = [], fields }: Shown): Partial<StoredEvent>[] {
  const event = { user_id: user, request_id: `r ${user}`, ...fields };
  return [
    ...items.map((item_id, position) => ({
      ...{ ...event, type: "impression", item_id },
      metadata: { slot_id: 1, position, automatic: true, place_propensity: chances[position] },
    })),
    ...taken.map((item_id) => ({ ...event, item_id })),
  ];
}

/** Half of 400 people see i0, which the model shows, too, and take it in 40 of 100 cases; half see x, and take it in 10. */
const people = Array.from({ length: 400 }, (_, at) => {
  const isOwn = at % 2 === 0;
  const item = isOwn ? "i0" : "x";
  const isTaken = Math.floor(at / 2) % 10 < (isOwn ? 4 : 1);
  return listOf(`u${at}`, { items: [item], chances: [0.5], taken: isTaken ? [item] : [] });
}).flat();

describe("a replay", () => {
  it("says what people would take from the model's lists, and what to do", async () => {
    const { api, seal, start, found, drive, model, projectId } = await replayWorld();
    await seal(people);
    api.advance(1_000);
    expect(await start()).toMatchObject({
      model,
      project: projectId,
      status: "RUNNING",
      progress: 0,
      result: null,
    });
    await drive();
    const { status, progress, result } = await found();
    expect([status, progress]).toEqual(["READY", 1]);
    const { estimates } = result ?? {};
    expect(estimates).toMatchObject({ people: 400, lists: 400, supported_share: 1, effective_lists: 200 });
    expect(estimates?.logged.estimate).toBeCloseTo(0.25, 9);
    expect(estimates?.ips.estimate).toBeCloseTo(0.4, 9);
    expect(estimates?.self_normalised.estimate).toBeCloseTo(0.4, 9);
    expect(estimates?.doubly_robust.estimate).toBeCloseTo(0.4, 1);
    expect(estimates?.gain.low).toBeGreaterThan(0);
    expect(result?.advice).toMatch(/^Go on: people would take 0\.16 items \(63 %\) more per list/);
    expect(result).toMatchObject({ sampled: 1, warnings: [] });
  });

  it("asks for each list as it would have been when it was shown", async () => {
    const { api, seal, start, drive, projectId, model } = await replayWorld();
    const at = api.deps.clock();
    await seal([
      { user_id: "u", item_id: "before", received: at, type: "purchase", value: 3 },
      // Its click arrived before it was written.
      { user_id: "u", item_id: "a", received: at + 5, request_id: "r u" },
      ...listOf("u", { items: ["a", "b"], chances: [1, 1], fields: { received: at + 10 } }),
      { user_id: "u", item_id: "after", received: at + 20 },
    ]);
    api.advance(1_000);
    await start();
    const asked: unknown[] = [];
    await drive({
      replayed: async (of, cases) => {
        asked.push(of, ...cases);
        return { ok: true, value: cases.map(() => ["a"]) };
      },
    });
    const acts = [{ itemId: "before", type: "purchase", at, value: 3 }];
    expect(asked).toMatchObject([
      { projectId, artifactKey: `projects/${projectId}/models/${model}.edgewise` },
      { userId: "u", at: at + 10, depth: 2, acts },
    ]);
  });

  it("says how little a log can say, and why", async () => {
    const { api, seal, start, found, drive } = await replayWorld();
    await seal([
      ...listOf("u1", { items: ["i0"], chances: [undefined] }),
      ...listOf("u2", { items: ["x"], chances: [1] }),
      ...listOf("u3", { items: ["i0"], chances: [0], taken: ["i0"] }),
    ]);
    api.advance(1_000);
    await start();
    await drive();
    const { result } = await found();
    expect(result).toMatchObject({ estimates: null, left_out: { without_propensity: 1 } });
    expect(result?.advice).toMatch(/set replay_rate of the project above 0/);
    await seal(
      Array.from({ length: 300 }, (_, at) =>
        listOf(`v${at}`, { items: [at % 3 === 0 ? "i0" : "x"], chances: [1], taken: ["i0"] }),
      ).flat(),
    );
    api.advance(1_000);
    await start();
    await drive();
    const later = (await found()).result;
    expect(later?.estimates?.supported_share).toBeCloseTo(1 / 3, 1);
    expect(later?.advice).toMatch(/^The log says little: 33 % of the model's places/);
  });

  it("leaves out people who are one, and warns of lists from before the training", async () => {
    const { api, seal, start, found, drive, projectId } = await replayWorld();
    await seal(people);
    await putMerge(api.deps.store, projectId, { from: "u0", to: "u1", at: api.deps.clock() });
    api.advance(1_000);
    await start({ from: "2020-01-01T00:00:00Z" });
    await drive();
    const { result } = await found();
    expect(result).toMatchObject({ estimates: { people: 398 }, left_out: { merged: 2 } });
    expect(result?.warnings).toEqual([expect.stringMatching(/^The time begins before/)]);
  });

  it("goes on where a killed Worker was, to the same answer", async () => {
    const { api, seal, start, found, drive } = await replayWorld();
    await seal(people);
    api.advance(1_000);
    await start();
    await drive();
    const whole = (await found()).result;
    await start();
    let calls = 0;
    const broken = drive({
      replayed: async (_, cases) => {
        calls++;
        if (calls > 5) throw new Error("killed");
        return { ok: true, value: cases.map(() => ["i0"]) };
      },
    });
    await expect(broken).rejects.toThrow();
    const half = await found();
    expect(half).toMatchObject({ status: "RUNNING", result: null });
    expect(half.progress).toBeGreaterThan(0);
    expect(half.progress).toBeLessThan(1);
    await drive();
    expect((await found()).result).toEqual(whole);
  });

  it("fails when it comes to no end again and again, and with a model whose file is damaged", async () => {
    const { api, seal, start, found, drive } = await replayWorld();
    await seal(people);
    api.advance(1_000);
    await start();
    const killed = () => Promise.reject(new Error("killed"));
    for (let turn = 0; turn < 5; turn++) await expect(drive({ replayed: killed })).rejects.toThrow();
    await drive({ replayed: killed });
    expect(await found()).toMatchObject({ status: "FAILED", error: expect.stringMatching(/several times/) });
    await start();
    await drive({ replayed: async () => ({ ok: false, code: "BAD_ARTIFACT", message: "It is damaged." }) });
    expect(await found()).toMatchObject({ status: "FAILED", error: "It is damaged.", result: null });
  });

  it("drops the work of the one that it replaces", async () => {
    const { api, seal, start, found, drive } = await replayWorld();
    await seal(people);
    api.advance(1_000);
    await start();
    await drive({
      replayed: async (_, cases) => {
        await start({ conversion_types: ["purchase"] });
        return { ok: true, value: cases.map(() => ["i0"]) };
      },
    });
    expect(await found()).toMatchObject({ status: "RUNNING", progress: 0, conversion_types: ["purchase"] });
    await drive();
    expect((await found()).result?.estimates?.logged.estimate).toBe(0);
  });
});

describe("the call of a replay", () => {
  it("is of the model's project alone", async () => {
    const { bob, path, start } = await replayWorld();
    await start();
    expect((await bob.call("POST", path, {})).status).toBe(404);
    expect((await bob.call("GET", path)).status).toBe(404);
  });

  it("refuses a model that is not trained, a time that ends before it begins, and unknown fields", async () => {
    const { ann, path, start, projectId } = await replayWorld();
    expect((await ann.call("GET", path)).status).toBe(404);
    const configuration = { project: projectId, recommender_class_name: "TopPopRecommender" };
    const made = await bodyOf(await ann.call("POST", "/model_configuration/", configuration));
    const first = (await bodyOf(await ann.call("GET", path.replace("replay/", "")))) as { data_loc: number };
    const body = { configuration: (made as { id: number }).id, data_loc: first.data_loc };
    const untrained = (await bodyOf(await ann.call("POST", "/trained_model/", body))) as { id: number };
    expect((await ann.call("POST", `/trained_model/${untrained.id}/replay/`, {})).status).toBe(409);
    const backwards = { from: "2031-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z" };
    for (const wrong of [backwards, { days: 3 }, { from: "soon" }, { conversion_types: ["impression"] }])
      expect((await ann.call("POST", path, wrong)).status, JSON.stringify(wrong)).toBe(400);
    await start();
  });

  it("is a stage of a slot, too", async () => {
    const { ann, variant, seal, drive, api } = await replayWorld();
    await seal(people);
    api.advance(1_000);
    const body = { stage: "replay", reason: "Before anybody sees it." };
    const answer = await bodyOf(await ann.call("POST", `/deployment_slot/${variant.id}/stage/`, body));
    expect(answer).toMatchObject({
      ...{ slot: variant.id, stage: "replay", experiment: null },
      replay: { model: variant.trained_model, status: "RUNNING" },
    });
    await drive();
    const now = await ann.call("GET", `/trained_model/${variant.trained_model}/replay/`);
    expect(await readAs(replayResponse, now)).toMatchObject({ status: "READY" });
  });
});
