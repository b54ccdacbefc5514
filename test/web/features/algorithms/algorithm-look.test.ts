import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ALGORITHM_NAMES, BASELINE, DEFAULT_STUDY_ALGORITHMS } from "#contract/algorithms.ts";
import {
  algorithmAbout,
  algorithmSeries,
  algorithmShape,
  algorithmTitle,
  paramTitle,
} from "../../../../web/features/algorithms/algorithm-look.ts";

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

  it("gives each algorithm a colour of its own, which the style sheet has once", () => {
    const tokens = readFileSync("web/styles/tokens.css", "utf8");
    const colours = ALGORITHM_NAMES.map((name) => {
      const [, colour] = new RegExp(`--color-${algorithmSeries(name)}: (.*);`).exec(tokens) ?? [];
      expect(colour, name).toBeDefined();
      return colour;
    });
    expect(new Set(colours).size).toBe(ALGORITHM_NAMES.length);
  });

  it("has a colour for an unknown algorithm", () => {
    expect(algorithmSeries("SomethingNew")).toBe(algorithmSeries(null));
  });
});

describe("paramTitle", () => {
  it("drops the algorithm's prefix", () => {
    expect(paramTitle("IALS.n_components", "IALS")).toBe("n_components");
    expect(paramTitle("top_k", "CosineKNN")).toBe("top_k");
  });
});

it("gives the algorithms of a usual study different shapes, and popularity a ring", () => {
  const shapes = DEFAULT_STUDY_ALGORITHMS.map((name) => algorithmShape(name));
  expect(new Set(shapes).size).toBe(shapes.length);
  expect([algorithmShape(BASELINE), algorithmShape(null)]).toEqual(["ring", "ring"]);
});
