import { describe, expect, it } from "vitest";
import { KEY, world } from "../serving-world.ts";

describe("a key with a limit", () => {
  it("gets 429 on every route of serving, with the seconds to wait", async () => {
    const { app, putKey, pass } = await world();
    await putKey(KEY, {
      ...{ id: 1, project_id: 3, scopes: ["predict", "events"], expires_at: null },
      limits: { per_second: null, per_minute: 1 },
    });
    const headers = { "X-API-Key": KEY };
    const send = (path: string, body?: object) =>
      app.request(path, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers });
    expect((await send("/v1/popular")).status).toBe(200);
    pass(10_000);
    const event = { type: "view", user_id: "a", item_id: "1" };
    const refused = await Promise.all([
      send("/v1/popular"),
      send("/v1/recommend", {}),
      send("/v1/similar", { item_ids: ["1"] }),
      send("/v1/batch", { requests: [{}] }),
      send("/v1/events", event),
      send("/recommendations/ann"),
      send("/inference/predict/project/3", { user_id: "ann" }),
    ]);
    expect(refused.map(({ status, headers: found }) => [status, found.get("retry-after")])).toEqual(
      refused.map(() => [429, "50"]),
    );
    pass(50_000);
    expect((await send("/v1/popular")).status).toBe(200);
  });
});
