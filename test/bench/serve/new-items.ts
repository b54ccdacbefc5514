/**
 * `node test/bench/serve/new-items.ts [--items 40000] [--new 1000] [--properties 100]`: what new items add to each list of a model with
 * features, in milliseconds of processor, and what it costs to encode them once: as they are, and with this number of properties.
 */
import { parseArgs } from "node:util";
import { algorithmOf } from "#engine/algorithms/registry.ts";
import { countUsers } from "#engine/data/count-users.ts";
import { IdMapBuilder } from "#engine/data/id-map.ts";
import { transpose } from "#engine/data/transpose.ts";
import type { FeatureRow } from "#engine/features/feature-row.ts";
import { encodeRow } from "#engine/features/feature-space.ts";
import { encodeTable, sideFeaturesOf } from "#engine/features/feature-tables.ts";
import { createRandom } from "#engine/random.ts";
import { popularFirst } from "#engine/rank/popular-first.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import { recommend } from "#engine/serve/recommend.ts";
import { withNewItems } from "#engine/serve/with-new-items.ts";
import { loadWasmKernels } from "../../shared/engine/kernels/load-kernels.ts";
import { madeDataset, userName } from "./made-world.ts";

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "40000" },
    new: { type: "string", default: "1000" },
    properties: { type: "string", default: "100" },
  },
});
const [itemCount, newCount] = [Number(values.items), Number(values.new)];
const ROUNDS = 300;

const random = createRandom(7);
const pick = (count: number) => Math.floor(random.next() * count);
const rowOf = () => ({
  tags: Array.from({ length: 12 }, () => `t${pick(300)}`),
  genre: `g${pick(40)}`,
  year: 1950 + pick(70),
});
const dataset = await madeDataset(itemCount);
const { users, items, userItems } = dataset;
const rows = Array.from({ length: items.size }, rowOf);
const table = encodeTable({
  columns: [
    { name: "tags", type: "tags" },
    { name: "genre", type: "category" },
    { name: "year", type: "number" },
  ],
  ...{ rows: () => rows, ids: items, findRow: (id: string) => rows[items.indexOf(id)] ?? null },
});
const features = sideFeaturesOf({ items: table, users: null });
const input = { userItems, itemUsers: transpose(userItems), features, kernels: loadWasmKernels(), seed: 1 };
const task = algorithmOf("FeatureIALS").begin(input, { n_components: 64, train_epochs: 1 });
while (!task.done) task.step();
const popularity = countUsers(userItems);
const servable: Servable = {
  ...{ model: task.model(), users, items, history: userItems, disliked: null, popularity },
  popular: popularFirst(popularity),
  ...{ itemSpace: table.space, userSpace: null, userFeatures: null },
};

/** Milliseconds of processor for one of many. */
function cost(rounds: number, work: (round: number) => void): number {
  for (let round = 0; round < 20; round++) work(round);
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) work(round);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / rounds;
}

const added = Array.from({ length: newCount }, (_, at) => ({ itemId: `new ${at}`, newAt: at, row: rowOf() }));
const encoding = cost(newCount, (at) => encodeRow(table.space, added[at % newCount]?.row ?? {}));
const wide = wideTable(Number(values.properties));
const encodingWide = cost(newCount, (at) => encodeRow(wide.space, wide.rows[at % wide.rows.length] ?? {}));
const longer = withNewItems(
  servable,
  added.map(({ row, ...item }) => ({ ...item, features: encodeRow(table.space, row) })),
);
const explore = { rate: 0.05, draw: () => 0.5, shownOf: () => ({ impressions: 0, taken: 0 }) };
const page = { offset: 0, limit: 10 };
const without = cost(ROUNDS, (n) => recommend(servable, { ...page, userId: userName(n) }));
const with_ = cost(ROUNDS, (n) => recommend(longer, { ...page, userId: userName(n) }));
const exploring = cost(ROUNDS, (n) => recommend(longer, { ...page, userId: userName(n), explore }));
const explored = cost(ROUNDS, (n) =>
  recommend(longer, {
    ...page,
    userId: userName(n),
    explore: { ...explore, draw: (at: number) => (at === 3 ? 0 : 0.5) },
  }),
);
console.log(`${items.size} items of a model with ${table.space.size} features, ${newCount} new ones`);
console.log(`encoding one new item: ${encoding.toFixed(4)} ms`);
console.log(
  `encoding one with ${values.properties} properties of ${wide.space.size} features: ${encodingWide.toFixed(4)} ms`,
);
for (const [name, ms] of Object.entries({
  without,
  "with new items": with_,
  "that may explore": exploring,
  "that explores a position": explored,
}))
  console.log(`a list ${name}: ${ms.toFixed(3)} ms (${(ms - without).toFixed(3)} more)`);

/** Columns of all kinds by turns: categories, tags, numbers, texts and flags. */
function wideTable(count: number): {
  readonly space: typeof table.space;
  readonly rows: readonly FeatureRow[];
} {
  const types = ["category", "tags", "number", "text", "flag"] as const;
  const columns = Array.from({ length: count }, (_, at) => ({
    name: `p${at}`,
    type: types[at % types.length] ?? "category",
  }));
  const words = (length: number) => Array.from({ length }, () => `w${pick(500)}`);
  const makeValue = {
    category: () => `c${pick(40)}`,
    tags: () => words(6),
    number: () => pick(1000),
    text: () => words(20).join(" "),
    flag: () => String(pick(2)),
  };
  const made = Array.from({ length: 1000 }, () =>
    Object.fromEntries(columns.map(({ name, type }) => [name, makeValue[type]()])),
  );
  const builder = new IdMapBuilder();
  for (const at of made.keys()) builder.intern(String(at));
  const { space } = encodeTable({
    ...{ columns, ids: builder.finish(), rows: () => made },
    findRow: (id: string) => made[Number(id)] ?? null,
  });
  return { space, rows: made };
}
