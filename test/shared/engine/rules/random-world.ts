/** Random catalogues and requests, with each item also in a plain form that needs no engine to read. */
import type { CatalogueItem } from "#engine/catalogue/catalogue.ts";
import type { ColumnSchema } from "#engine/catalogue/column.ts";
import type { Random } from "#engine/random.ts";
import type { RuleRequest } from "#engine/rules/rule-request.ts";

/** An item with its values as its columns hold them; absent is no value. */
export interface PlainItem {
  readonly itemId: string;
  readonly isHidden: boolean;
  readonly values: Readonly<Record<string, number | string | boolean | readonly string[]>>;
  readonly counts: Readonly<Record<string, number>>;
}

export interface World {
  readonly schema: readonly ColumnSchema[];
  readonly items: readonly CatalogueItem[];
  readonly plain: readonly PlainItem[];
  readonly request: RuleRequest;
}

export const DAY = 86_400_000;
export const NOW = Date.UTC(2026, 10, 26);
export const TEXTS = ["red", "Blue", "green tea", "it's", 'a "b"', "ünï", "back\\slash", ""];
export const TAGS = ["jazz", "pop", "rock", "folk", "k-pop"];
export const CATEGORIES = ["Books", "Books > Crime", "Books > Crime > Old", "Bookshelf", "Toys"];
export const NUMBERS = [-2, -1, 0, 0.5, 1, 2, 3, 10];

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.below(from.length)] as T;
}

/** The properties of an item by column: the value in the engine's form, its raw form, or nothing. */
const COLUMNS: readonly (readonly [ColumnSchema, (random: Random) => [plain: unknown, raw: unknown]])[] = [
  [{ name: "price", type: "number" }, (random) => same(pick(random, NUMBERS))],
  [{ name: "stock left", type: "number" }, (random) => numberAsText(pick(random, NUMBERS))],
  [{ name: "released", type: "date" }, randomDate],
  [{ name: "brand", type: "string" }, (random) => same(pick(random, TEXTS))],
  [{ name: "colour", type: "string" }, (random) => same(pick(random, TEXTS))],
  [{ name: "genres", type: "tags" }, randomTags],
  [{ name: "shelf", type: "category" }, (random) => same(pick(random, CATEGORIES))],
  [{ name: "on_sale", type: "boolean" }, (random) => same(random.below(2) === 1)],
  [{ name: "blurb", type: "text" }, (random) => same(pick(random, TEXTS))],
];

function same(value: unknown): [unknown, unknown] {
  return value === "" ? [undefined, ""] : [value, value];
}

function numberAsText(value: number): [unknown, unknown] {
  return [value, String(value)];
}

function randomDate(random: Random): [unknown, unknown] {
  const at = NOW - random.below(60) * DAY;
  return [at, random.below(2) === 0 ? new Date(at).toISOString() : at];
}

function randomTags(random: Random): [unknown, unknown] {
  const tags = TAGS.filter(() => random.below(3) === 0);
  if (tags.length === 0) return [undefined, []];
  return [tags, random.below(2) === 0 ? tags.join("|") : [...tags, tags[0]]];
}

function randomItem(random: Random, itemId: string): { item: CatalogueItem; plain: PlainItem } {
  const properties: Record<string, unknown> = {};
  const values: Record<string, number | string | boolean | readonly string[]> = {};
  for (const [{ name }, draw] of COLUMNS) {
    if (random.below(4) === 0) continue;
    const [plain, raw] = draw(random);
    properties[name] = raw;
    if (plain !== undefined) values[name] = plain as string;
  }
  const isHidden = random.below(10) === 0;
  const counts = { view: random.below(5), buy: random.below(3) };
  return { item: { itemId, properties, isHidden }, plain: { itemId, isHidden, values, counts } };
}

export function randomWorld(random: Random): World {
  const made = Array.from({ length: random.below(70) }, (_, at) => randomItem(random, `i${at}`));
  const plain = made.map((one) => one.plain);
  const request = randomRequest(random, plain);
  return {
    schema: COLUMNS.map(([column]) => column),
    items: made.map(({ item }) => item),
    plain: request.counts ? plain : plain.map((one) => ({ ...one, counts: {} })),
    request,
  };
}

/** What a request brings to the rules over these items. */
export function randomRequest(random: Random, items: readonly PlainItem[]): RuleRequest {
  const hasCounts = random.below(3) > 0;
  return {
    now: NOW,
    user: randomValues(random),
    context: randomValues(random),
    ...(hasCounts && {
      counts: (event: string) => Float64Array.from(items, ({ counts }) => counts[event] ?? Number.NaN),
    }),
  };
}

function randomValues(random: Random): Record<string, unknown> {
  const all: Record<string, () => unknown> = {
    budget: () => pick<unknown>(random, [...NUMBERS, "3", "much", [1], {}]),
    since: () => pick<unknown>(random, ["2026-11-20", NOW - 9 * DAY, "yesterday", true]),
    brand: () => pick<unknown>(random, [...TEXTS, 7, ["red"]]),
    likes: () => pick<unknown>(random, [["jazz", "pop"], ["red"], "rock", [], [{}], "Books > Crime"]),
    sizes: () => pick<unknown>(random, [[1, 2], [0.5, "3"], 10, ["x"], []]),
    vip: () => pick<unknown>(random, [true, false, "true", "no"]),
  };
  const values: Record<string, unknown> = {};
  for (const [name, draw] of Object.entries(all)) if (random.below(5) > 0) values[name] = draw();
  return values;
}
