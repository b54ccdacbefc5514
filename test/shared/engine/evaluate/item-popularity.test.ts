import { describe, expect, it } from "vitest";
import { itemPopularity } from "#engine/evaluate/item-popularity.ts";
import { matrixOf } from "../split/matrix-factory.ts";

describe("itemPopularity", () => {
  it("is counted once for a matrix, and again for another", () => {
    const seen = matrixOf([[0, 1], [1], [1, 2]], 3);
    const first = itemPopularity(seen);
    expect([...first.counts]).toEqual([1, 3, 1]);
    expect([...first.popular]).toEqual([1, 0, 2]);
    expect(itemPopularity(seen)).toBe(first);
    expect([...itemPopularity(matrixOf([[2]], 3)).popular]).toEqual([2, 0, 1]);
  });
});
