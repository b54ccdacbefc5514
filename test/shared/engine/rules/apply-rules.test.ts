import { describe, expect, it } from "vitest";
import { countBits, hasBit } from "#engine/catalogue/bitmap.ts";
import { buildCatalogue, changeCatalogue } from "#engine/catalogue/catalogue.ts";
import { adjustScores } from "#engine/rules/adjust-scores.ts";
import { applyRules } from "#engine/rules/apply-rules.ts";
import { compileRule } from "#engine/rules/compile-rule.ts";
import type { RuleRequest } from "#engine/rules/rule-request.ts";

const SCHEMA = [
  { name: "price", type: "number" },
  { name: "brand", type: "string" },
] as const;
const DAY_MS = 86_400_000;
const REQUEST: RuleRequest = { now: 0, user: {}, context: {} };

const { catalogue } = buildCatalogue(
  [
    { itemId: "a", properties: { price: 10, brand: "acme" } },
    { itemId: "b", properties: { price: 20, brand: "bolt" } },
    { itemId: "c", properties: { brand: "acme" } },
    { itemId: "d", properties: { price: 5 }, isHidden: true },
  ],
  SCHEMA,
);

function apply(texts: readonly string[], request: Partial<RuleRequest> = {}, of = catalogue) {
  const rules = texts.map((text) => compileRule(text, SCHEMA));
  return applyRules(rules, of, { ...REQUEST, ...request });
}

function allowedIds(texts: readonly string[], request: Partial<RuleRequest> = {}, of = catalogue): string[] {
  const { allowed } = apply(texts, request, of);
  const ids = Array.from({ length: of.itemIds.size }, (_, row) => of.itemIds.idAt(row));
  return ids.filter((_, row) => hasBit(allowed, row));
}

describe("applyRules", () => {
  it("leaves hidden items out whatever the filters say", () => {
    expect(allowedIds([])).toEqual(["a", "b", "c"]);
    expect(allowedIds(["item.price < 30"])).toEqual(["a", "b"]);
  });

  it("takes an item without a value as failing every comparison, and their negations as true", () => {
    expect(allowedIds(["item.price != 10"])).toEqual(["b", "c"]);
    expect(allowedIds(["not item.price < 15"])).toEqual(["b", "c"]);
    expect(allowedIds(["item.price >= 15"])).toEqual(["b"]);
  });

  it("names values of the request that have another type, and takes them as no value", () => {
    const { unfit, allowed } = apply(["item.price < user.budget"], { user: { budget: "much" } });
    expect(unfit).toEqual([{ owner: "user", name: "budget", expected: "a number" }]);
    expect(countBits(allowed)).toBe(0);
    // Also the next time, when another request has had a good value.
    expect(apply(["item.price < user.budget"], { user: { budget: 15 } }).unfit).toEqual([]);
    expect(apply(["item.price < user.budget"], { user: { budget: "much" } }).unfit).toEqual(unfit);
  });

  it("computes amounts and conditions again when the clock, the counts or the user change, and not else", () => {
    const views = [Float64Array.of(1, 2, 3, 4), Float64Array.of(5, 6, 7, 8)];
    const rules = [
      'multiply 2 where item.brand == "acme"',
      'multiply 1 + (now() - date("1970-01-01")) / days(1) / item.price',
      'add count("view", days(7)) where item.price > 5',
      "add item.price * user.taste",
      "add 100",
      'item.price < 15 or now() > date("1970-02-20") or count("view", days(7)) > 6',
    ];
    const world = { now: 10 * DAY_MS, user: { taste: 1 }, counts: views[0] as Float64Array };
    const changes = [
      {},
      { now: 60 * DAY_MS },
      { counts: views[1] as Float64Array },
      { user: { taste: 3 } },
      {},
    ];
    const found = changes.map((change) => {
      const { now, user, counts } = { ...world, ...change };
      const { factors, addends, mostFactor, allowed } = apply(rules, { now, user, counts: () => counts });
      const at = [0, 1, 2, 3];
      return [
        at.map((row) => factors?.at(row)),
        at.map((row) => addends?.at(row)),
        mostFactor,
        countBits(allowed),
      ];
    });
    // Item c has no price: its factor by price has no value. d is hidden.
    expect(found).toEqual([
      [[4, 1.5, 2, 3], [111, 122, 100, 105], 6, 1],
      [[14, 4, 2, 13], [111, 122, 100, 105], 26, 3],
      [[4, 1.5, 2, 3], [115, 126, 100, 105], 6, 2],
      [[4, 1.5, 2, 3], [131, 162, 100, 115], 6, 1],
      [[4, 1.5, 2, 3], [111, 122, 100, 105], 6, 1],
    ]);
  });

  it("keeps a condition for the values of the request that it reads, and for no other ones", () => {
    const filter = ["item.price < user.budget and context.open"];
    const rows = (budget: unknown, open: unknown) =>
      allowedIds(filter, { user: { budget }, context: { open } });
    for (let round = 0; round < 2; round++) {
      expect([rows(15, true), rows(100, true), rows(15, false)]).toEqual([["a"], ["a", "b"], []]);
      expect([rows("15", true), rows(null, true)]).toEqual([["a"], []]);
    }
  });

  it("counts the events of each request", () => {
    const counted = (counts: number[]) =>
      allowedIds(['count("view", days(1)) > 2'], { counts: () => counts });
    expect([counted([3, 0, 0, 0]), counted([0, 3, 0, 0])]).toEqual([["a"], ["b"]]);
  });

  it("does not read inherited properties of a request", () => {
    const user = Object.create({ budget: 100 }) as Record<string, unknown>;
    expect(allowedIds(["item.price < user.budget"], { user })).toEqual([]);
  });

  it("multiplies boosts with one another and adds them to one another", () => {
    const { factors, addends } = apply([
      "multiply 2 where item.brand == 'acme'",
      "multiply item.price / 10",
      "add 3",
      "add -1 where item.price == null",
    ]);
    expect([0, 1, 2, 3].map((row) => factors?.at(row))).toEqual([2, 2, 2, 0.5]);
    expect([0, 1, 2, 3].map((row) => addends?.at(row))).toEqual([3, 3, 2, 3]);
    // The totals of all rows at once are the same.
    expect([...(factors?.all() ?? [])]).toEqual([2, 2, 2, 0.5]);
    expect([...(addends?.all() ?? [])]).toEqual([3, 3, 2, 3]);
  });

  it("works on another catalogue than the one it was compiled for", () => {
    const [, brand] = SCHEMA;
    const other = buildCatalogue([{ itemId: "x", properties: { brand: "acme" } }], [brand]).catalogue;
    expect(allowedIds(["item.price < 30"], {}, other)).toEqual([]);
    expect(allowedIds(["item.brand == 'acme'"], {}, other)).toEqual(["x"]);
  });

  it("sees a changed item at once, and the unchanged catalogue as before", () => {
    const changed = changeCatalogue(catalogue, [
      { itemId: "b", properties: { price: 1, brand: "new" } },
      { itemId: "e", properties: { price: 2, brand: "acme" } },
    ]).catalogue;
    expect(allowedIds(["item.price < 15"], {}, changed)).toEqual(["a", "b", "e"]);
    expect(allowedIds(["item.brand == 'acme'"], {}, changed)).toEqual(["a", "c", "e"]);
    expect(allowedIds(["item.price < 15"])).toEqual(["a"]);
  });
});

describe("adjustScores", () => {
  function adjusted(texts: readonly string[], scores: readonly number[]): number[] {
    const array = Float32Array.from(scores);
    adjustScores(
      array,
      Int32Array.from(scores, (_, row) => (row < 4 ? row : -1)),
      apply(texts),
    );
    return [...array];
  }

  it("lifts a negative score by a factor above 1, too", () => {
    expect(adjusted(["multiply 2"], [3, -3, 0, 9, 7])).toEqual([6, -1.5, 0, Number.NEGATIVE_INFINITY, 7]);
  });

  it("puts an item with the factor 0 last, and keeps it", () => {
    const [first, second] = adjusted(["multiply 0 where item.id == 'a'"], [3, -3, 0, 0]);
    expect(first).toBeLessThan(second as number);
    expect(first).toBeGreaterThan(Number.NEGATIVE_INFINITY);
  });

  it("keeps a score finite however large its boosts are", () => {
    const [score] = adjusted(["multiply 1e300", "multiply 1e300", "add 1e300"], [3, 3, 3, 3]);
    expect(Number.isFinite(score)).toBe(true);
  });
});
