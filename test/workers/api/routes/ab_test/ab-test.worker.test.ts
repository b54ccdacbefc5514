/** Tests of two slots: their states, what they count, and who wins. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { abTestResponse } from "#contract/ab-test.ts";
import { findManifest } from "#storage/routing-store.ts";
import { readAs } from "../../../runtime/api.ts";
import { eventsOf, slotsWithEvents, statusAndBody } from "./slots-with-events.ts";

const REQUEST = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

describe("an A/B test", () => {
  it("is drafted, started, stopped, and each step once", async () => {
    const { makeTest, step, api, bob } = await slotsWithEvents();
    const test = await makeTest();
    expect(test).toMatchObject({
      ...{ status: "DRAFT", target_metric_name: "ctr", min_sample_size: 1000, confidence_level: 0.95 },
      ...{ started_at: null, ended_at: null, winner_slot: null },
    });
    expect(await statusAndBody(await step(test.id, "stop"))).toEqual([
      400,
      { error: "Can only stop RUNNING tests" },
    ]);
    expect((await step(test.id, "start", {}, bob)).status).toBe(404);
    const both = await Promise.all([step(test.id, "start"), step(test.id, "start")]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(await statusAndBody(await step(test.id, "start"))).toEqual([
      400,
      { error: "Can only start tests in DRAFT status" },
    ]);
    api.advance(1_000);
    const stopped = await readAs(abTestResponse, await step(test.id, "stop"));
    const times = [stopped.started_at, stopped.ended_at].map((time) => Date.parse(time ?? ""));
    expect([stopped.status, (times[1] ?? 0) - (times[0] ?? 0)]).toEqual(["COMPLETED", 1_000]);
  });

  it("counts requests and conversions between its start and its end", async () => {
    const { makeTest, step, results, send, control, variant, api } = await slotsWithEvents();
    const test = await makeTest();
    await send(eventsOf(control.id, 3, "click", 2));
    expect(await results(test.id)).toMatchObject({ control_impressions: 3, control_conversions: 2 });
    api.advance(1_000);
    await step(test.id, "start");
    const nothing = { control_impressions: 0, z_score: 0, p_value: 1, confidence_interval: [0, 0] };
    expect(await results(test.id)).toMatchObject(nothing);
    await send([...eventsOf(control.id, 100, "click", 10), ...eventsOf(variant.id, 100, "click", 20)]);
    const shared = { slot: variant.id, type: "impression", request: REQUEST };
    await send([shared, shared, { ...shared, request: REQUEST.toUpperCase() }]);
    expect(await results(test.id)).toEqual({
      ...{ control_impressions: 100, control_conversions: 10, control_rate: 0.1 },
      ...{ variant_impressions: 101, variant_conversions: 20, variant_rate: 0.19802 },
      ...{ z_score: 1.9499, p_value: 0.051187, significant: false, lift: 98.02 },
      ...{ confidence_interval: [0.000565, 0.195475], min_sample_size: 1000, sufficient_data: false },
    });
    api.advance(1_000);
    await step(test.id, "stop");
    api.advance(1_000);
    await send(eventsOf(variant.id, 50, "click", 50));
    expect(await results(test.id)).toMatchObject({ variant_impressions: 101, variant_conversions: 20 });
  });

  it("counts what its metric names, and survives more conversions than impressions", async () => {
    const { ann, makeTest, results, send, control, variant } = await slotsWithEvents();
    const test = await makeTest();
    await send([...eventsOf(control.id, 2, "click", 3), ...eventsOf(variant.id, 2, "purchase", 4)]);
    const conversionsNow = async (metric: string) => {
      await ann.call("PATCH", `/ab_test/${test.id}/`, { target_metric_name: metric });
      const { control_conversions, variant_conversions } = await results(test.id);
      return [control_conversions, variant_conversions];
    };
    expect(await conversionsNow("ctr")).toEqual([3, 0]);
    expect(await conversionsNow("purchase_rate")).toEqual([0, 4]);
    expect(await conversionsNow("conversion_rate")).toEqual([3, 4]);
    expect(
      Object.values(await results(test.id))
        .flat()
        .filter(Number.isNaN),
    ).toEqual([]);
  });

  it("gives all requests to its winner, also to one that was switched off", async () => {
    const { projectId, makeTest, step, slotNow, control, variant } = await slotsWithEvents();
    const { id } = await makeTest();
    const promote = (slot: unknown) => step(id, "promote_winner", { slot_id: slot });
    const early = { error: "Can only promote winner of COMPLETED tests" };
    expect(await statusAndBody(await promote(variant.id))).toEqual([400, early]);
    await step(id, "start");
    await step(id, "stop");
    const wrong = { error: "slot_id must be one of the test slots" };
    for (const slot of [undefined, String(variant.id), 999_999, null, [variant.id]]) {
      expect(await statusAndBody(await promote(slot))).toEqual([400, wrong]);
    }
    const promoted = (slot: number) => [200, { status: "promoted", winner_slot_id: slot }];
    expect(await statusAndBody(await promote(variant.id))).toEqual(promoted(variant.id));
    expect((await slotNow(control.id)).is_active).toBe(false);
    expect((await findManifest(env.ROUTING, projectId))?.slots.map((slot) => slot.id)).toEqual([variant.id]);
    expect(await statusAndBody(await promote(control.id))).toEqual(promoted(control.id));
    expect([await slotNow(control.id), await slotNow(variant.id)]).toMatchObject([
      { is_active: true, weight: 100 },
      { is_active: false },
    ]);
  });

  it("takes over from the slot in which new models go live", async () => {
    const { projectId, makeTest, step, control, variant } = await slotsWithEvents();
    const defaults = async () => {
      const query = "select id from deployment_slot where project_id = ? and is_default = 1";
      const { results } = await env.DB.prepare(query).bind(projectId).all();
      return results.map(({ id }) => id);
    };
    expect(await defaults()).toEqual([control.id]);
    const { id } = await makeTest();
    await step(id, "start");
    await step(id, "stop");
    expect((await step(id, "promote_winner", { slot_id: variant.id })).status).toBe(200);
    expect(await defaults()).toEqual([variant.id]);
  });

  it("refuses slots of other projects, and what is no metric", async () => {
    const { ann, projectId, control, variant } = await slotsWithEvents();
    const other = await slotsWithEvents();
    const refused = async (fields: object) => {
      const slots = { control_slot: control.id, variant_slot: variant.id };
      const body = { project: projectId, name: "x", ...slots, ...fields };
      return statusAndBody(await ann.call("POST", "/ab_test/", body));
    };
    const metric = "Invalid metric 'click_through_rate'. Valid options: ctr, purchase_rate, conversion_rate";
    expect(await refused({ control_slot: other.control.id })).toEqual([
      400,
      { control_slot: ["Control slot does not belong to this project."] },
    ]);
    expect(await refused({ variant_slot: other.control.id })).toEqual([
      400,
      { variant_slot: ["Variant slot does not belong to this project."] },
    ]);
    expect(await refused({ target_metric_name: "click_through_rate" })).toEqual([
      400,
      { target_metric_name: [metric] },
    ]);
    expect(await refused({ confidence_level: 0.995 })).toEqual([
      400,
      { confidence_level: ["Ensure this value is less than or equal to 0.99."] },
    ]);
  });

  it("goes with either of its slots", async () => {
    const { ann, makeTest, send, variant, results } = await slotsWithEvents();
    const { id } = await makeTest();
    await send(eventsOf(variant.id, 1, "click", 1));
    expect((await results(id)).variant_conversions).toBe(1);
    expect((await ann.call("DELETE", `/deployment_slot/${variant.id}/`)).status).toBe(204);
    expect(await statusAndBody(await ann.call("GET", `/ab_test/${id}/`))).toEqual([
      404,
      { detail: "No ABTest matches the given query." },
    ]);
    expect(await (await ann.call("GET", "/conversion_event/")).json()).toMatchObject({ count: 0 });
  });
});
