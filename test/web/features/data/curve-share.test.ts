import { describe, expect, it } from "vitest";
import { ownerText, shareAt, toldRatio } from "../../../../web/features/data/curve-share.ts";

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

describe("the sentence about the curve", () => {
  it.each([
    [0.1, 3, "The most popular item holds"],
    [0.7, 3, "The 2 most popular of 3 items hold"],
    [1, 3, "The 3 most popular of 3 items hold"],
    [0.1, 1682, "The top 10% of items hold"],
  ])("is whole items where there are few: %d of %i", (ratio, items, text) => {
    expect(ownerText(toldRatio(ratio, items), items)).toBe(text);
  });

  it("is never less than one item", () => expect(toldRatio(0.01, 3)).toBeCloseTo(1 / 3));
});
