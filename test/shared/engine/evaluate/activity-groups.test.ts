import { describe, expect, it } from "vitest";
import { activityGroups } from "#engine/evaluate/activity-groups.ts";

const groupsOf = (sizes: readonly number[]) =>
  activityGroups(Uint32Array.from(sizes), { "hit@10": Float32Array.from(sizes, (size) => size / 64) });

describe("activityGroups", () => {
  it("cuts the measured users in thirds, with the bounds and the means of each", () =>
    expect(groupsOf([8, 1, 40, 2, 4, 16])).toEqual([
      { name: "few", from: 1, to: 2, users: 2, metrics: { "hit@10": 1.5 / 64 } },
      { name: "middle", from: 4, to: 8, users: 2, metrics: { "hit@10": 6 / 64 } },
      { name: "many", from: 16, to: 40, users: 2, metrics: { "hit@10": 28 / 64 } },
    ]));

  it("never parts equal users, and leaves empty groups out", () => {
    expect(groupsOf([1, 1, 1, 1, 1, 3]).map(({ name, users }) => [name, users])).toEqual([
      ["few", 5],
      ["many", 1],
    ]);
    expect(groupsOf([2, 2]).map(({ name, users }) => [name, users])).toEqual([["few", 2]]);
    expect(groupsOf([])).toEqual([]);
  });

  it("counts users without items among those with few", () =>
    expect(groupsOf([0, 0, 5, 9])[0]).toMatchObject({ name: "few", from: 0, to: 0, users: 2 }));
});
