import { describe, expect, it } from "vitest";
import { closestItems, commonUsers } from "#jobs/event-shard/items-together.ts";

describe("commonUsers", () => {
  it("adds users of objects up, as many as if all had been read, and has the items with most of them", () => {
    const parts = [
      { users: 400, read: 200, common: [{ itemId: "b", users: 50 }] },
      {
        ...{ users: 100, read: 100 },
        common: [
          { itemId: "a", users: 1 },
          { itemId: "b", users: 10 },
          { itemId: "c", users: 100 },
        ],
      },
      { users: 0, read: 0, common: [] },
    ];
    expect([...commonUsers(parts, 2)]).toEqual([
      ["b", 110],
      ["c", 100],
    ]);
    expect([...commonUsers([], 2)]).toEqual([]);
  });
});

describe("closestItems", () => {
  it("orders by the cosine of the sets of users", () => {
    const common = new Map([
      ["b", 110],
      ["c", 100],
    ]);
    expect(closestItems(500, common, [400, 100])).toEqual([
      { itemId: "c", score: expect.closeTo(100 / Math.sqrt(500 * 100), 12) },
      { itemId: "b", score: expect.closeTo(110 / Math.sqrt(500 * 400), 12) },
    ]);
  });

  it("has the first id of equals first, and no score above 1", () => {
    const common = new Map([
      ["d", 3],
      ["b", 3],
    ]);
    expect(closestItems(3, common, [2, 2])).toEqual([
      { itemId: "b", score: 1 },
      { itemId: "d", score: 1 },
    ]);
  });
});
