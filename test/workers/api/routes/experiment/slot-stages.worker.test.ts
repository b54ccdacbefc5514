/** The way of a new slot, each step one call. */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { SlotStage } from "#contract/slot-stage.ts";
import { testedSlots } from "./tested-slots.ts";

async function newSlot() {
  const world = await testedSlots();
  const { ann, variant } = world;
  await ann.call("PATCH", `/deployment_slot/${variant.id}/`, { weight: 0, is_active: false });
  const move = (stage: SlotStage, fields: object = {}, slot = variant.id) =>
    ann.call("POST", `/deployment_slot/${slot}/stage/`, { stage, reason: `because of ${stage}`, ...fields });
  return { ...world, move };
}

describe("the way of a slot", () => {
  it("leads from a shadow to all requests, with a reason for each step", async () => {
    const { projectId, move, manifest, control, variant, slotNow } = await newSlot();
    expect((await move("shadow", { shadow_rate: 0.3 })).status).toBe(200);
    expect((await manifest())?.shadows).toMatchObject([{ id: variant.id, rate: 0.3 }]);
    expect((await move("interleave")).status).toBe(200);
    expect(await manifest()).toMatchObject({
      experiment: { kind: "interleave", arms: [{ slot_id: control.id }, { slot_id: variant.id }] },
    });
    expect((await manifest())?.shadows).toBeUndefined();
    expect((await move("ab", { share: 0.2 })).status).toBe(200);
    expect((await manifest())?.experiment).toMatchObject({
      kind: "ab",
      arms: [{ share: 0.8 }, { share: 0.2 }],
    });
    expect(await (await move("promote")).json()).toMatchObject({
      experiment: { status: "COMPLETED", winner_slot: variant.id },
    });
    expect(await manifest()).toMatchObject({ slots: [{ id: variant.id, weight: 100 }] });
    expect((await slotNow(control.id)).is_active).toBe(false);
    const query = "select reason from audit_entry where project_id = ? and action like '%stage' order by id";
    const { results } = await env.DB.prepare(query).bind(projectId).all();
    expect(results.map(({ reason }) => reason)).toEqual(
      ["shadow", "interleave", "ab", "promote"].map((stage) => `${stage}: because of ${stage}`),
    );
  });

  it("goes back from each step", async () => {
    const { move, manifest, slotNow, control, variant } = await newSlot();
    for (const stage of ["shadow", "interleave", "ab", "promote"] as const) {
      if (stage === "promote") await move("ab");
      expect((await move(stage)).status, stage).toBe(200);
      const back = await move("roll_back");
      expect(back.status, stage).toBe(200);
      const now = await manifest();
      expect([now?.slots.map(({ id }) => id), now?.experiment, now?.shadows], stage).toEqual([
        [control.id],
        undefined,
        undefined,
      ]);
      expect((await slotNow(variant.id)).is_active, stage).toBe(false);
    }
  });

  it("refuses a step without a reason, of the control, and while others are tested", async () => {
    const { ann, projectId, move, running, control, variant } = await newSlot();
    expect((await move("ab", { reason: "" })).status).toBe(400);
    expect((await move("promote")).status).toBe(409);
    expect((await move("ab", {}, control.id)).status).toBe(409);
    const body = { project: projectId, name: "third", trained_model: control.trained_model };
    const third = (await (await ann.call("POST", "/deployment_slot/", body)).json()) as { id: number };
    await running({ variants: [{ slot: control.id }, { slot: third.id }] });
    expect((await move("interleave", {}, variant.id)).status).toBe(409);
  });
});
