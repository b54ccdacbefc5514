import { describe, expect, it } from "vitest";
import { recommendResponse } from "#contract/recommend.ts";
import { KEY, model, slot, world } from "../serving-world.ts";

async function setUp() {
  const made = await world();
  const ask = async (body: object = { user_id: "ann" }) => {
    const response = await made.app.request("/v1/recommend", {
      method: "POST",
      headers: { "X-API-Key": KEY },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(200);
    return recommendResponse.parse(await response.json());
  };
  return { ...made, ask };
}

describe("a swap of the model", () => {
  it("makes no request wait: the former model answers until the next one is in memory", async () => {
    const { ask, manifest, slowModels, pass, kept } = await setUp();
    expect((await ask()).model_id).toBe(2);
    const loads: (() => void)[] = [];
    slowModels.set("models/9", new Promise((done) => loads.push(done)));
    await manifest({ slots: [slot({ model: { ...model(9), version: 12 }, previous: model(2) })] });
    expect((await ask()).model_id).toBe(2);
    pass(1_000);
    const during = await Promise.all([ask(), ask(), ask({ slot: "default" })]);
    expect(during.map(({ model_id }) => model_id)).toEqual([2, 2, 2]);
    for (const end of loads) end();
    await Promise.all(kept);
    expect(await ask()).toMatchObject({ model_id: 9, model_version: 12 });
  });

  it("is seen a second after the manifest has changed", async () => {
    const { ask, manifest, pass, kept } = await setUp();
    await ask();
    await manifest({ slots: [slot({ model: model(9) })] });
    pass(999);
    expect((await ask()).model_id).toBe(2);
    pass(1);
    await ask();
    await Promise.all(kept);
    expect((await ask()).model_id).toBe(9);
  });
});

describe("the draw of a slot", () => {
  it("follows the project's salt, and its draw by request", async () => {
    const { ask, manifest, pass, draws } = await setUp();
    const slots = [slot({ weight: 50 }), slot({ id: 5, name: "other", weight: 50, model: model(1) })];
    const slotsOf = async (traffic: object) => {
      pass(1_000);
      await manifest({ slots, traffic });
      const users = Array.from({ length: 12 }, (_, n) => ask({ user_id: `u${n}` }));
      return (await Promise.all(users)).map(({ slot_id }) => slot_id);
    };
    const plain = await slotsOf({});
    expect(await slotsOf({ slot_salt: "" })).toEqual(plain);
    const salted = await slotsOf({ slot_salt: "a" });
    expect(salted).not.toEqual(plain);
    expect(await slotsOf({ slot_salt: "a" })).toEqual(salted);
    draws.push(...Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? 0.2 : 0.7)));
    expect(await slotsOf({ slot_draw: "request" })).toEqual(
      Array.from({ length: 12 }, (_, n) => 4 + (n % 2)),
    );
  });

  it("is one for each request of a batch without a user", async () => {
    const { app, manifest, draws } = await setUp();
    const slots = [slot({ weight: 50 }), slot({ id: 5, name: "other", weight: 50, model: model(1) })];
    await manifest({ slots });
    draws.push(0.1, 0.9);
    const response = await app.request("/v1/batch", {
      method: "POST",
      headers: { "X-API-Key": KEY, "X-Request-ID": "always-the-same" },
      body: JSON.stringify({ requests: [{}, {}] }),
    });
    const { answers } = (await response.json()) as { answers: { slot_id: number; propensity: number }[] };
    expect(answers.map(({ slot_id, propensity }) => [slot_id, propensity])).toEqual([
      [4, 0.5],
      [5, 0.5],
    ]);
  });
});
