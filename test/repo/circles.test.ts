import { describe, expect, it } from "vitest";
import { circlesOf, importGraph } from "./import-graph.ts";

describe("source files and tests", () => {
  it("import each other in no circle, not for types either", () => {
    expect(importGraph.size).toBeGreaterThan(700);
    expect([...importGraph.values()].flat().length).toBeGreaterThan(2000);
    const circles = circlesOf(importGraph).map((group) => group.join(" "));
    expect(circles).toEqual([]);
  });
});

describe("circles", () => {
  it("are found, and files that only lead to a circle are not in it", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", ["a"]],
      ["d", []],
    ]);
    expect(circlesOf(graph)).toEqual([["a", "b", "c"]]);
  });
});
