import { describe, expect, it } from "vitest";
import { shareAt } from "../../../../web/features/data/curve-share.ts";

describe("shareAt", () => {
  const curve = [0.4, 0.7, 0.9, 1];
  it.each([
    [0.25, 0.4],
    [0.5, 0.7],
    [0.375, 0.55],
    [1, 1],
    [0.1, 0.16],
  ])("the top %d holds %d", (ratio, share) => expect(shareAt(curve, ratio)).toBeCloseTo(share));

  it("is nothing where there is no curve", () => expect(shareAt([], 0.5)).toBe(0));
});
