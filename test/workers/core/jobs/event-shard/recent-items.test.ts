import { expect, it } from "vitest";
import {
  MAX_ALL_RECENT_ITEMS,
  MAX_NAMED_CHANGES,
  MAX_RECENT_ITEMS,
  MAX_RECENT_PEOPLE,
  RecentItems,
} from "#jobs/event-shard/recent-items.ts";

const event = (overrides: object = {}) => ({
  type: "view",
  user_id: "ann",
  item_id: "i1",
  time: 100,
  received: 100,
  ...overrides,
});

it("recent items are a user's items, newest first by time, in any order of arrival", () => {
  const recent = new RecentItems();
  recent.add(event({ item_id: "b", time: 200, type: "purchase", value: 9 }));
  recent.add(event({ item_id: "a", time: 100 }));
  recent.add(event({ item_id: "c", time: 200 }));
  expect(recent.of("ann")).toEqual([
    { itemId: "c", type: "view", at: 200 },
    { itemId: "b", type: "purchase", at: 200, value: 9 },
    { itemId: "a", type: "view", at: 100 },
  ]);
  expect(recent.of("bob")).toEqual([]);
});

it("recent items leave out impressions: the user did nothing", () => {
  const recent = new RecentItems();
  recent.add(event({ type: "impression" }));
  expect(recent.of("ann")).toEqual([]);
});

it("recent items keep the newest items of a user, and the users who were active last", () => {
  const recent = new RecentItems();
  for (let n = 0; n <= MAX_RECENT_ITEMS; n++) recent.add(event({ item_id: `i${n}`, time: n }));
  expect(recent.of("ann")).toHaveLength(MAX_RECENT_ITEMS);
  expect(recent.of("ann").at(-1)?.itemId).toBe("i1");
  for (let n = 0; n < MAX_RECENT_PEOPLE; n++) recent.add(event({ user_id: `u${n}` }));
  expect(recent.size).toBe(MAX_RECENT_PEOPLE);
  expect(recent.of("ann")).toEqual([]);
});

it("recent items of all users together are bounded, and users can be forgotten", () => {
  const recent = new RecentItems();
  const users = MAX_ALL_RECENT_ITEMS / MAX_RECENT_ITEMS;
  for (let n = 0; n <= users; n++) {
    for (let item = 0; item < MAX_RECENT_ITEMS; item++) recent.add(event({ user_id: `u${n}` }));
  }
  expect(recent.size).toBe(users);
  expect([recent.of("u0"), recent.of("u1").length]).toEqual([[], MAX_RECENT_ITEMS]);
  recent.keepOnly((userId) => userId === "u1");
  expect([recent.size, recent.of("u1").length, recent.of("u2")]).toEqual([1, MAX_RECENT_ITEMS, []]);
});

it("recent items name the people who changed since a change, as long as it is not too long ago", () => {
  const recent = new RecentItems();
  recent.add(event({ user_id: "ann" }));
  recent.add(event({ user_id: "bob" }));
  expect(recent.changes).toBe(2);
  recent.add(event({ user_id: "ann" }));
  recent.add(event({ user_id: "cid", type: "impression" }));
  recent.forget("dan");
  expect(recent.changedSince(2)).toEqual(["ann", "dan"]);
  expect(recent.changedSince(4)).toEqual([]);
  // Of another life of the object.
  expect(recent.changedSince(5)).toBeNull();
  for (let n = 0; n < 2 * MAX_NAMED_CHANGES; n++) recent.change(`u${n}`);
  expect(recent.changedSince(2)).toBeNull();
  expect(recent.changedSince(recent.changes - MAX_NAMED_CHANGES)).toHaveLength(MAX_NAMED_CHANGES);
});

it("recent items lose those that are taken out, and nothing else", () => {
  const recent = new RecentItems();
  for (const [item_id, type] of [
    ["a", "star"],
    ["a", "view"],
    ["b", "star"],
  ])
    recent.add(event({ item_id, type }));
  recent.add(event({ user_id: "bob", item_id: "a", type: "star" }));
  const { changes } = recent;
  recent.without("ann", ({ itemId, type }) => itemId === "a" && type === "star");
  expect(
    recent
      .of("ann")
      .map(({ itemId, type }) => `${itemId} ${type}`)
      .sort(),
  ).toEqual(["a view", "b star"]);
  expect(recent.of("bob")).toHaveLength(1);
  expect(recent.changedSince(changes)).toEqual(["ann"]);
  recent.without("ann", () => false);
  expect(recent.changedSince(changes)).toEqual(["ann"]);
  recent.without("ann", () => true);
  expect([recent.of("ann"), recent.size]).toEqual([[], 1]);
});
