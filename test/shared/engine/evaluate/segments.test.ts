import { describe, expect, it } from "vitest";
import { segmentsOf } from "#engine/evaluate/segments.ts";
import { matrixOf } from "../algorithms/fit-fixture.ts";

/** Items with 4, 3, 2, 1 and no interactions. */
const seen = matrixOf([
  [1, 1, 1, 1, 0],
  [1, 1, 1, 0, 0],
  [1, 1, 0, 0, 0],
  [1, 0, 0, 0, 0],
]);

describe("the head of a catalogue", () => {
  it.each([
    [0, 0],
    [0.4, 1],
    [0.41, 2],
    [0.7, 2],
    [0.8, 3],
    [1, 4],
  ])("with %d of the interactions has as few items as make them: %d", (headInteractions, headItems) => {
    const found = segmentsOf(seen, { headInteractions });
    expect([found.headItems, found.tailItems]).toEqual([headItems, 4 - headItems]);
    expect([...found.isHead]).toEqual([0, 1, 2, 3, 4].map((item) => (item < headItems ? 1 : 0)));
  });

  it("is a share of the seen items where that is asked", () =>
    expect(segmentsOf(seen, { headShare: 0.5 })).toMatchObject({ headItems: 2, tailItems: 2 }));

  it("refuses a share that is none", () =>
    expect(() => segmentsOf(seen, { headInteractions: 1.5 })).toThrow("The head's share of interactions"));
});
