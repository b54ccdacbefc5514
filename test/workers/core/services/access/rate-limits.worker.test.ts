import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { sweepRateWindows, WINDOWS_PER_SWEEP } from "#services/access/rate-limits.ts";
import { NO_LIMITS, type RateLimits } from "#services/access/rates.ts";
import { bodyOf, caller, join, testApi, uniqueName } from "../../../runtime/api.ts";

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

  it("forget the windows that are over, a bounded number a minute, and no others", async () => {
    const api = limited({});
    const start = api.deps.clock();
    const mark = uniqueName("window");
    const count = async () => {
      const found = await api.deps.db.get<{ n: number }>(
        sql`select count(*) as n from rate_window where key like ${`${mark}%`}`,
      );
      return found?.n ?? 0;
    };
    await sweepRateWindows(api.deps);
    // All of them are older than those of other tests, so that they are deleted first.
    await api.deps.db.run(sql`
      with recursive number(n) as (select 1 union all select n + 1 from number where n <= ${WINDOWS_PER_SWEEP + 1})
      insert into rate_window (key, started_at, calls) select ${mark} || n, n, 1 from number`);
    await api.deps.db.run(
      sql`insert into rate_window (key, started_at, calls) values (${`${mark}open`}, ${start}, 1)`,
    );
    expect(await count()).toBe(WINDOWS_PER_SWEEP + 3);
    await sweepRateWindows(api.deps);
    expect(await count()).toBe(3);
    await sweepRateWindows(api.deps);
    expect(await count()).toBe(1);
  });

  it("count each account separately, and refused calls, too", async () => {
    const api = limited({ user: 2 });
    const [ann, bob] = [await join(api), await join(api)];
    for (const status of [200, 200, 429, 429])
      expect((await ann.call("GET", "/project/")).status).toBe(status);
    expect((await bob.call("GET", "/project/")).status).toBe(200);
    api.advance(60_000);
    expect((await ann.call("GET", "/project/")).status).toBe(200);
  });

  it("count a failed authentication as anonymous, and never a ping", async () => {
    const api = limited({ anon: 2 });
    const stranger = caller(api, { authorization: "Bearer garbage" });
    for (const status of [401, 401, 429]) expect((await stranger("GET", "/project/")).status).toBe(status);
    expect((await stranger("GET", "/ping/")).status).toBe(200);
  });
});
