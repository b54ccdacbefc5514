import { describe, expect, it } from "vitest";
import { columnOf, featureColumns, mappingProblem, mappingsOf } from "#services/airec/mapping.ts";

const content = (schema: unknown) => ({
  type: "content" as const,
  mappings: mappingsOf(JSON.stringify(schema)) ?? [],
});
const interaction = (schema: unknown) => ({ ...content(schema), type: "interaction" as const });

describe("a mapping", () => {
  it("keeps its order, with one entry for each feature", () => {
    expect(mappingsOf('{"item_id":"film","feature_cols":["genre","plot"],"item_title":"name"}')).toEqual([
      { key: "item_id", column: "film" },
      { key: "feature_col", column: "genre" },
      { key: "feature_col", column: "plot" },
      { key: "item_title", column: "name" },
    ]);
  });

  it.each(["{nope", "[]", '["film"]', "null", "3", '"text"', ""])("is none in %j", (text) => {
    expect(mappingsOf(text)).toBeNull();
  });

  it("takes a text for a list of one feature, and each feature once", () => {
    expect(featureColumns(content({ feature_cols: "genre" }))).toEqual(["genre"]);
    expect(featureColumns(content({ feature_cols: ["a", "b", "a"] }))).toEqual(["a", "b"]);
  });

  it("leaves out what names no column", () => {
    const file = content({ item_id: 7, item_title: null, feature_cols: ["a", 3, ""], rating: "" });
    expect(file.mappings).toEqual([{ key: "feature_col", column: "a" }]);
    expect(columnOf(file, "item_id")).toBeNull();
  });

  it.each([
    [content({ item_id: "i", item_title: "t", feature_cols: ["f"] }), null],
    [content({ item_id: "i", feature_cols: ["f"] }), "no item_title"],
    [content({ item_title: "t", feature_cols: ["f"] }), "no item_id"],
    [content({ item_id: "i", item_title: "t" }), "no feature_cols"],
    [interaction({ user_id: "u", item_id: "i" }), null],
    [interaction({ user_id: "u", item_id: "i", rating: "r" }), null],
    [interaction({ item_id: "i" }), "no user_id"],
    [interaction({ user_id: "u", item_id: "u" }), "two meanings"],
    [interaction({ user_id: "u", item_id: "i", rating: "i" }), "two meanings"],
    [interaction({ user_id: "u".repeat(300), item_id: "i" }), "more than 256"],
  ])("%j has the problem %j", (file, problem) => {
    if (problem === null) expect(mappingProblem(file)).toBeNull();
    else expect(mappingProblem(file)).toContain(problem);
  });
});
