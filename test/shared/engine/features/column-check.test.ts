import { describe, expect, it } from "vitest";
import type { FeatureColumn } from "../../../../shared/contract/feature-columns.ts";
import { ColumnCheck, misfitText } from "../../../../shared/engine/features/column-check.ts";

const misfit = (column: Omit<FeatureColumn, "name">, rows: readonly Record<string, unknown>[]) => {
  const check = new ColumnCheck([{ name: "c", ...column }]);
  for (const row of rows) {
    const found = check.check(row);
    if (found) return `${found.value} needs ${found.needs}`;
  }
  return null;
};
const cells = (...values: readonly unknown[]) => values.map((c) => ({ c }));

describe("the check of a chosen type", () => {
  it.each<[FeatureColumn["type"], readonly unknown[], unknown, string]>([
    ["number", [1, "2.5", "1e3", "", null], "dear", "dear needs a number"],
    ["number", ["007"], true, "true needs a number"],
    ["date", ["1995-01-01", "01-Jan-1995", 1700000000], "soon", "soon needs a date"],
    ["flag", [0, "1", true, "yes", "N"], "2", "2 needs 0 or 1, true or false"],
    ["geo", ["35.68,139.76", { lat: 1, lon: 2 }], "Tokyo", 'Tokyo needs a place, such as "35.68,139.76"'],
    ["vector", [[1, 2.5], "[3,4]"], [1, 2, 3], "[1,2,3] needs a vector of 2 numbers as other rows"],
    ["vector", [[1, 2.5]], [0, 0], "[0,0] needs a vector that has a direction"],
    ["vector", [[1, 2]], "abc", "abc needs a JSON list of numbers, or float32 numbers in base64"],
    ["vector", [], [1, "2"], '[1,"2"] needs a JSON list of numbers, or float32 numbers in base64'],
    ["tags", ["a|b", ["a", 1], 5], { a: 1 }, '{"a":1} needs a list of texts, or a text'],
    ["tags", [], [["a"]], '[["a"]] needs a list of texts, or a text'],
    ["title", ["a", 1, false], ["a"], '["a"] needs a text'],
    ["image", ["/a.png"], {}, "{} needs the address of a picture"],
  ])("of %s accepts %j and shows %j", (type, good, bad, expected) => {
    expect(misfit({ type }, cells(...good))).toBeNull();
    expect(misfit({ type }, cells(...good, bad))).toBe(expected);
  });

  it.each(["id", "ignored"] as const)("of %s accepts everything", (type) => {
    expect(misfit({ type }, cells({ a: 1 }, [1], "x", 5))).toBeNull();
  });

  it("names the column, the row and the value", () => {
    const found = new ColumnCheck([{ name: "price", type: "number" }]).check({ price: 'a "dear" one' });
    expect(found && misfitText(found, "line 5")).toBe(
      'The column "price" cannot be of the type number: line 5 has "a \\"dear\\" one", which is not a number.',
    );
  });

  it("needs both numbers of a place in two columns, or none", () => {
    const column = { type: "geo", longitude: "lon" } as const;
    expect(misfit(column, [{ c: 1, lon: "2" }, { c: "", lon: null }, {}])).toBeNull();
    expect(misfit(column, [{ c: 1, lon: "" }])).toContain('[1,""] needs a place');
    expect(misfit(column, [{ c: 100, lon: 2 }])).toContain("[100,2] needs a place");
  });
});
