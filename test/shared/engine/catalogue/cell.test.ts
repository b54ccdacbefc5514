import { describe, expect, it } from "vitest";
import { parseCell, WRONG_CELL } from "#engine/catalogue/cell.ts";

describe("a cell", () => {
  it.each(["constructor", "__proto__", "valueof", "tostring", "yes", "2", [], {}])(
    "of true or false is not %j",
    (value) => expect(parseCell({ name: "on", type: "boolean" }, value)).toBe(WRONG_CELL),
  );

  it.each([
    ["1", true],
    [" True ", true],
    ["0", false],
    [false, false],
  ])("of true or false takes %j", (value, truth) =>
    expect(parseCell({ name: "on", type: "boolean" }, value)).toBe(truth),
  );

  it.each(["0x10", "0b1", "1e309", "NaN", "５", "1_000"])("of numbers is not %j", (value) =>
    expect(parseCell({ name: "n", type: "number" }, value)).toBe(WRONG_CELL),
  );
});
