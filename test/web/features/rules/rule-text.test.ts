import { describe, expect, it } from "vitest";
import { changedPlaces, movesOf } from "#web/features/rules/moves.ts";
import {
  faultIn,
  propertyText,
  type RuleFields,
  ruleText,
  valueKind,
} from "#web/features/rules/rule-text.ts";

const fields = (part: Partial<RuleFields>): RuleFields => ({
  ...{ kind: "filter", property: "price", values: "number", test: "less", value: "20" },
  ...{ factor: "1.5", position: "1", most: "2" },
  ...part,
});

describe("the text of a form", () => {
  it.each<[string, Partial<RuleFields>]>([
    ["item.price < 20", {}],
    ['item.price < "cheap"', { value: "cheap" }],
    ["item.in_stock == true", { property: "in_stock", values: "flag", test: "equal", value: "true" }],
    ['item.zip == "01234"', { property: "zip", values: "text", test: "equal", value: "01234" }],
    ['item.brand != "a \\"b\\""', { property: "brand", values: "text", test: "different", value: 'a "b"' }],
    ['item.at > date("2026-01-31")', { property: "at", values: "date", test: "more", value: "2026-01-31" }],
    ['item["Release date"] != null', { property: "Release date", test: "known", value: "" }],
    ["multiply 1.5 where item.price < 20", { kind: "boost" }],
    ["pin item.price < 20 at 1", { kind: "pin" }],
    ["at most 2 per item.brand", { kind: "cap", property: "brand", value: "" }],
  ])("is %s", (text, part) => expect(ruleText(fields(part))).toBe(text));

  it.each<Partial<RuleFields>>([
    { property: "" },
    { value: " " },
    { kind: "boost", factor: "" },
    { kind: "pin", position: "" },
    { kind: "cap", most: "" },
  ])("is missing while %o is", (part) => expect(ruleText(fields(part))).toBeNull());

  it("keeps names of other scripts", () => expect(propertyText("価格")).toBe("item.価格"));
});

it.each([
  [["true", "false"], "flag"],
  [["1", "-2.5"], "number"],
  [["2026-01-31", "2026-02-01T10:00"], "date"],
  [["1", "a"], "text"],
  [[], "text"],
  [null, "text"],
] as const)("takes values %j as %s", (samples, kind) => expect(valueKind(samples)).toBe(kind));

describe("the place of a fault", () => {
  it("is in the named line", () => {
    expect(faultIn("item.a\nand item.prise < 5", 'Line 2, column 10: no "prise".')).toEqual({
      line: "and item.prise < 5",
      before: 9,
      message: 'no "prise".',
    });
  });

  it("is unknown in other messages", () => {
    expect(faultIn("x", "This field may not be blank.")).toBeNull();
    expect(faultIn("x", "Line 5, column 1: past the end")).toBeNull();
  });
});

describe("moves", () => {
  it("says how many places each item rose", () => {
    expect(movesOf(["a", "b", "c"], ["c", "a", "d"])).toEqual([
      { itemId: "c", up: 2 },
      { itemId: "a", up: -1 },
      { itemId: "d", up: null },
    ]);
    expect(changedPlaces(["a", "b"], ["a"])).toBe(1);
    expect(changedPlaces(["a"], ["a"])).toBe(0);
  });
});
