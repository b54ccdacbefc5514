import { expect, it } from "vitest";
import { sharedOf } from "#services/models/list-overlap.ts";

const list = (...ids: string[]) => ids;

it("counts the items that two lists share, wherever they stand", () => {
  const pairs = [
    [list("a", "b", "c"), list("c", "b", "a")],
    [list("a", "b", "c"), list("a", "x", "y")],
    [list("a", "b"), list("x", "y", "z")],
  ] as const;
  const found = sharedOf(pairs, 5);
  expect(found.shared_counts).toEqual([1, 1, 0, 1, 0, 0]);
  expect(found.mean_shared).toBeCloseTo(4 / 3, 12);
  // The standard deviation of 3, 1, 0 is √(7/3), of their mean √(7/9).
  const error = 1.96 * Math.sqrt(7 / 9);
  expect(found.interval?.low).toBe(0);
  expect(found.interval?.high).toBeCloseTo(4 / 3 + error, 12);
});

it("has no interval for one person, and no mean for nobody", () => {
  expect(sharedOf([[list("a"), list("a")]], 1)).toEqual({
    mean_shared: 1,
    interval: null,
    shared_counts: [0, 1],
  });
  expect(sharedOf([], 2)).toEqual({ mean_shared: null, interval: null, shared_counts: [0, 0, 0] });
});
