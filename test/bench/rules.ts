/**
 * CPU time of rules over a catalogue of 40,000 items, and of its changes. Run: node test/bench/rules.ts
 *
 * "by the request" rules depend on the person, the context and the time in each clause, so that little is kept between requests. The clock
 * of the rules goes on for every request, or for every thousandth as in serving at a thousand requests a second.
 */
import { buildCatalogue, changeCatalogue } from "../../shared/engine/catalogue/catalogue.ts";
import { catalogueOf, catalogueSections } from "../../shared/engine/catalogue/catalogue-artifact.ts";
import { createRandom } from "../../shared/engine/random.ts";
import { applyRules } from "../../shared/engine/rules/apply-rules.ts";
import { compileRule } from "../../shared/engine/rules/compile-rule.ts";

const ITEM_COUNT = 40_000;
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 26);
const random = createRandom(1);

const items = Array.from({ length: ITEM_COUNT }, (_, at) => ({
  itemId: `item-${at}`,
  properties: {
    price: Math.round(random.next() * 10_000) / 100,
    brand: `brand ${random.below(500)}`,
    title: `Title of item ${at} ${random.below(1000)}`,
    genres: Array.from({ length: 1 + random.below(5) }, () => `genre ${random.below(100)}`),
    shelf: `Shelf ${random.below(20)} > Board ${random.below(10)}`,
    released: new Date(NOW - random.below(1000) * DAY).toISOString(),
    in_stock: random.below(5) > 0,
  },
  isHidden: random.below(100) === 0,
}));
const { catalogue } = buildCatalogue(items);

/** Mean CPU milliseconds of a call, once warm. */
function cpuMs(run: (round: number) => void, rounds = 1000): number {
  for (let round = 0; round < rounds / 4; round++) run(round);
  const start = process.cpuUsage();
  for (let round = 0; round < rounds; round++) run(rounds + round);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / rounds;
}

function print(name: string, ms: number): void {
  process.stdout.write(`${name.padEnd(72)} ${ms.toFixed(3)} ms\n`);
}

function benchRules(name: string, texts: readonly string[], requestsPerSecond = 1): void {
  const rules = texts.map((text) => compileRule(text, catalogue.schema));
  const counts = Float64Array.from(items, () => random.below(50));
  const ms = cpuMs((round) => {
    applyRules(rules, catalogue, {
      now: NOW + 1000 * Math.floor(round / requestsPerSecond),
      user: {
        budget: 50 + (round % 7),
        brand: `brand ${round % 500}`,
        likes: [`genre ${round % 100}`, "genre 3"],
      },
      context: { shelf: `Shelf ${round % 20}`, least: round % 5 },
      counts: () => counts,
    });
  });
  print(name, ms);
}

benchRules("filter, five clauses, the same for every request", [
  'item.in_stock and item.price < 60 and item.brand not in ["brand 1", "brand 2"] and item.genres contains "genre 3" and item.shelf contains "Shelf 4"',
]);
benchRules("filter, five clauses, usual mix", [
  'item.in_stock and item.price < user.budget and item.released > now() - days(400) and item.genres contains any user.likes and item.brand != "brand 7"',
]);
benchRules("filter, five clauses, each by the request", [
  "item.price < user.budget and item.released > now() - days(400) and item.genres contains any user.likes and item.shelf contains context.shelf and item.price >= context.least",
]);
benchRules("filter, five clauses, each a comparison of numbers by the request", [
  "item.price < user.budget and item.released > now() - days(400) and item.price > context.least and item.price != user.budget - 1 and item.released < now() - days(2)",
]);
benchRules("boost: multiply by a factor where a clause holds", ["multiply 1.5 where item.in_stock"]);
const computed = [
  "multiply 1 + 1 / (1 + (now() - item.released) / days(30))",
  'add count("view", days(7)) / 50',
];
benchRules("boost: computed by age and count, one request a second", computed);
benchRules("boost: computed by age and count, a thousand requests a second", computed, 1000);
benchRules("part of a title, another one each time it is compiled", ['item.title contains "item 39"']);

const text =
  'item.in_stock and item.price < user.budget and item.genres contains any ["a", "b"] and item.brand == "x" or item.price > 3';
print(
  "compile a filter of five clauses",
  cpuMs(() => compileRule(text, catalogue.schema), 5000),
);
const change = { itemId: "item-77", properties: items[77]?.properties ?? {} };
print(
  "change one item",
  cpuMs(() => changeCatalogue(catalogue, [change]), 100),
);
const sections = catalogueSections(catalogue);
const bytes = sections.reduce((sum, { data }) => sum + data.byteLength, 0);
print(
  `read the sections of ${(bytes / 1e6).toFixed(1)} MB`,
  cpuMs(() => catalogueOf(sections), 50),
);
print(
  "build from items",
  cpuMs(() => buildCatalogue(items), 8),
);
