import { describe, expect, it } from "vitest";
import { type ProfileEvent, recentItems, userProfileOf } from "#engine/serve/user-profile.ts";
import { tinyDataset } from "./tiny-world.ts";

const { users, items, userItems: history } = await tinyDataset();
const world = { users, items, history, disliked: null };
const event = (itemId: string, weight = 1, at: number | null = 1): ProfileEvent => ({ itemId, weight, at });
const named = (indices: Iterable<number>) => [...indices].map((index) => items.idAt(index));

describe("userProfileOf", () => {
  it("is the training history of a known user, without a copy", () => {
    const known = userProfileOf(world, { userId: "ann" });
    expect(named(known.profile.indices)).toEqual(["1", "2", "9"]);
    expect(known.profile.indices.buffer).toBe(history.indices.buffer);
    expect([known.hasHistory, known.hasOwn]).toEqual([true, false]);
  });

  it("adds events and given items to it, in the order of indices", () => {
    const known = userProfileOf(world, { userId: "ann", itemIds: ["5"], events: [event("3", 8)] });
    expect(named(known.profile.indices)).toEqual(["1", "2", "3", "5", "9"]);
    expect([...known.profile.weights]).toEqual([1, 1, 8, 1, 1]);
    expect([known.hasHistory, known.hasOwn]).toEqual([true, true]);
  });

  it("counts the strongest of an item's events once, in any order, also one that the training has seen", () => {
    const events = [event("1", 3, 5), event("1", 1, 9), event("1", 3, 5), event("2", 0.5, 1)];
    for (const order of [events, events.toReversed()]) {
      const { profile } = userProfileOf(world, { userId: "ann", events: order });
      expect([...profile.weights]).toEqual([3, 1, 1]);
    }
  });

  it.each([
    ["a dislike after a like", [event("3", 3, 1), event("3", -1, 2)], ["3"]],
    ["a dislike in the moment of a like", [event("3", -1, 2), event("3", 3, 2)], ["3"]],
    ["a rating of zero", [event("3", 0)], ["3"]],
    ["a dislike of an item of the history", [event("1", -1)], ["1"]],
    ["a like after a dislike", [event("3", -1, 1), event("3", 3, 2)], []],
  ])("lets %s decide", (_, events, expected) => {
    for (const order of [events, events.toReversed()]) {
      const { profile, disliked } = userProfileOf(world, { userId: "ann", events: order });
      expect(named(disliked)).toEqual(expected);
      for (const itemId of expected) expect(named(profile.indices)).not.toContain(itemId);
    }
  });

  it("is empty for an unknown user and for unknown items", () => {
    const nobody = userProfileOf(world, { userId: "nobody", itemIds: ["x"], events: [event("y", 5)] });
    expect([...nobody.profile.indices]).toEqual([]);
    expect([nobody.hasHistory, nobody.hasOwn]).toEqual([false, false]);
  });
});

describe("recentItems", () => {
  it("gives the newest first, and the training history last", () => {
    const events = [event("3", 1, 10), event("4", 1, 30), event("2", 1, 20), event("5", 1, null)];
    const known = userProfileOf(world, { userId: "ann", events });
    expect(named(recentItems(known))).toEqual(["5", "4", "2", "3", "1", "9"]);
    expect(named(recentItems(known, 2))).toEqual(["5", "4"]);
  });
});
