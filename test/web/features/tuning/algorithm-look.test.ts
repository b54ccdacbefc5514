import { describe, expect, it } from "vitest";
import { ALGORITHM_NAMES } from "#contract/algorithms.ts";
import {
  algorithmSeries,
  algorithmTitle,
  paramTitle,
} from "../../../../web/features/tuning/algorithm-look.ts";

describe("algorithmTitle", () => {
  it.each([
    ["IALSRecommender", "iALS"],
    ["TopPop", "Popularity"],
    ["SomethingNew", "SomethingNew"],
    [null, "not chosen yet"],
  ])("calls %s %s", (name, title) => expect(algorithmTitle(name)).toBe(title));
});

describe("algorithmSeries", () => {
  it("gives every algorithm a colour, and popularity its own", () => {
    for (const name of ALGORITHM_NAMES) {
      expect(algorithmSeries(name)).toBeGreaterThanOrEqual(1);
      if (name !== "TopPop") expect(algorithmSeries(name)).toBeLessThan(algorithmSeries("TopPop"));
    }
  });
});

describe("paramTitle", () => {
  it("drops the algorithm's prefix", () => {
    expect(paramTitle("IALS.n_components", "IALS")).toBe("n_components");
    expect(paramTitle("top_k", "CosineKNN")).toBe("top_k");
  });
});
