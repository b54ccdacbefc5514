import { describe, expect, it } from "vitest";
import { explain, explainBySimilarity } from "#engine/serve/explain.ts";

const PROFILE = { indices: Uint32Array.of(2, 5, 7, 9), weights: Float32Array.of(1, 1, 1, 1) };

function modelOf(parts: readonly number[]) {
  return {
    contributionsInto(_profile: unknown, _item: number, out: Float64Array) {
      out.set(parts);
      return true;
    },
  };
}

describe("explain", () => {
  it("gives the interactions that contribute most, largest first, with shares of what speaks for the item", () => {
    expect(explain(modelOf([1, 3, -2, 0]), PROFILE, 0, 10)).toEqual([
      { itemIndex: 5, contribution: 3, share: 0.75 },
      { itemIndex: 2, contribution: 1, share: 0.25 },
      { itemIndex: 7, contribution: -2, share: 0 },
    ]);
  });

  it("gives no more than asked for, the lower item first among equals", () => {
    const reasons = explain(modelOf([2, 2, 2, 2]), PROFILE, 0, 2);
    expect(reasons?.map(({ itemIndex }) => itemIndex)).toEqual([2, 5]);
  });

  it("gives no shares when nothing speaks for the item", () => {
    expect(explain(modelOf([-1, 0, 0, 0]), PROFILE, 0, 5)).toEqual([
      { itemIndex: 2, contribution: -1, share: 0 },
    ]);
  });

  it("is null where a score is no sum over interactions", () => {
    expect(explain({}, PROFILE, 0, 5)).toBeNull();
    expect(explain({ contributionsInto: () => false }, PROFILE, 0, 5)).toBeNull();
  });
});

describe("explain by similarity", () => {
  const similar = (values: Readonly<Record<number, number>>) => ({
    itemCount: 10,
    similarItemsInto: (_item: number, out: Float32Array) => {
      for (const [item, value] of Object.entries(values)) out[Number(item)] = value;
    },
  });

  it("gives the user's items that are most similar, with shares of what is similar", () => {
    expect(explainBySimilarity(similar({ 2: 0.25, 3: 1, 7: 0.75, 9: -0.5 }), PROFILE, 0, 10)).toEqual([
      { itemIndex: 7, contribution: 0.75, share: 0.75 },
      { itemIndex: 2, contribution: 0.25, share: 0.25 },
    ]);
  });

  it("gives nothing where nothing of the user's is similar", () => {
    expect(explainBySimilarity(similar({ 3: 1, 5: -1 }), PROFILE, 0, 10)).toEqual([]);
  });
});
