import { describe, expect, it } from "vitest";
import { columnProblem } from "#contract/feature-columns.ts";

describe("a column's own fields", () => {
  it.each([
    [{ name: "a", type: "tags", separator: ";" }, null],
    [{ name: "a", type: "category", separator: "/" }, null],
    [{ name: "a", type: "geo", longitude: "b" }, null],
    [{ name: "a", type: "number", separator: ";" }, "number has no separator"],
    [{ name: "a", type: "title", longitude: "b" }, "title has no column of longitudes"],
    [{ name: "a", type: "geo", longitude: "a" }, "in another column"],
  ] as const)("%j", (column, problem) => {
    if (problem === null) expect(columnProblem(column)).toBeNull();
    else expect(columnProblem(column)).toContain(problem);
  });
});
