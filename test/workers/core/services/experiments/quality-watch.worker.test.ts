/** The daily count of slots' quality: figures, what is told once, and processes that die in the middle. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { qualityResponse, qualityRuleRequest } from "#contract/quality.ts";
import { qualityOf, setQualityRule } from "#services/experiments/quality-report.ts";
import { watchQuality } from "#services/experiments/quality-watch.ts";
import { testedSlots } from "../../../api/routes/experiment/tested-slots.ts";
import { readAs } from "../../../runtime/api.ts";

const DAY = 86_400_000;

beforeEach(async () => {
  // Projects of other tests would have their turns first.
  await env.DB.batch(
    ["deployment_slot", "cron_cursor"].map((table) => env.DB.prepare(`delete from ${table}`)),
  );
});

async function watchedWorld() {
  const world = await testedSlots();
  const { api, projectId, control, seal } = world;
  const watch = (deps: object = {}) => watchQuality({ ...api.deps, ...deps });
  const told = async () => {
    const query =
      "select reason from audit_entry where action = 'AUTO /deployment_slot/:id/quality_dropped' and project_id = ?";
    const { results } = await env.DB.prepare(query).bind(projectId).all();
    return results.map(({ reason }) => reason);
  };
  /** Sessions are over by then, so not by the API. */
  const quality = () => qualityOf(api.deps, projectId, 30);
  const toHour = (hour: number) => {
    const now = api.deps.clock();
    api.advance(Math.floor(now / DAY) * DAY + DAY + hour * 3_600_000 - now);
  };
  /** A day of lists of two items; every n-th person takes the first one. */
  const day = async (lists: number, every: number) => {
    toHour(12);
    const name = api.deps.clock();
    await seal(
      Array.from({ length: lists }, (_, at) => `${name} ${at}`).flatMap((user_id, at) => {
        const event = { user_id, request_id: `r ${user_id}` };
        const impression = (position: number) => ({
          ...{ ...event, type: "impression", item_id: `i${position}` },
          metadata: { slot_id: control.id, position, ...(position === 0 && { score: 1 + (at % 2) }) },
        });
        return [impression(0), impression(1), ...(at % every === 0 ? [{ ...event, item_id: "i0" }] : [])];
      }),
    );
    toHour(3);
  };
  return { ...world, told, watch, quality, day };
}

describe("the daily count", () => {
  it("has figures for each slot, once a day", async () => {
    const { watch, quality, day, control, told } = await watchedWorld();
    await day(200, 4);
    await watch();
    await watch();
    const { days } = await quality();
    expect(days).toMatchObject([
      {
        slot: control.id,
        lists: 200,
        click_through: 0.125,
        ndcg: 1,
        ranked_lists: 50,
        items_shown: 2,
        item_drift: null,
      },
    ]);
    expect(days[0]?.click_through_at.slice(0, 3)).toEqual([0.25, 0, null]);
    expect(await told()).toEqual([]);
  });

  it("tells once of a drop that chance does not explain, in the audit log and to webhooks", async () => {
    const { ann, projectId, watch, quality, day, control, told } = await watchedWorld();
    const endpoint = { project: projectId, url: "https://shop.example/hook", events: ["quality_dropped"] };
    expect((await ann.call("POST", "/webhook_endpoint/", endpoint)).status).toBe(201);
    for (const every of [3, 3, 12]) {
      await day(600, every);
      await watch();
      await watch();
    }
    const sentence = "The click-through is 75.0 % below that of the seven days before.";
    expect(await told()).toEqual([sentence]);
    expect((await quality()).days.map(({ problems }) => problems)).toEqual([[], [], [sentence]]);
    const calls = await env.DB.prepare("select body from webhook_call where project_id = ?")
      .bind(projectId)
      .all();
    expect(calls.results.map(({ body }) => JSON.parse(String(body)))).toMatchObject([
      {
        type: "quality_dropped",
        data: { slot: control.id, metric: "click_through", expected: expect.closeTo(1 / 6, 9) },
      },
    ]);
  });

  it("tells what the project's rule says, and nothing of few lists", async () => {
    const { ann, bob, api, projectId, watch, day, told } = await watchedWorld();
    const rule = { click_through_drop: null, ndcg_drop: null, score_drift: null };
    const path = `/project/${projectId}/quality_rule/`;
    expect((await ann.call("PUT", path, rule)).status).toBe(200);
    expect((await bob.call("PUT", path, rule)).status).toBe(404);
    const shown = await readAs(
      qualityResponse,
      await ann.call("GET", `/project/${projectId}/quality/?days=7`),
    );
    expect(shown).toMatchObject({
      rule: { click_through_drop: null, least_lists: 500 },
      days: [],
      counted_at: null,
    });
    expect((await bob.call("GET", `/project/${projectId}/quality/`)).status).toBe(404);
    for (const wrong of [{ click_through_drop: 2 }, { least_lists: 0 }, { unknown: 1 }]) {
      expect((await ann.call("PUT", path, wrong)).status, JSON.stringify(wrong)).toBe(400);
    }
    for (const every of [3, 12]) {
      await day(600, every);
      await watch();
    }
    expect(await told()).toEqual([]);
    await setQualityRule(api.deps, projectId, qualityRuleRequest.parse({ least_lists: 700 }));
    await day(600, 100);
    await watch();
    expect(await told()).toEqual([]);
  });

  it("counts a day again that a process left in the middle", async () => {
    const { watch, quality, day } = await watchedWorld();
    await day(50, 5);
    const get = () => Promise.reject(new Error("killed"));
    const store = new Proxy(env.STORE, {
      get: (target, name) => (name === "get" ? get : Reflect.get(target, name).bind(target)),
    });
    await expect(watch({ store })).rejects.toThrow(AggregateError);
    expect((await quality()).days).toEqual([]);
    await Promise.all([watch(), watch()]);
    expect((await quality()).days).toMatchObject([{ lists: 50 }]);
  });
});
