import { expect, it } from "vitest";
import { MAX_NEWEST, MAX_NEWEST_TYPES, NewestEvents } from "#jobs/event-shard/newest-events.ts";

const event = (type: string, received: number, user_id = "ann") => ({
  ...{ type, user_id, item_id: `i${received}`, time: received, received },
  metadata: { large: "x" },
});
const itemsOf = (newest: NewestEvents, type: string | null, limit = 10) =>
  newest.of(type, limit).map(({ item_id }) => item_id);

it("the newest events of all types come first, or those of one type", () => {
  const newest = new NewestEvents();
  for (const [at, type] of ["view", "click", "view", "rating"].entries()) newest.add(event(type, at));
  expect(itemsOf(newest, null, 3)).toEqual(["i3", "i2", "i1"]);
  expect(itemsOf(newest, "view")).toEqual(["i2", "i0"]);
  expect(itemsOf(newest, "purchase")).toEqual([]);
});

it("events are shown without their metadata, with a value and a request if they have one", () => {
  const newest = new NewestEvents();
  newest.add({ ...event("rating", 5), value: 4, request_id: "r" });
  const shown = { type: "rating", user_id: "ann", item_id: "i5", time: 5, received: 5 };
  expect(newest.of(null, 1)).toEqual([{ ...shown, value: 4, request_id: "r" }]);
});

it("a frequent type does not push out a rare one, and each type keeps its last events", () => {
  const newest = new NewestEvents();
  newest.add(event("purchase", 0));
  for (let at = 1; at <= 5 * MAX_NEWEST; at++) newest.add(event("view", at));
  expect(itemsOf(newest, "purchase")).toEqual(["i0"]);
  const views = itemsOf(newest, "view", 1_000);
  expect([views.length, views[0], views.at(-1)]).toEqual([
    MAX_NEWEST,
    `i${5 * MAX_NEWEST}`,
    `i${4 * MAX_NEWEST + 1}`,
  ]);
});

it("the type that was quiet longest is forgotten when there are too many", () => {
  const newest = new NewestEvents();
  for (let at = 0; at < MAX_NEWEST_TYPES; at++) newest.add(event(`t${at}`, at));
  newest.add(event("t0", 100));
  newest.add(event("new", 101));
  expect([itemsOf(newest, "t0").length, itemsOf(newest, "t1").length]).toEqual([2, 0]);
});

it("events of a person who is erased are gone", () => {
  const newest = new NewestEvents();
  newest.add(event("view", 1, "ann"));
  newest.add(event("view", 2, "bob"));
  newest.keepOnly(({ user_id }) => user_id !== "ann");
  expect(itemsOf(newest, null)).toEqual(["i2"]);
});
