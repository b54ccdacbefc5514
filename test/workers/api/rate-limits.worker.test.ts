import { describe, expect, it } from "vitest";
import { NO_LIMITS, type RateLimits } from "../../../workers/core/services/rates.ts";
import { bodyOf, caller, join, testApi, uniqueName } from "../runtime/api.ts";

function limited(rates: Partial<RateLimits>) {
  const settings = testApi().deps.settings;
  return testApi({ settings: { ...settings, rates: { ...NO_LIMITS, ...rates } } });
}

describe("rate limits", () => {
  it("end guessing at passwords, for all isolates together, until the minute is over", async () => {
    const [one, two] = [limited({ login: 3 }), limited({ login: 3 })];
    const from = { "cf-connecting-ip": uniqueName("address") };
    const guess = (api: typeof one) =>
      caller(api, from)("POST", "/auth/login/", { username: "admin", password: "guess" });
    for (const api of [one, two, one]) expect((await guess(api)).status).toBe(400);
    const refused = await guess(two);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
    expect(await bodyOf(refused)).toEqual({
      detail: "Request was throttled. Expected available in 60 seconds.",
    });
    two.advance(60_000);
    expect((await guess(two)).status).toBe(400);
  });

  it("count each person apart, and refused calls, too", async () => {
    const api = limited({ user: 2 });
    const [ann, bob] = [await join(api), await join(api)];
    for (const status of [200, 200, 429, 429])
      expect((await ann.call("GET", "/project/")).status).toBe(status);
    expect((await bob.call("GET", "/project/")).status).toBe(200);
    api.advance(60_000);
    expect((await ann.call("GET", "/project/")).status).toBe(200);
  });

  it("count who fails to authenticate as anonymous, and never a ping", async () => {
    const api = limited({ anon: 2 });
    const stranger = caller(api, { authorization: "Bearer garbage" });
    for (const status of [401, 401, 429]) expect((await stranger("GET", "/project/")).status).toBe(status);
    expect((await stranger("GET", "/ping/")).status).toBe(200);
  });
});
