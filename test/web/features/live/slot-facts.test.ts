import { describe, expect, it } from "vitest";
import type { DeploymentSlotResponse } from "#contract/deployment-slot.ts";
import {
  listsBySlot,
  readWeight,
  type ServedSlot,
  sharesOf,
  slotFacts,
} from "#web/features/live/slot-facts.ts";

const AT = "2026-11-28T00:00:00.000Z";
const slot = (id: number, fields: Partial<DeploymentSlotResponse> = {}): DeploymentSlotResponse => ({
  ...{ id, project: 1, name: `slot ${id}`, trained_model: 1, previous_model: null, weight: 100 },
  ...{ is_active: true, is_shadow: false, shadow_rate: 0.1, ins_datetime: AT, updated_at: AT },
  ...fields,
});
const served = (id: number, isDefault = false): ServedSlot => ({
  ...{ id, name: `slot ${id}`, weight: 100, is_default: isDefault, model: { id: 1, version: 1 } },
  ...{ fallback: null, rolls_back_to: null, is_deployed: true },
});
const period = (id: number, model: number, hour: number) => ({
  slot: id,
  trained_model: model,
  started_at: `2026-11-28T0${hour}:00:00.000Z`,
});
const NONE = { periods: [], isAll: true };

describe("slotFacts", () => {
  it("puts the default slot first, then those that answer, shadows, and those that are off", () => {
    const slots = [slot(1, { is_active: false }), slot(2, { is_shadow: true }), slot(3), slot(4)];
    const facts = slotFacts(slots, [served(3), served(4, true)], NONE, null);
    expect(facts.map((one) => [one.slot.id, one.state, one.served?.id ?? null])).toEqual([
      [4, "live", 4],
      [3, "live", 3],
      [2, "shadow", null],
      [1, "off", null],
    ]);
  });

  it("says since when a slot has its model, over changes of its weight", () => {
    const periods = [period(1, 5, 4), period(2, 9, 3), period(1, 5, 2), period(1, 4, 1)];
    const [first] = slotFacts([slot(1, { trained_model: 5 })], [], { periods, isAll: false }, null);
    expect(first?.since).toBe("2026-11-28T02:00:00.000Z");
  });

  it("says nothing of the time before the periods at hand", () => {
    const periods = [period(1, 5, 4), period(1, 5, 2)];
    const of = (isAll: boolean) =>
      slotFacts([slot(1, { trained_model: 5 })], [], { periods, isAll }, null)[0]?.since;
    expect([of(true), of(false)]).toEqual(["2026-11-28T02:00:00.000Z", null]);
  });
});

describe("sharesOf", () => {
  it("divides by the weights of the slots that answer", () => {
    const slots = [
      slot(1),
      slot(2, { weight: 50 }),
      slot(3, { is_shadow: true }),
      slot(4, { is_active: false }),
    ];
    expect([...sharesOf(slots, null)]).toEqual([
      [1, 2 / 3],
      [2, 1 / 3],
    ]);
  });

  it("gives the slots of an experiment what they have together, by its own shares", () => {
    // 100 + 0 of 200 are together 1/2; of it 1/4 and 3/4.
    const slots = [slot(1), slot(2, { weight: 0 }), slot(3)];
    const running = { variants: [1, 2].map((id) => ({ slot: id, weight: 1 })), shares: [0.25, 0.75] };
    expect([...sharesOf(slots, running)]).toEqual([
      [1, 0.125],
      [2, 0.375],
      [3, 0.5],
    ]);
  });

  it("is 0 for all where no slot has a weight", () => {
    expect([...sharesOf([slot(1, { weight: 0 })], null)]).toEqual([[1, 0]]);
  });
});

describe("listsBySlot", () => {
  it("sums the newest days", () => {
    const row = { key: 1, key_name: "k", slot_name: "s", requests: 0, limited: 0, events: 0 };
    const usage = [
      { ...row, day: "2026-11-28", slot: 1, lists: 5 },
      { ...row, day: "2026-11-27", slot: 1, lists: 2 },
      { ...row, day: "2026-11-20", slot: 1, lists: 70 },
      { ...row, day: "2026-11-28", slot: null, lists: 0 },
    ];
    expect([...listsBySlot({ usage }, "2026-11-22")]).toEqual([[1, 7]]);
  });
});

describe("readWeight", () => {
  it.each([
    ["0", 0],
    ["12.5", 12.5],
    ["100", 100],
    ["101", null],
    ["-1", null],
    ["", null],
    [" ", null],
    ["x", null],
  ])("reads %j as %j", (text, weight) => expect(readWeight(text)).toBe(weight));
});
