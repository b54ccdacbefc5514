import { describe, expect, it } from "vitest";
import { splitDataset } from "#engine/split/split-dataset.ts";
import {
  heldOutProblem,
  usualPercent,
  usualSplit,
} from "../../../../web/features/measuring/held-out-share.ts";
import { matrixOf } from "../../../shared/engine/split/matrix-factory.ts";

/** Users with the given number of interactions each. */
function countsOf(...perUser: number[]) {
  const sorted = perUser.toSorted((a, b) => a - b);
  const interactions = perUser.reduce((sum, count) => sum + count, 0);
  return {
    interactions,
    interactions_per_user: {
      min: sorted[0] ?? 0,
      median: sorted[Math.floor(sorted.length / 2)] ?? 0,
      mean: interactions / perUser.length,
      max: sorted.at(-1) ?? 0,
    },
  };
}

/** Whether the engine itself can split one user's interactions. */
function engineSplits(count: number, percent: number, scheme: "RG" | "TG"): boolean {
  const userItems = matrixOf([Array.from({ length: count }, (_, item) => item)], count);
  const times = Float64Array.from({ length: count }, (_, at) => 1_000 + at);
  const whole = { n_heldout: null, test_user_ratio: 1, n_test_users: null };
  try {
    splitDataset({ userItems, times }, { scheme, heldout_ratio: percent / 100, ...whole }, 1);
    return true;
  } catch {
    return false;
  }
}

describe("heldOutProblem", () => {
  it.each(["RG", "TG"] as const)(
    "refuses what the engine's split %s cannot do, and nothing else",
    (scheme) => {
      for (let count = 1; count <= 25; count++) {
        for (const percent of [1, 5, 10, 20, 29, 34, 50, 60]) {
          const isRefused = heldOutProblem(countsOf(count), scheme, percent) !== null;
          expect([count, percent, isRefused]).toEqual([
            count,
            percent,
            !engineSplits(count, percent, scheme),
          ]);
        }
      }
    },
  );

  it("names the share that is enough, or the data that it takes", () => {
    expect(heldOutProblem(countsOf(6, 6, 6), "RG", 10)).toBe(
      "Nobody has more than 6 interactions, so 10% sets too few aside for testing. Enter at least 20.",
    );
    expect(heldOutProblem(countsOf(1, 2), "RG", 50)).toMatch(/at least 3 interactions of one person\.$/);
  });
});

describe("usualPercent", () => {
  it.each([
    [[40, 30, 20], 10],
    [[6, 6, 6, 6, 6, 6], 20],
    [[2, 5, 5], 30],
    [[1, 1, 1, 40], 10],
    [[3, 3, 3], 50],
    [[1, 1], 10],
  ])("of people with %j interactions is %i", (perUser, percent) => {
    expect(usualPercent(countsOf(...perUser))).toBe(percent);
  });

  it("is a tenth while nothing is known, of what was last where there are times", () => {
    expect(usualSplit(true, null)).toEqual({ scheme: "TU", heldout_ratio: 0.1 });
  });
});
