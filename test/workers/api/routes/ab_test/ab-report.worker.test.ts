/** Reports of tests: people of conversion events and of live events, and what to do. */
import { env } from "cloudflare:workers";
import { desc, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { type AbTestReport, abTestReport } from "#contract/ab-test.ts";
import { conversionEvent } from "#db/experiment-schema.ts";
import { shardOf } from "#jobs/event-shard/shard-address.ts";
import { lineOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { keyOfSegment, putSegment } from "#storage/event-segments.ts";
import { readAs } from "../../../runtime/api.ts";
import { type EventFields, slotsWithEvents, statusAndBody } from "./slots-with-events.ts";

async function runningTest(fields: object = {}) {
  const world = await slotsWithEvents();
  const { ann, api, projectId, makeTest, step } = world;
  const { id } = await makeTest(fields);
  await step(id, "start");
  const startedAt = api.deps.clock();
  api.advance(1_000);
  const report = async (query = ""): Promise<AbTestReport> =>
    readAs(abTestReport, await ann.call("GET", `/ab_test/${id}/report/${query}`));
  /** Sealed events, as the platform writes impressions and as clients send the rest. */
  const seal = (events: readonly Partial<StoredEvent>[]) => {
    const time = api.deps.clock();
    const lines = events.map((event) =>
      lineOf({ type: "click", user_id: "u", item_id: "i", time, received: time, ...event }),
    );
    const key = keyOfSegment({ projectId, shard: 0 }, { first: 1, last: lines.length });
    return putSegment(env.STORE, key, { lines: lines.join(""), sealedAt: time });
  };
  return { ...world, id, startedAt, report, seal };
}

/** A user of the shard that `seal` writes. */
const LIVE = Array.from({ length: 500 }, (_, at) => `live ${at}`).find((name) => shardOf(name) === 0) ?? "";

/** People who see one list each; the first ones also click. */
function people(slot: number, count: number, clicking: number, name = `of ${slot}`): EventFields[] {
  return Array.from({ length: count }, (_, at) => `${name}, ${at}`).flatMap((user, at) => [
    { slot, user, type: "impression" },
    ...(at < clicking ? [{ slot, user, type: "click" }] : []),
  ]);
}

describe("the report of a test", () => {
  it("needs a start, and refuses what it does not know", async () => {
    const { ann, makeTest } = await slotsWithEvents();
    const { id } = await makeTest();
    expect(await statusAndBody(await ann.call("GET", `/ab_test/${id}/report/`))).toEqual([
      409,
      { detail: "The test has not started: start it first." },
    ]);
    expect((await ann.call("GET", `/ab_test/${id}/report/?method=magic`)).status).toBe(400);
    expect((await ann.call("GET", `/ab_test/${id}/report/?effect=-1`)).status).toBe(400);
  });

  it("compares people, and says which slot to promote", async () => {
    const { report, send, control, variant } = await runningTest();
    expect(await report()).toMatchObject({ verdict: "too_early", absolute: null, p_value: null });
    await send([...people(control.id, 400, 40), ...people(variant.id, 400, 120)]);
    const found = await report();
    expect(found.control).toMatchObject({ people: 400, lists: 400, conversion: 0.1, per_list: 0.1 });
    expect(found.variant).toMatchObject({ people: 400, conversion: 0.3 });
    expect(found.relative?.estimate).toBeCloseTo(2, 9);
    expect([found.verdict, found.sample_ratio_p]).toEqual(["better", 1]);
    expect(found.advice).toMatch(
      new RegExp(`^Promote slot ${variant.id}: the share of people with a conversion is 200.0 % higher`),
    );
    expect(await report("?method=bayesian")).toMatchObject({ verdict: "better", p_value: null });
    // One look, at the end.
    expect(await report("?method=fixed")).toMatchObject({ verdict: "undecided" });
  });

  it("counts a person with a thousand clicks once, and nobody who saw both slots", async () => {
    const { report, send, control, variant } = await runningTest();
    const clicks = Array.from({ length: 1_000 }, () => ({ slot: variant.id, user: "fan", type: "click" }));
    await send([...people(control.id, 50, 10), ...people(variant.id, 50, 10)]);
    await send([...people(variant.id, 1, 0, "fan").map((event) => ({ ...event, user: "fan" })), ...clicks]);
    await send([control, variant].map(({ id }) => ({ slot: id, user: "both", type: "impression" })));
    const { variant: found, left_out } = await report();
    expect([found.people, found.conversion]).toEqual([51, 11 / 51]);
    expect(left_out).toEqual({ mixed: 1, robots: 0, merged: 0 });
  });

  it("does not trust a test that has lost people", async () => {
    const { report, send, control, variant } = await runningTest();
    await send([...people(control.id, 300, 30), ...people(variant.id, 200, 60)]);
    const { verdict, advice, sample_ratio_p } = await report();
    expect([verdict, (sample_ratio_p ?? 1) < 0.001]).toEqual(["mismatch", true]);
    expect(advice).toMatch(/^Do not trust these figures: the slots have 300 and 200 people/);
  });

  it("does not judge the numbers of people once the weights have changed", async () => {
    const { ann, report, send, control, variant, api } = await runningTest();
    await send([...people(control.id, 300, 30), ...people(variant.id, 200, 20)]);
    api.advance(1_000);
    await ann.call("PATCH", `/deployment_slot/${variant.id}/`, { weight: 50 });
    expect((await report()).sample_ratio_p).toBeNull();
  });

  it("reads the lists that the platform shows, and events by their request", async () => {
    const { report, seal, control, variant } = await runningTest();
    const list = (user_id: string, request_id: string, slot_id: number): Partial<StoredEvent> => ({
      ...{ type: "impression", user_id, request_id, metadata: { slot_id, automatic: true } },
    });
    await seal([
      ...["a", "b"].flatMap((user) => [
        list(user, `r-${user}`, control.id),
        list(user, `r-${user}`, control.id),
      ]),
      list("c", "r-c", variant.id),
      { user_id: "c", request_id: "r-c" },
      { user_id: "a", request_id: "r-other" },
      { user_id: "nobody", request_id: "r-a" },
      { type: "view", user_id: "b", request_id: "r-b" },
    ]);
    const { control: a, variant: b } = await report();
    // Without the request of a list of theirs, a click soon after counts for the last list.
    expect([a.people, a.lists, a.conversion, b.people, b.conversion]).toEqual([2, 2, 0.5, 1, 1]);
  });

  it("continues what the report before counted, and counts again what was deleted", async () => {
    const { report, seal, send, control, variant, projectId, ann, api } = await runningTest();
    await send([...people(control.id, 4, 1), ...people(variant.id, 4, 2)]);
    await seal([{ type: "impression", user_id: LIVE, request_id: "r", metadata: { slot_id: control.id } }]);
    const first = await report();
    expect([first.control.people, first.variant.people, first.variant.conversion]).toEqual([5, 4, 0.5]);
    // What was read is not read again: it can be gone.
    const segment = keyOfSegment({ projectId, shard: 0 }, { first: 1, last: 1 });
    await env.STORE.delete(segment);
    const { db } = api.deps;
    const [gone] = await db
      .delete(conversionEvent)
      .where(eq(conversionEvent.userId, `of ${control.id}, 0`))
      .returning();
    expect(gone).toBeDefined();
    expect(await report()).toEqual({ ...first, to: expect.any(String) });
    await send([
      ...people(control.id, 1, 0, "more"),
      { slot: control.id, user: LIVE, type: "click" },
      { slot: variant.id, user: `of ${variant.id}, 3`, type: "click" },
    ]);
    const second = await report();
    expect([second.control.people, second.control.conversion]).toEqual([6, 2 / 6]);
    expect(second.variant).toMatchObject({ people: 4, conversion: 3 / 4 });
    const [last] = await db.select().from(conversionEvent).orderBy(desc(conversionEvent.id)).limit(1);
    expect((await ann.call("DELETE", `/conversion_event/${last?.id}/`)).status).toBe(204);
    const third = await report();
    // Without the click, and without what was deleted beside the API.
    expect([third.control.people, third.variant.conversion]).toEqual([4, 2 / 4]);
  });

  it("counts another target from the start", async () => {
    const { ann, id, report, send, variant } = await runningTest();
    await send([
      ...people(variant.id, 4, 0),
      { slot: variant.id, user: `of ${variant.id}, 1`, type: "purchase" },
    ]);
    expect((await report()).variant.conversion).toBe(0);
    expect((await ann.call("PATCH", `/ab_test/${id}/`, { target_metric_name: "purchase_rate" })).status).toBe(
      200,
    );
    expect((await report()).variant.conversion).toBe(1 / 4);
  });

  it("is of the time between start and end", async () => {
    const { report, send, step, id, control, api } = await runningTest();
    await send(people(control.id, 3, 1));
    api.advance(1_000);
    await step(id, "stop");
    api.advance(1_000);
    await send(people(control.id, 5, 5, "later"));
    expect(await report()).toMatchObject({ control: { people: 3 }, days_left: null });
  });

  it("is not for others", async () => {
    const { bob, id } = await runningTest();
    expect((await bob.call("GET", `/ab_test/${id}/report/`)).status).toBe(404);
  });
});
