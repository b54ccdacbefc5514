import { describe, expect, it } from "vitest";
import { createEarlyStopping } from "#engine/tune/pruner/early-stopping.ts";

/** The epoch after which it stops, from 1; 0 if it never does. */
function stopOf(patience: number, values: number[]): number {
  const stopping = createEarlyStopping(patience);
  return values.findIndex((value) => stopping.observe(value).shouldStop) + 1;
}

describe("createEarlyStopping", () => {
  it.each<[string, number, number[], number]>([
    ["keeps on while values rise", 1, [0.1, 0.2, 0.3], 0],
    ["stops at the third epoch in a row that is no better", 3, [0.1, 0.5, 0.4, 0.45, 0.49, 0.9], 5],
    ["starts counting again after a better epoch", 2, [0.5, 0.4, 0.6, 0.5, 0.5], 5],
    ["takes an equal value for no better", 2, [0.5, 0.5, 0.5], 3],
    ["takes what is no number for no better", 2, [Number.NaN, Number.NaN], 2],
  ])("%s", (_what, patience, values, expected) => {
    expect(stopOf(patience, values)).toBe(expected);
  });

  it("says which epoch is the best so far", () => {
    const stopping = createEarlyStopping(9);
    expect([0.2, 0.1, 0.3, 0.3].map((value) => stopping.observe(value).isBest)).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
