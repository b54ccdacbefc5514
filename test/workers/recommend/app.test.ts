import { describe, expect, it } from "vitest";
import { KEY, world } from "./serving-world.ts";

describe("what strangers can make serving do", () => {
  const strange = (at: number) => `rctm_${String(at).padStart(64, "x")}`;

  it("ends at sixty unknown keys a minute and address; known keys keep working", async () => {
    const { post, get, reads } = await world();
    const from = (address: string, key: string) => ({ "X-API-Key": key, "cf-connecting-ip": address });
    expect((await post({ user_id: "ann" })).status).toBe(200);
    const statuses: number[] = [];
    for (let at = 0; at < 70; at++)
      statuses.push((await get("/recommendations/a", from("2001:db8::1", strange(at)))).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(60);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    expect(reads().filter((name) => name.startsWith("key:"))).toHaveLength(61);
    const refused = await get("/recommendations/a", from("2001:db8::2", strange(100)));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await get("/recommendations/a", from("2001:db8::1", KEY))).status).toBe(200);
    expect((await get("/recommendations/a", from("198.51.100.1", strange(101)))).status).toBe(401);
  });

  it("asks KV once for a key that does not exist, however often it is tried", async () => {
    const { get, reads } = await world();
    for (let at = 0; at < 200; at++)
      expect((await get("/recommendations/a", { "X-API-Key": strange(1) })).status).toBe(401);
    expect(reads().filter((name) => name.startsWith("key:"))).toHaveLength(1);
  });

  it("hashes a key once while it is remembered", async () => {
    const { post, digested, pass } = await world();
    for (let at = 0; at < 5; at++) expect((await post({ user_id: "ann" })).status).toBe(200);
    expect(digested()).toEqual([KEY]);
    pass(20_000);
    expect((await post({ user_id: "ann" })).status).toBe(200);
    expect(digested()).toEqual([KEY, KEY]);
  });

  it("reads no body beyond a mebibyte, with or without a length", async () => {
    const { post } = await world();
    expect((await post(`{"user_id":"${"x".repeat(1_100_000)}"}`)).status).toBe(413);
  });

  it("says that answers are data", async () => {
    const { app, post } = await world();
    const answers = [
      await post({ user_id: "ann" }),
      await post("{"),
      await post({}, {}),
      await app.request("/inference/predict/project/3", { method: "OPTIONS" }),
      await app.request("/nowhere"),
      await app.request("/inference/health", { method: "PUT" }),
    ];
    for (const response of answers) {
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("x-request-id")).toBe("r-1");
      expect(response.headers.get("x-correlation-id")).toBe("r-1");
    }
  });

  it("gives the correlation id of the work back, and logs it with an error", async () => {
    const { app, post, loggedIds } = await world({ "models/2": new Error("a fault that nobody expects") });
    const headers = { "X-Correlation-ID": "order 7", "X-API-Key": KEY };
    const health = await app.request("/inference/health", { headers });
    expect(health.headers.get("x-correlation-id")).toBe("order7");
    expect(health.headers.get("x-request-id")).toBe("r-1");
    const failed = await post({ user_id: "ann" }, headers);
    expect([failed.status, loggedIds]).toEqual([500, [{ request_id: "r-1", correlation_id: "order7" }]]);
  });
});
