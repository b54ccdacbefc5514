/** Experiments from their draft to their end: what serving is told, and what is refused. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { experimentPlan } from "#contract/experiment.ts";
import { readAs } from "../../../runtime/api.ts";
import { statusAndBody } from "../ab_test/slots-with-events.ts";
import { testedSlots } from "./tested-slots.ts";

const auditReasons = async (projectId: number) => {
  const query =
    "select action, reason from audit_entry where project_id = ? and action like '%experiment%' order by id";
  const { results } = await env.DB.prepare(query).bind(projectId).all();
  return results.map(({ action, reason }) => [action, reason]);
};

describe("an experiment", () => {
  it("tells serving its shares from the start to the end", async () => {
    const { make, step, manifest, control, variant } = await testedSlots();
    const { id, status, shares } = await make({
      variants: [
        { slot: control.id, weight: 1 },
        { slot: variant.id, weight: 3 },
      ],
    });
    expect([status, shares, (await manifest())?.experiment]).toEqual(["DRAFT", [], undefined]);
    expect((await step(id, "start")).status).toBe(200);
    expect((await manifest())?.experiment).toEqual({
      ...{ id, kind: "ab" },
      arms: [
        { slot_id: control.id, share: 0.25 },
        { slot_id: variant.id, share: 0.75 },
      ],
    });
    expect(await statusAndBody(await step(id, "start"))).toEqual([
      409,
      { detail: "Only a draft can be started." },
    ]);
    expect((await step(id, "stop")).status).toBe(200);
    expect((await manifest())?.experiment).toBeUndefined();
    expect((await step(id, "stop")).status).toBe(409);
  });

  it("runs alone with its slots, and beside one holdout", async () => {
    const { make, step, running, manifest } = await testedSlots();
    const first = await running();
    const second = await make({ kind: "interleave" });
    const busy = { detail: "Another experiment of the project is running. Stop it first." };
    expect(await statusAndBody(await step(second.id, "start"))).toEqual([409, busy]);
    const holdout = await running({ kind: "holdout", variants: [{ slot: null, weight: 0.05 }] });
    expect(holdout.shares).toEqual([0.05, 0.95]);
    expect(await manifest()).toMatchObject({
      experiment: { id: first.id },
      holdout: { id: holdout.id, share: 0.05, slot_id: null },
    });
    const third = await make({ kind: "holdout", variants: [{ slot: null, weight: 0.1 }] });
    expect((await step(third.id, "start")).status).toBe(409);
    // Of two calls at the same time one wins.
    await step(first.id, "stop");
    const again = await make();
    const both = await Promise.all([step(second.id, "start"), step(again.id, "start")]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });

  it("is not served once one of its slots is switched off or deleted", async () => {
    const { ann, running, manifest, variant } = await testedSlots();
    const { id } = await running();
    await ann.call("PATCH", `/deployment_slot/${variant.id}/`, { is_active: false });
    expect((await manifest())?.experiment).toBeUndefined();
    await ann.call("PATCH", `/deployment_slot/${variant.id}/`, { is_active: true });
    expect((await manifest())?.experiment?.id).toBe(id);
    await ann.call("DELETE", `/deployment_slot/${variant.id}/`);
    expect((await manifest())?.experiment).toBeUndefined();
  });

  it("gives all requests to the promoted slot, or back to the control, and says why in the audit log", async () => {
    const { projectId, running, step, slotNow, manifest, control, variant } = await testedSlots();
    const { id } = await running();
    expect((await step(id, "promote", { slot: variant.id })).status).toBe(400);
    const promoted = await step(id, "promote", { slot: variant.id, reason: "It won." });
    expect(await promoted.json()).toMatchObject({ status: "COMPLETED", winner_slot: variant.id });
    expect([await slotNow(control.id), await slotNow(variant.id)]).toMatchObject([
      { is_active: false },
      { is_active: true, weight: 100 },
    ]);
    expect((await manifest())?.slots.map((slot) => slot.id)).toEqual([variant.id]);
    expect((await step(id, "roll_back", { reason: "Complaints." })).status).toBe(200);
    expect([await slotNow(control.id), await slotNow(variant.id)]).toMatchObject([
      { is_active: true, weight: 100 },
      { is_active: false },
    ]);
    expect(await auditReasons(projectId)).toEqual([
      ["POST /experiment", null],
      ["POST /experiment/:id/start", null],
      ["POST /experiment/:id/promote", "It won."],
      ["POST /experiment/:id/roll_back", "Complaints."],
    ]);
  });

  it("leaves the requests of other slots alone when it ends", async () => {
    const { ann, projectId, running, step, slotNow, control, variant } = await testedSlots();
    const body = { project: projectId, name: "third", trained_model: control.trained_model, weight: 40 };
    const third = (await (await ann.call("POST", "/deployment_slot/", body)).json()) as { id: number };
    await ann.call("PATCH", `/deployment_slot/${control.id}/`, { weight: 50 });
    await ann.call("PATCH", `/deployment_slot/${variant.id}/`, { weight: 10 });
    const { id } = await running();
    await step(id, "promote", { slot: variant.id, reason: "It won." });
    expect([await slotNow(variant.id), await slotNow(third.id)]).toMatchObject([
      { weight: 60, is_active: true },
      { weight: 40, is_active: true },
    ]);
  });

  it("changes as a draft, and by its name alone once started", async () => {
    const { ann, make, running, step } = await testedSlots();
    const draft = await make();
    const changed = await ann.call("PATCH", `/experiment/${draft.id}/`, {
      confidence_level: 0.9,
      conversion_types: ["purchase"],
    });
    expect(await changed.json()).toMatchObject({ confidence_level: 0.9, conversion_types: ["purchase"] });
    const { id } = await running();
    expect((await ann.call("PATCH", `/experiment/${id}/`, { conversion_types: ["like"] })).status).toBe(409);
    expect(await (await ann.call("PATCH", `/experiment/${id}/`, { name: "b" })).json()).toMatchObject({
      name: "b",
    });
    await step(id, "stop");
    expect((await ann.call("PATCH", `/experiment/${id}/`, { metric: "revenue" })).status).toBe(409);
  });

  it("refuses variants, floors and bounds that make no sense", async () => {
    const { ann, projectId, control, variant } = await testedSlots();
    const other = await testedSlots();
    const two = [{ slot: control.id }, { slot: variant.id }];
    const refused = async (fields: object) =>
      statusAndBody(
        await ann.call("POST", "/experiment/", { project: projectId, name: "x", variants: two, ...fields }),
      );
    const variants = (text: string) => [400, { variants: [text] }];
    expect(await refused({ variants: [{ slot: control.id }] })).toEqual(
      variants("An experiment compares at least two slots."),
    );
    expect(await refused({ variants: [...two, ...two] })).toEqual(variants("Each slot is one variant."));
    expect(await refused({ variants: [{ slot: control.id }, { slot: other.control.id }] })).toEqual(
      variants(`Slot ${other.control.id} does not belong to this project.`),
    );
    expect(await refused({ variants: [{ slot: control.id }, { slot: null }] })).toEqual(
      variants("Each variant names a slot."),
    );
    expect(await refused({ kind: "holdout", variants: [{ slot: null, weight: 0.6 }] })).toEqual(
      variants("The share of a holdout is at most 0.5."),
    );
    for (const wrong of [
      "all",
      {},
      null,
      [],
      [{ slot: "x" }],
      [{ slot: control.id, weight: -1 }],
      [{ slot: control.id, more: 1 }],
    ]) {
      expect((await refused({ variants: wrong }))[0], JSON.stringify(wrong)).toBe(400);
    }
    expect((await refused({ allocation: "thompson", floor: 0.5 }))[0]).toBe(201);
    expect(await refused({ allocation: "thompson", kind: "interleave" })).toEqual([
      400,
      { allocation: ["Only experiments of the kind `ab` have it."] },
    ]);
    for (const fields of [
      { guardrails: { empty_share: 2 } },
      { guardrails: { unknown: 1 } },
      { conversion_types: [] },
      { conversion_types: ["impression"] },
      { conversion_types: ["no,type"] },
      { confidence_level: 1 },
      { unknown: 1 },
    ]) {
      expect((await refused(fields))[0], JSON.stringify(fields)).toBe(400);
    }
  });

  it("is planned by what people did before", async () => {
    const { ann, make, seal, people, control } = await testedSlots();
    const { id } = await make();
    const plan = async (query = "") =>
      readAs(experimentPlan, await ann.call("GET", `/experiment/${id}/plan/${query}`));
    expect(await plan()).toMatchObject({ people: 0, people_needed: null, days_needed: null });
    await seal(people(0, control.id, [1_400, 140]));
    const found = await plan("?effect=0.1&method=fixed");
    expect(found).toMatchObject({ people: 1_400, people_per_day: 100, mean: 0.1 });
    // Lehr's rule: 16 p (1 − p) / δ² a side, here 14,400, within 5 %.
    expect(Math.abs((found.people_needed ?? 0) / 28_800 - 1)).toBeLessThan(0.05);
    expect(found.days_needed).toBeCloseTo((found.people_needed ?? 0) / 100, 0);
    expect(found.detectable.map(({ effect }) => effect)).toEqual(
      [...found.detectable.map(({ effect }) => effect)].sort((a, b) => (b ?? 0) - (a ?? 0)),
    );
    expect(found.advice).toMatch(/^To find an effect of 10\.0 %, plan \d+ days with \d+ people\.$/);
  });

  it("is not seen by others", async () => {
    const { bob, running } = await testedSlots();
    const { id } = await running();
    for (const [method, path] of [
      ["GET", ""],
      ["GET", "report/"],
      ["GET", "plan/"],
      ["POST", "start/"],
      ["POST", "stop/"],
      ["POST", "promote/"],
      ["POST", "roll_back/"],
      ["DELETE", ""],
    ] as const) {
      expect(
        (await bob.call(method, `/experiment/${id}/${path}`, method === "POST" ? {} : undefined)).status,
        path,
      ).toBe(404);
    }
  });
});
