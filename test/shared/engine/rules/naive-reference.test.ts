/** Filters, boosts, exclusions and the ranking equal a naive reference on random catalogues and rules. */
import { describe, expect, it } from "vitest";
import { hasBit } from "#engine/catalogue/bitmap.ts";
import { buildCatalogue, rowsOf } from "#engine/catalogue/catalogue.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { createRandom, type Random } from "#engine/random.ts";
import { topKInto } from "#engine/rank/top-k.ts";
import { adjustScores } from "#engine/rules/adjust-scores.ts";
import { applyRules } from "#engine/rules/apply-rules.ts";
import { compileRule } from "#engine/rules/compile-rule.ts";
import { casesOf } from "../../../setup/random-cases.ts";
import { type Amount, type Condition, RuleMaker } from "./random-rules.ts";
import { randomWorld, type World } from "./random-world.ts";

const CASES = casesOf(10_000);
const BATCH = 500;

interface Boost {
  readonly operation: "multiply" | "add";
  readonly amount: Amount;
  readonly where: Condition | null;
}

interface Case {
  readonly world: World;
  readonly filters: readonly Condition[];
  readonly boosts: readonly Boost[];
  readonly excluded: ReadonlySet<string>;
  readonly scores: readonly number[];
}

function randomCase(random: Random): Case {
  const world = randomWorld(random);
  const maker = new RuleMaker(random, world.request);
  return {
    world,
    filters: Array.from({ length: random.below(3) }, () => maker.condition(3)),
    boosts: Array.from({ length: random.below(3) }, () => ({
      operation: random.below(2) === 0 ? "multiply" : "add",
      amount: maker.amount(3),
      where: random.below(2) === 0 ? null : maker.condition(2),
    })),
    excluded: new Set(world.items.map(({ itemId }) => itemId).filter(() => random.below(5) === 0)),
    scores: world.items.map(() => Math.fround(random.next() * 4 - 1)),
  };
}

function textOf({ operation, amount, where }: Boost): string {
  return `${operation} ${amount.text}${where ? ` where ${where.text}` : ""}`;
}

/** The whole list, best first, as the engine makes it. */
function engineList({ world, filters, boosts, excluded, scores }: Case): string[] {
  const { catalogue, dropped } = buildCatalogue(world.items, world.schema);
  if (dropped.size > 0) throw new Error(`Columns were dropped: ${[...dropped.keys()].join(", ")}`);
  const texts = [...filters.map(({ text }) => text), ...boosts.map(textOf)];
  const rules = texts.map((text) => compileRule(text, world.schema));
  const ids = new IdMapBuilder();
  for (const { itemId } of world.items) ids.intern(itemId);
  const items = ids.finish();
  const adjusted = Float32Array.from(scores);
  // Twice: the second time takes the bitmaps that the first one kept.
  applyRules(rules, catalogue, world.request);
  adjustScores(adjusted, rowsOf(catalogue, items), applyRules(rules, catalogue, world.request));
  for (const itemId of excluded) adjusted[items.indexOf(itemId)] = Number.NEGATIVE_INFINITY;
  const best = new Uint32Array(adjusted.length);
  return [...best.subarray(0, topKInto(adjusted, best.length, best))].map((index) => items.idAt(index));
}

/** The same list, item by item. */
function naiveList({ world, filters, boosts, excluded, scores }: Case): string[] {
  const scored = world.plain.flatMap((item, at) => {
    const isLeftOut = item.isHidden || excluded.has(item.itemId);
    if (isLeftOut || !filters.every((filter) => filter.of(item))) return [];
    let factor = 1;
    let addend = 0;
    for (const { operation, amount, where } of boosts) {
      const value = amount.of(item);
      if (Number.isNaN(value) || (where && !where.of(item))) continue;
      if (operation === "multiply") factor *= Math.max(0, value);
      else addend += value;
    }
    const score = scores[at] as number;
    const lifted = factor === 0 ? -1e30 : score >= 0 ? score * factor : score / factor;
    return [{ itemId: item.itemId, score: Math.fround(lifted + addend), at }];
  });
  return scored.sort((a, b) => b.score - a.score || a.at - b.at).map(({ itemId }) => itemId);
}

describe("rules", () => {
  it.each(Array.from({ length: CASES / BATCH }, (_, batch) => batch))(
    "filter, boost and exclude as a naive interpreter does, batch %i",
    (batch) => {
      const random = createRandom(1000 + batch);
      const wrong: object[] = [];
      for (let at = 0; at < BATCH; at++) {
        const one = randomCase(random);
        const [found, wanted] = [engineList(one), naiveList(one)];
        const rules = [...one.filters.map(({ text }) => text), ...one.boosts.map(textOf)];
        if (found.join("\n") !== wanted.join("\n")) wrong.push({ rules, found, wanted });
      }
      expect(wrong).toEqual([]);
    },
  );

  it("pass some items and leave out others in the random cases", () => {
    const random = createRandom(7);
    let [passed, kept] = [0, 0];
    for (let at = 0; at < 200; at++) {
      const { world, filters } = randomCase(random);
      const rules = filters.map(({ text }) => compileRule(text, world.schema, "filter"));
      const { catalogue } = buildCatalogue(world.items, world.schema);
      const { allowed } = applyRules(rules, catalogue, world.request);
      for (let row = 0; row < world.items.length; row++) {
        if (hasBit(allowed, row)) passed++;
        else kept++;
      }
    }
    expect(passed).toBeGreaterThan(1000);
    expect(kept).toBeGreaterThan(1000);
  });
});
