import { describe, expect, it } from "vitest";
import { EVENTS_KEY, KEY, model, slot, world } from "../serving-world.ts";

describe("what the meter is told", () => {
  it("is each call with a valid key: its route, status, slots and stored events", async () => {
    const { app, calls, manifest, putKey, draws } = await world();
    await manifest({
      slots: [slot({ weight: 50 }), slot({ id: 5, weight: 50, name: "b", model: model(1) })],
    });
    const send = (path: string, body: unknown, key = KEY) =>
      app.request(path, { method: "POST", headers: { "X-API-Key": key }, body: JSON.stringify(body) });
    draws.push(0.1, 0.1, 0.9, 0.9);
    await send("/v1/recommend", {});
    await send("/v1/batch", { requests: [{}, {}] });
    await send("/v1/recommend", { limit: 0 });
    await send("/v1/events", [{ type: "view", user_id: "a", item_id: "1" }, { type: "view" }], EVENTS_KEY);
    await app.request("/recommendations/ann", { headers: { "X-API-Key": KEY } });
    await send("/v1/recommend", {}, `rctm_${"x".repeat(64)}`);
    await putKey(`rctm_${"l".repeat(64)}`, {
      ...{ id: 9, project_id: 3, scopes: ["predict"], expires_at: null },
      limits: { per_second: 1, per_minute: null },
    });
    for (let n = 0; n < 2; n++) await send("/v1/similar", { item_ids: ["1"] }, `rctm_${"l".repeat(64)}`);
    expect(calls.map(({ route, status, slots, events }) => [route, status, slots.length, events])).toEqual([
      ["recommend", 200, 1, 0],
      ["batch", 200, 2, 0],
      ["recommend", 422, 0, 0],
      ["events", 207, 0, 1],
      ["recommendations", 200, 1, 0],
      ["similar", 200, 1, 0],
      ["similar", 429, 0, 0],
    ]);
    expect(calls[1]?.slots).toEqual([4, 5]);
    // A request that names nobody gets popular items, ann what the model has for her.
    expect(calls.map(({ popular }) => popular)).toEqual([1, 2, 0, 0, 0, 0, 0]);
    expect(calls.map(({ projectId, keyId }) => [projectId, keyId])).toEqual([
      ...Array.from({ length: 5 }, () => [3, 1]),
      ...[
        [3, 9],
        [3, 9],
      ],
    ]);
  });
});
