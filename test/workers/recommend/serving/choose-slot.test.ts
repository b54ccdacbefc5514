import { describe, expect, it } from "vitest";
import type { TrafficSettings } from "#contract/traffic.ts";
import { chooseSlot, drawOf, type Slot } from "#recommend/serving/choose-slot.ts";

const slotOf = (id: number, weight: number): Slot => ({
  id,
  name: `s${id}`,
  weight,
  model: { id, artifact_key: `m${id}` },
  previous: null,
});
const users = Array.from({ length: 4000 }, (_, n) => `user ${n}`);
const noRandom = () => {
  throw new Error("a user's draw is not random");
};
const drawsOf = (traffic?: TrafficSettings) =>
  users.map((userId) => drawOf({ projectId: 3, userId, traffic }, noRandom));

describe("the draw of a request", () => {
  it("is the same for a user and a salt, and that of earlier versions without one", () => {
    expect(drawsOf({ slot_salt: "spring" })).toEqual(drawsOf({ slot_salt: "spring" }));
    expect(drawsOf({ slot_salt: "" })).toEqual(drawsOf());
    // Of the version before salts.
    expect(drawOf({ projectId: 3, userId: "ann", traffic: undefined }, noRandom)).toBe(0.6301924160216004);
  });

  it("is a new one under another salt, whatever the salt", () => {
    for (const salt of ["a", "b", "|", "3:", "\ud800", "s".repeat(64)]) {
      const [before, after] = [drawsOf(), drawsOf({ slot_salt: salt })];
      // Of two independent halves a quarter falls into each pair; the standard deviation is 27 of 4,000.
      const both = before.filter((draw, at) => draw < 0.5 && (after[at] as number) < 0.5).length;
      expect(Math.abs(both - 1000), salt).toBeLessThan(140);
      expect(Math.abs(after.filter((draw) => draw < 0.1).length - 400), salt).toBeLessThan(95);
    }
  });

  it("belongs to the request without a user, and for all where the project says so", () => {
    const random = () => 0.25;
    expect(drawOf({ projectId: 3, userId: undefined, traffic: { slot_salt: "a" } }, random)).toBe(0.25);
    expect(drawOf({ projectId: 3, userId: "ann", traffic: { slot_draw: "request" } }, random)).toBe(0.25);
  });
});

describe("the choice of a slot", () => {
  it.each([
    [0, 1, 0.1],
    [0.0999, 1, 0.1],
    [0.1, 3, 0.9],
    [1 - Number.EPSILON / 2, 3, 0.9],
  ])("by a draw of %d is slot %i, with its share", (draw, id, propensity) => {
    const chosen = chooseSlot([slotOf(1, 10), slotOf(2, 0), slotOf(3, 90), slotOf(4, 0)], draw);
    expect([chosen?.slot.id, chosen?.propensity]).toEqual([id, propensity]);
  });

  it("is the first if all weights are 0, and none without slots", () => {
    expect(chooseSlot([slotOf(7, 0), slotOf(8, 0)], 0.99)).toMatchObject({ slot: { id: 7 }, propensity: 1 });
    expect(chooseSlot([], 0.5)).toBeNull();
  });

  it("gives each slot its share of users, as the propensity says", () => {
    const slots = [slotOf(1, 30), slotOf(2, 50), slotOf(3, 20)];
    const chosen = drawsOf({ slot_salt: "x" }).map((draw) => chooseSlot(slots, draw));
    for (const { id, weight } of slots) {
      const mine = chosen.filter((found) => found?.slot.id === id);
      expect(Math.abs(mine.length / users.length - weight / 100)).toBeLessThan(0.04);
      expect(new Set(mine.map((found) => found?.propensity))).toEqual(new Set([weight / 100]));
    }
  });
});
