/** The cron of experiments: shares that move, decisions that are told once, and processes that die in the middle. */
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { experiment } from "#db/experiment-schema.ts";
import { checkExperiments } from "#services/experiments/check-experiments.ts";
import { testedSlots } from "../../../api/routes/experiment/tested-slots.ts";

const HOUR = 3_600_000;

async function checkedWorld(fields: object = {}) {
  const world = await testedSlots();
  // Those of other tests have no part in it.
  await world.api.deps.db
    .update(experiment)
    .set({ status: "COMPLETED" })
    .where(eq(experiment.status, "RUNNING"));
  const started = await world.running(fields);
  const check = (deps: object = {}) => checkExperiments({ ...world.api.deps, ...deps });
  const url = "https://hooks.example.com/told";
  const events = ["experiment_decided"];
  await world.ann.call("POST", "/webhook_endpoint/", { project: world.projectId, url, events });
  /** The verdicts that the project's endpoint is told of. */
  const told = async () => {
    const query = "select body from webhook_call where project_id = ? order by id";
    const { results } = await env.DB.prepare(query).bind(world.projectId).all<{ body: string }>();
    return results.map(({ body }) => {
      const { type, data } = JSON.parse(body) as { type: string; data: Record<string, unknown> };
      return [type, data.experiment, data.verdict];
    });
  };
  const row = async () => {
    const [found] = await world.api.deps.db.select().from(experiment).where(eq(experiment.id, started.id));
    if (found === undefined) throw new Error("the experiment is gone");
    return found;
  };
  const decisions = async () => {
    const query =
      "select username, reason from audit_entry where action = 'AUTO /experiment/:id/decide' and target_id = ?";
    return (await env.DB.prepare(query).bind(started.id).all()).results;
  };
  return { ...world, id: started.id, told, check, row, decisions };
}

/** The third slot is made for it. */
async function threeVariants() {
  const world = await checkedWorld();
  const { ann, api, projectId, control, variant, step, running } = world;
  await step(world.id, "stop");
  const body = { project: projectId, name: "third", trained_model: control.trained_model };
  const third = (await (await ann.call("POST", "/deployment_slot/", body)).json()) as { id: number };
  const slots = [control.id, variant.id, third.id] as const;
  const { id } = await running({
    ...{ variants: slots.map((slot) => ({ slot })), allocation: "thompson", floor: 0.05 },
  });
  const row = async () => {
    const [found] = await api.deps.db.select().from(experiment).where(eq(experiment.id, id));
    if (found === undefined) throw new Error("the experiment is gone");
    return found;
  };
  return { ...world, id, slots, row };
}

describe("the cron of experiments", () => {
  it("moves shares once a day: of three variants the worst keeps the floor", async () => {
    const { api, check, seal, people, slots, id, row, manifest } = await threeVariants();
    await seal(
      [
        people(id, slots[0], [300, 75]),
        people(id, slots[1], [300, 80]),
        people(id, slots[2], [300, 9]),
      ].flat(),
    );
    api.advance(2 * HOUR);
    await check();
    // The first day has not passed.
    expect((await row()).periods).toHaveLength(1);
    api.advance(23 * HOUR);
    await check();
    const { shares = [] } = (await row()).periods[1] ?? {};
    expect(shares[2]).toBeCloseTo(0.05, 6);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect((await manifest())?.experiment?.arms.map(({ share }) => share)).toEqual(shares);
  });

  it("tells of a decision once, in the audit log, too", async () => {
    const { api, id, check, told, decisions, seal, people, control, variant } = await checkedWorld();
    await check();
    expect([await told(), await decisions()]).toEqual([[], []]);
    await seal([...people(id, control.id, [400, 40]), ...people(id, variant.id, [400, 120])]);
    // An hour has not passed.
    await check();
    expect(await told()).toEqual([]);
    for (let hour = 0; hour < 3; hour++) {
      api.advance(HOUR);
      await check();
    }
    expect(await told()).toEqual([["experiment_decided", id, "better"]]);
    expect(await decisions()).toEqual([
      { username: "automatic", reason: expect.stringMatching(new RegExp(`^Promote slot ${variant.id}`)) },
    ]);
  });

  it("goes on where a process died, without a share or a decision twice", async () => {
    const { api, id, check, row, told, seal, people, slots } = await threeVariants();
    await seal(
      [
        people(id, slots[0], [400, 40]),
        people(id, slots[1], [400, 120]),
        people(id, slots[2], [400, 8]),
      ].flat(),
    );
    api.advance(25 * HOUR);
    const died = new Error("killed");
    // In the middle of the tally, and before KV has the new shares.
    const put = env.STORE.put.bind(env.STORE);
    let puts = 0;
    const store = new Proxy(env.STORE, {
      get: (target, name) => {
        if (name !== "put") return Reflect.get(target, name).bind(target);
        return (...given: Parameters<typeof put>) => {
          if (++puts > 5) throw died;
          return put(...given);
        };
      },
    });
    await expect(check({ store })).rejects.toThrow(AggregateError);
    expect([await told(), (await row()).periods.length]).toEqual([[], 1]);
    api.advance(HOUR);
    await check();
    expect(await told()).toEqual([["experiment_decided", id, "better"]]);
    expect((await row()).periods).toHaveLength(2);
    // Two at the same time.
    api.advance(25 * HOUR);
    await Promise.all([check(), check()]);
    expect(await told()).toHaveLength(1);
    expect((await row()).periods.length).toBeLessThanOrEqual(3);
  });
});
