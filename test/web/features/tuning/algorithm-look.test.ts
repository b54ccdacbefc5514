import { describe, expect, it } from "vitest";
import { ALGORITHM_NAMES, DEFAULT_STUDY_ALGORITHMS } from "#contract/algorithms.ts";
import {
  algorithmAbout,
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

describe("algorithmAbout", () => {
  it.each([...ALGORITHM_NAMES])("says in plain words what %s does", (name) =>
    expect(algorithmAbout(name)).toMatch(/\.$/),
  );
});

describe("algorithmSeries", () => {
  it("gives popularity a colour that no other has", () => {
    const others = ALGORITHM_NAMES.filter((name) => name !== "TopPop").map(algorithmSeries);
    expect(others).not.toContain(algorithmSeries("TopPop"));
  });

  it("tells apart what every study tries", () => {
    const colours = DEFAULT_STUDY_ALGORITHMS.map(algorithmSeries);
    expect(new Set(colours).size).toBe(DEFAULT_STUDY_ALGORITHMS.length);
  });

  it("has a colour for what it does not know", () => {
    expect(algorithmSeries("SomethingNew")).toBe(algorithmSeries(null));
  });
});

describe("paramTitle", () => {
  it("drops the algorithm's prefix", () => {
    expect(paramTitle("IALS.n_components", "IALS")).toBe("n_components");
    expect(paramTitle("top_k", "CosineKNN")).toBe("top_k");
  });
});
