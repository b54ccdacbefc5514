/** What is written of answers: impressions of the shown items, and the lists of shadows. */
import { describe, expect, it } from "vitest";
import type { RoutingManifest } from "#storage/routing-store.ts";
import { EVENTS_KEY, KEY, model, slot, world } from "../serving-world.ts";

async function setUp(changes: Partial<RoutingManifest>, damaged: Readonly<Record<string, Error>> = {}) {
  const made = await world(damaged);
  await made.manifest({ slots: [slot({ model: { ...model(2), version: 7 } })], ...changes });
  const ask = (path: string, body: object) =>
    made.app.request(path, { method: "POST", headers: { "X-API-Key": KEY }, body: JSON.stringify(body) });
  /** What has been written once all work beyond the answers is done. */
  const written = async () => {
    for (let done = 0; done < made.kept.length; done = made.kept.length) await Promise.all([...made.kept]);
    return made.memory.sent.flatMap(({ projectId, events }) =>
      events.map((event) => ({ projectId, ...event })),
    );
  };
  return { ...made, ask, written };
}

const automatic = { impressions: "automatic" } as const;
const shadow = { id: 8, name: "next", rate: 1, model: { ...model(5), version: 9 } };

describe("automatic impressions", () => {
  it("name request, user, slot, model and place of each item, in one batch after the answers", async () => {
    const { ask, written, memory, kept, patience } = await setUp({ traffic: automatic });
    const waits: (() => void)[] = [];
    patience.batch = () => new Promise((done) => waits.push(done));
    const first = await ask("/v1/recommend", { user_id: "ann", limit: 2, offset: 1 });
    await ask("/inference/predict/project/3", { user_id: "ann", cutoff: 1 });
    expect([memory.sent.length, kept.length]).toEqual([0, 1]);
    const { items } = (await first.json()) as { items: { item_id: string }[] };
    for (const end of waits) end();
    const events = await written();
    expect(memory.sent).toHaveLength(1);
    expect(events.map(({ item_id, metadata }) => [item_id, metadata?.position])).toEqual([
      [items[0]?.item_id, 1],
      [items[1]?.item_id, 2],
      [expect.any(String), 0],
    ]);
    expect(events[0]).toMatchObject({
      projectId: 3,
      type: "impression",
      user_id: "ann",
      request_id: "r-1",
      metadata: { slot_id: 4, model_id: 2, model_version: 7, propensity: 1, rate: 1, automatic: true },
    });
  });

  it("are written for the sampled share of answers, and for a request without a user as for a user of its own", async () => {
    const { ask, written, draws } = await setUp({ traffic: { ...automatic, impression_rate: 0.25 } });
    // Of each request the first draw is that of its slot.
    draws.push(0, 0.24, 0, 0.25);
    await ask("/v1/recommend", { limit: 1 });
    await ask("/v1/recommend", { limit: 1 });
    const events = await written();
    expect(events.map(({ user_id, metadata }) => [user_id, metadata?.rate])).toEqual([["request:r-1", 0.25]]);
  });

  it.each([
    ["the client reports them", { impressions: "client" } as const],
    ["nothing is set", undefined],
    ["the rate is 0", { ...automatic, impression_rate: 0 }],
  ])("are not written where %s", async (_, traffic) => {
    const { ask, written } = await setUp(traffic ? { traffic } : {});
    await ask("/v1/recommend", { user_id: "ann" });
    expect(await written()).toEqual([]);
  });

  it("that cannot be stored change no answer and are logged", async () => {
    const { ask, written, logged, shardState } = await setUp({ traffic: automatic });
    shardState.problem = new Error("away");
    expect((await ask("/v1/recommend", {})).status).toBe(200);
    await written();
    expect(logged).toContain("impressions_not_stored");
  });
});

describe("a shadow", () => {
  it("is scored after the answer, and what it would have shown is written for the same request", async () => {
    const { ask, written } = await setUp({ shadows: [shadow] });
    const answer = await (await ask("/v1/recommend", { user_id: "ann", limit: 2 })).json();
    expect(answer).toMatchObject({ slot_id: 4, model_id: 2 });
    const events = await written();
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({
      type: "shadow_impression",
      user_id: "ann",
      request_id: "r-1",
      metadata: { slot_id: 8, model_id: 5, model_version: 9, position: 1, rate: 1 },
    });
  });

  it("is scored for its share of requests, and cannot be asked for", async () => {
    const { ask, written, draws } = await setUp({ shadows: [{ ...shadow, rate: 0.1 }] });
    draws.push(0.09, 0.1);
    for (const userId of ["ann", "ann"]) await ask("/v1/recommend", { user_id: userId, limit: 1 });
    expect(await written()).toHaveLength(1);
    expect((await ask("/v1/recommend", { slot: "next" })).status).toBe(422);
    expect((await ask("/v1/recommend", { slot: 8 })).status).toBe(422);
  });

  it("that fails rests for a minute, and the answers stay", async () => {
    const { ask, written, logged, pass } = await setUp(
      { shadows: [shadow] },
      { "models/5": new Error("no store") },
    );
    for (let n = 0; n < 3; n++) {
      expect((await ask("/v1/recommend", { user_id: "ann" })).status).toBe(200);
      await written();
    }
    expect(logged.filter((event) => event === "shadow_failed")).toHaveLength(1);
    pass(60_000);
    await ask("/v1/recommend", { user_id: "ann" });
    expect(await written()).toEqual([]);
    expect(logged.filter((event) => event === "shadow_failed")).toHaveLength(2);
  });

  it("that drives the live model out of memory rests, too", async () => {
    const { ask, written, logged, loaded, slowModels } = await setUp({ shadows: [shadow] });
    const loads: (() => void)[] = [];
    slowModels.set("models/5", new Promise((done) => loads.push(done)));
    await ask("/v1/recommend", { user_id: "ann" });
    loaded.delete("models/2");
    for (const end of loads) end();
    await written();
    expect(logged).toContain("shadow_failed");
  });

  it("is nothing that a client can report", async () => {
    const { app } = await setUp({});
    const event = { type: "shadow_impression", user_id: "ann", item_id: "1" };
    const headers = { "X-API-Key": EVENTS_KEY };
    const refused = await app.request("/v1/events", { method: "POST", headers, body: JSON.stringify(event) });
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ detail: [{ loc: ["body", "type"] }] });
  });
});
