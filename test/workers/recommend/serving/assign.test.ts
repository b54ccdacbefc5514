import { describe, expect, it } from "vitest";
import { assign, coinsOf, outcomesOf } from "#recommend/serving/assign.ts";
import type { Slot } from "#recommend/serving/choose-slot.ts";
import type { RoutingManifest } from "#storage/routing-store.ts";

const slotOf = (id: number, weight: number): Slot => ({
  ...{ id, name: `s${id}`, weight, model: { id, artifact_key: `m${id}` }, previous: null },
});
const manifestOf = (changes: Partial<RoutingManifest> = {}): RoutingManifest => ({
  ...{ v: 1, project_id: 3, slots: [slotOf(1, 80), slotOf(2, 0), slotOf(3, 20)], metadata_key: null },
  ...changes,
});
const ab = (shares: readonly number[], ids: readonly number[] = [1, 2]) => ({
  ...{ id: 7, kind: "ab" as const, arms: ids.map((slot_id, at) => ({ slot_id, share: shares[at] ?? 0 })) },
});
const users = Array.from({ length: 4_000 }, (_, n) => `user ${n}`);
const noRandom = () => {
  throw new Error("a user's draw is not random");
};
const slotsOfUsers = (manifest: RoutingManifest) =>
  users.map((userId) => {
    const found = assign(manifest, { projectId: 3, userId }, noRandom);
    return { id: found?.slot.id, propensity: found?.propensity, isHeldOut: found?.isHeldOut, found };
  });
const countOf = (slots: readonly { id: number | undefined }[], id: number) =>
  slots.filter((one) => one.id === id).length;

describe("the outcomes of a draw", () => {
  it.each<[string, Partial<RoutingManifest>]>([
    ["weights alone", {}],
    ["no weight at all", { slots: [slotOf(1, 0), slotOf(2, 0)] }],
    ["an experiment of some slots", { experiment: ab([0.25, 0.75]) }],
    ["an interleaved list", { experiment: { ...ab([0.5, 0.5]), kind: "interleave" } }],
    ["a holdout of a slot", { experiment: ab([0.25, 0.75]), holdout: { id: 9, share: 0.2, slot_id: 3 } }],
  ])("have the shares that people get, with %s", (_, changes) => {
    const outcomes = outcomesOf(manifestOf(changes), { userId: "any" });
    expect(outcomes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    const got = slotsOfUsers(manifestOf(changes));
    const nameOf = (slotId = 0, rivalId = 0) => `${slotId} ${rivalId}`;
    const names = got.map(({ found }) => nameOf(found?.slot.id, found?.rival?.id));
    expect(new Set(names)).toEqual(new Set(outcomes.map(({ slot, rival }) => nameOf(slot.id, rival?.id))));
    for (const { slot, rival, share } of outcomes) {
      const count = names.filter((name) => name === nameOf(slot.id, rival?.id)).length;
      // The largest standard deviation is .008.
      expect(Math.abs(count / users.length - share)).toBeLessThan(0.035);
    }
  });

  it("are those of people outside of a holdout of popular items", () => {
    const holdout = { id: 9, share: 0.2, slot_id: null };
    const found = outcomesOf(manifestOf({ holdout }), { userId: "any" });
    expect(found.map(({ slot, share }) => [slot.id, share])).toEqual([
      [1, 0.8],
      [3, 0.2],
    ]);
  });
});

describe("the slot of a request", () => {
  it("is that of the weights without an experiment, and outside of its slots", () => {
    const plain = slotsOfUsers(manifestOf());
    expect(plain.some(({ found }) => found && "experiment" in found)).toBe(false);
    const tested = slotsOfUsers(manifestOf({ experiment: ab([0.5, 0.5]) }));
    // Nobody comes to or leaves a slot that is not in it.
    expect(tested.map(({ id }) => id === 3)).toEqual(plain.map(({ id }) => id === 3));
  });

  it("is drawn by the shares among the experiment's slots, whatever their weights, and its propensity says so", () => {
    const tested = slotsOfUsers(manifestOf({ experiment: ab([0.25, 0.75]) }));
    // The standard deviations are 25 and 31 of 4,000.
    expect(Math.abs(countOf(tested, 1) - 800)).toBeLessThan(100);
    expect(Math.abs(countOf(tested, 2) - 2_400)).toBeLessThan(125);
    expect(tested.find(({ id }) => id === 1)?.propensity).toBeCloseTo(0.2, 12);
    expect(tested.find(({ id }) => id === 2)?.propensity).toBeCloseTo(0.6, 12);
    expect(tested.find(({ id }) => id === 3)?.propensity).toBeCloseTo(0.2, 12);
  });

  it("stays, and when shares change only those move whose variant has less", () => {
    const [before, after] = [
      [0.5, 0.5],
      [0.3, 0.7],
    ].map((shares) => slotsOfUsers(manifestOf({ experiment: ab(shares) })));
    expect(before).toEqual(slotsOfUsers(manifestOf({ experiment: ab([0.5, 0.5]) })));
    const moved = before?.filter(({ id }, at) => id !== after?.[at]?.id) ?? [];
    expect(moved.every(({ id }) => id === 1)).toBe(true);
    expect(Math.abs(moved.length - 640)).toBeLessThan(100);
  });

  it("is drawn independently in another experiment", () => {
    const of = (id: number) => slotsOfUsers(manifestOf({ experiment: { ...ab([0.5, 0.5]), id } }));
    const [one, other] = [of(7), of(8)];
    const both = one.filter(({ id }, at) => id === 2 && other[at]?.id === 2).length;
    // A quarter of the 3,200 in it.
    expect(Math.abs(both - 800)).toBeLessThan(100);
  });

  it("is two slots where lists are interleaved", () => {
    const experiment = { ...ab([0.5, 0.5]), kind: "interleave" as const };
    const tested = slotsOfUsers(manifestOf({ experiment })).filter(({ id }) => id !== 3);
    expect(tested.every(({ found }) => found?.slot.id === 1 && found.rival?.id === 2)).toBe(true);
    expect(tested[0]?.propensity).toBeCloseTo(0.8, 12);
  });

  it("goes by the weights again once a slot of the experiment is gone", () => {
    const manifest = manifestOf({ experiment: { ...ab([0.5, 0.5], [1, 9]), kind: "interleave" as const } });
    expect(slotsOfUsers(manifest).map(({ id }) => id)).toEqual(
      slotsOfUsers(manifestOf()).map(({ id }) => id),
    );
  });

  it("is the baseline for the people of the holdout, who are in no experiment", () => {
    const holdout = { id: 9, share: 0.1, slot_id: null };
    const found = slotsOfUsers(manifestOf({ experiment: ab([0.5, 0.5]), holdout }));
    const held = found.filter(({ isHeldOut }) => isHeldOut);
    expect(Math.abs(held.length - 400)).toBeLessThan(60);
    expect(held.every(({ found: one }) => one?.isBaseline && !one.experiment && one.propensity === 0.1)).toBe(
      true,
    );
    const others = found.filter(({ isHeldOut }) => isHeldOut === false);
    expect(held.length + others.length).toBe(users.length);
    expect(others.find(({ id }) => id === 2)?.propensity).toBeCloseTo(0.9 * 0.8 * 0.5, 12);
    // The probabilities of all that a request can get add up to 1.
    expect(0.1 + 0.9 * (0.8 * 0.5 + 0.8 * 0.5 + 0.2)).toBeCloseTo(1, 12);
    const named = slotsOfUsers(manifestOf({ holdout: { ...holdout, slot_id: 2 } }));
    expect(
      named.filter(({ isHeldOut }) => isHeldOut).every(({ id, found: one }) => id === 2 && !one?.isBaseline),
    ).toBe(true);
  });

  it("is never the holdout without a user, whose group nobody can know", () => {
    const manifest = manifestOf({
      holdout: { id: 9, share: 0.5, slot_id: null },
      experiment: ab([0.5, 0.5]),
    });
    const found = assign(manifest, { projectId: 3, userId: undefined }, () => 0);
    expect([found?.isHeldOut, found?.isBaseline, found?.slot.id, found?.propensity]).toEqual([
      undefined,
      undefined,
      1,
      0.4,
    ]);
  });
});

describe("the coins of an interleaved list", () => {
  const flips = (userId: string | undefined, now: number, random = () => 0.5) => {
    const coins = coinsOf(7, userId, { now, random });
    return Array.from({ length: 20 }, () => coins.next() < 0.5);
  };

  it("fall alike for the pages of a person, and differ between people and later", () => {
    expect(flips("ann", 0)).toEqual(flips("ann", 500_000));
    expect(flips("ann", 0)).not.toEqual(flips("ann", 700_000));
    expect(flips("ann", 0)).not.toEqual(flips("bob", 0));
    expect(flips(undefined, 0, () => 0.1)).not.toEqual(flips(undefined, 0, () => 0.9));
  });

  it("let each slot begin half of the lists", () => {
    const first = users.filter(
      (userId) => coinsOf(7, userId, { now: 0, random: noRandom }).next() < 0.5,
    ).length;
    expect(Math.abs(first - 2_000)).toBeLessThan(100);
  });
});
