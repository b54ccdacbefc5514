import { describe, expect, it } from "vitest";
import type { ColumnSchema } from "#engine/catalogue/column.ts";
import { compileRule } from "#engine/rules/compile-rule.ts";
import { RuleError } from "#engine/rules/rule-error.ts";

const SCHEMA: readonly ColumnSchema[] = [
  { name: "price", type: "number" },
  { name: "brand", type: "string" },
  { name: "genres", type: "tags" },
  { name: "shelf", type: "category" },
  { name: "released", type: "date" },
  { name: "on_sale", type: "boolean" },
  { name: "blurb", type: "text" },
  { name: "Release date", type: "date" },
];

function errorOf(text: string): RuleError {
  try {
    compileRule(text, SCHEMA);
  } catch (error) {
    if (error instanceof RuleError) return error;
    throw error;
  }
  throw new Error(`"${text}" compiles.`);
}

describe("a rule with a fault", () => {
  it.each<[text: string, place: string, hint: Partial<Pick<RuleError, "expected" | "suggestion">>]>([
    ["item.pric < 3", "1:6", { suggestion: "item.price" }],
    ["item.Brand == 'x'", "1:6", { suggestion: "item.brand" }],
    ["item.Release_date > now()", "1:6", { suggestion: 'item["Release date"]' }],
    ["price < 3", "1:1", { suggestion: 'item.price, or "price" in quotes' }],
    ["items.price < 3", "1:1", { suggestion: "item" }],
    ["item.price = 3", "1:12", { suggestion: '"=="' }],
    ["item.on_sale && true", "1:14", { suggestion: '"and"' }],
    ["item.on_sale || true", "1:14", { suggestion: '"or"' }],
    ["!item.on_sale", "1:1", { suggestion: '"not"' }],
    ["item.price === 3", "1:12", { suggestion: '"=="' }],
    ["item.price < '3'", "1:14", { expected: "a number", suggestion: "3" }],
    ["item.released > '2026-01-01'", "1:17", { suggestion: "date('2026-01-01')" }],
    ["item.released > now() - 30", "1:17", { suggestion: "days(30)" }],
    ["item.brand < 'b'", "1:1", { expected: "a number or a date" }],
    ["item.genres == 'jazz'", "1:1", { suggestion: 'item.genres contains "…"' }],
    ["item.brand in 'a'", "1:15", { suggestion: "['a']" }],
    ["item.brand in ('a', 'b')", "1:19", { expected: '")"' }],
    ["item.brand contains any ['a']", "1:1", { suggestion: '"contains"' }],
    ["item.genres contains ['a']", "1:22", { suggestion: '"contains any" or "contains all"' }],
    ["item.blurb contains 'a'", "1:1", { suggestion: "item.blurb != null" }],
    ["item.brand", "1:1", { suggestion: 'item.brand == "…"' }],
    ["dayz(3) == days(3)", "1:1", { suggestion: "days(30)" }],
    ["count('view', days(8)) > 1", "1:15", { suggestion: "days(7)" }],
    ["count('view', 7) > 1", "1:15", { expected: "a duration", suggestion: "days(7)" }],
    ["date('soon') < now()", "1:6", { expected: 'a date such as "2026-01-31" or "2026-01-31T12:00:00Z"' }],
    ["1 < item.price < 3", "1:16", { suggestion: 'two comparisons joined by "and"' }],
    ["item.on_sale and\n  item.prise > 1", "2:8", { suggestion: "item.price" }],
    ["item.on_sale and", "1:17", {}],
    ["", "1:1", {}],
    ["item.brand == 'a", "1:15", { expected: "a closing '" }],
    ["item.brand == 'a\\x'", "1:17", {}],
    ["item.price == 1.", "1:15", {}],
    ["null == null", "1:1", {}],
    ["pin item.on_sale", "1:17", {}],
    ["pin item.on_sale at 0", "1:21", {}],
    ["at most 2 per item.genres", "1:15", {}],
    ["at most 2 per user.brand", "1:15", { expected: "a property, such as item.brand" }],
    ["multiply item.on_sale", "1:10", { expected: "a number" }],
  ])("%j names the place and what was meant", (text, place, hint) => {
    const error = errorOf(text);
    expect(`${error.line}:${error.column}`).toBe(place);
    expect(error).toMatchObject(hint);
    expect(error.message).toContain(`Line ${error.line}, column ${error.column}: `);
  });

  it("names the kind that a field expects", () => {
    expect(() => compileRule("item.on_sale", SCHEMA, "boost")).toThrow(/This is a filter.*multiply 1.5/);
  });
});

describe("a rule without a fault", () => {
  it.each([
    'item["Release date"] < now()',
    "item.on_sale AND NOT item.price > 3",
    "item.price in [1, 2, user.budget,]",
    "item.shelf contains 'Books' or item.shelf in ['Toys']",
    "multiply 1 + 1 / (1 + (now() - item.released) / days(30)) where item.released != null",
    "add log(1 + count('view', days(7)))",
    "multiply if(item.price <= context.budget, 1.2, 1)",
    "pin item.id == 'a' at 3",
    "at most 2 per item.brand where not item.on_sale",
    "at most 1 where item.genres contains 'ad'",
    "user.premium and context.page == 'home' or item.brand == user.brand",
    "user.constructor == null or true",
  ])("compiles: %s", (text) => {
    expect(compileRule(text, SCHEMA).text).toBe(text);
  });

  it("knows no names of JavaScript", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      expect(errorOf(`item.${name} == null`).reason).toBe(`Items have no property "${name}"`);
      expect(errorOf(`${name}(1) == 1`).reason).toBe(`There is no function "${name}"`);
    }
  });
});
