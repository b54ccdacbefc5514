import { describe, expect, it } from "vitest";
import { hasBit } from "#engine/catalogue/bitmap.ts";
import { buildCatalogue } from "#engine/catalogue/catalogue.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { RefusedRule, RuleBook, type RulesAsked } from "#recommend/serving/rule-book.ts";
import type { SavedRule } from "#storage/routing-store.ts";

const { catalogue } = buildCatalogue([
  { itemId: "a", properties: { price: 10 } },
  { itemId: "b", properties: { price: 20 } },
  { itemId: "hidden", properties: { price: 1 }, isHidden: true },
]);

/** The items of a model: one of them is new to the catalogue. */
function items() {
  const ids = new IdMapBuilder();
  for (const id of ["new", "b", "hidden", "a"]) ids.intern(id);
  return ids.finish();
}

const NOW = 1_000;

function saved(rule: string, changes: Partial<SavedRule> = {}): SavedRule {
  return { id: 1, name: "r", rule, priority: 0, from: null, to: null, ...changes };
}

function scores(
  rules: readonly SavedRule[],
  asked: Partial<RulesAsked> = {},
  of: typeof catalogue | null = catalogue,
) {
  const request = { now: NOW, user: {}, context: {} };
  const { adjust, leftOut } = new RuleBook().rulesFor(items(), of, rules, { request, ...asked });
  const values = Float32Array.of(1, 2, 3, 4);
  adjust(values);
  return { values: [...values], leftOut };
}

const OUT = Number.NEGATIVE_INFINITY;

describe("the rule book", () => {
  it("leaves hidden items out, and knows items of the model that the catalogue lacks", () => {
    expect(scores([]).values).toEqual([1, 2, OUT, 4]);
    expect(scores([saved("item.price != null")]).values).toEqual([OUT, 2, OUT, 4]);
    expect(scores([saved("item.id in ['new', 'a']")]).values).toEqual([1, OUT, OUT, 4]);
  });

  it("joins saved rules with those of the request", () => {
    const asked = { filter: "item.price < 15", boosts: ["add 1"] };
    expect(scores([saved("multiply 3")], asked).values).toEqual([OUT, OUT, OUT, 13]);
  });

  it("takes saved rules from their start until before their end", () => {
    const double = (changes: Partial<SavedRule>) => scores([saved("multiply 2", changes)]).values[0];
    expect(double({ from: NOW })).toBe(2);
    expect(double({ from: NOW + 1 })).toBe(1);
    expect(double({ to: NOW })).toBe(1);
    expect(double({ to: NOW + 1 })).toBe(2);
  });

  it("orders pins by priority, then age", () => {
    const request = { now: NOW, user: {}, context: {} };
    const pins = [
      saved("pin item.id == 'a' at 1", { id: 1 }),
      saved("pin item.id == 'b' at 1", { id: 2, priority: 9 }),
      saved("pin item.id == 'new' at 1", { id: 3, priority: 9 }),
    ];
    const { applied } = new RuleBook().rulesFor(items(), catalogue, pins, { request });
    const rowOf = (row: number) => applied.pins.map(({ rows }) => hasBit(rows, row));
    // Rows of the catalogue: a, b, hidden, then new.
    expect(rowOf(1)).toEqual([true, false, false]);
    expect(rowOf(3)).toEqual([false, true, false]);
    expect(rowOf(0)).toEqual([false, false, true]);
  });

  it("leaves a saved rule out that does not fit the catalogue, and names it", () => {
    const { values, leftOut } = scores([saved("item.brand == 'x'", { name: "brand" }), saved("multiply 2")]);
    expect(values[0]).toBe(2);
    expect(leftOut).toEqual([{ name: "brand", reason: expect.stringContaining('no property "brand"') }]);
  });

  it("refuses a rule of the request with its field and place", () => {
    const attempt = (asked: Partial<RulesAsked>) => () => scores([], asked);
    expect(attempt({ filter: "item.prise < 3" })).toThrow(
      expect.objectContaining({
        field: "filter",
        message: expect.stringContaining("Did you mean item.price?"),
      }),
    );
    expect(attempt({ filter: "multiply 2" })).toThrow(/This is a boost/);
    expect(attempt({ boosts: ["multiply 2", "add"] })).toThrow(RefusedRule);
  });

  it("serves a project without metadata by ids", () => {
    expect(scores([], { filter: "item.id != 'b'" }, null).values).toEqual([1, OUT, 3, 4]);
  });
});
