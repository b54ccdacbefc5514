/** Films or tracks, and what people made of them. Everybody likes two kinds best. The same seed gives the same sample. */
import { createRandom, type Random } from "#engine/random.ts";
import type { Vocabulary } from "./words.ts";

export interface SampleItem {
  readonly id: string;
  readonly title: string;
  readonly maker: string;
  readonly kind: string;
  readonly themes: readonly string[];
  readonly year: number;
}

export interface Sample {
  readonly items: readonly SampleItem[];
  readonly ratings: readonly { readonly person: string; readonly item: string; readonly stars: number }[];
  /** The first people, and the kinds that they like best. */
  readonly people: readonly { readonly id: string; readonly likes: readonly string[] }[];
}

const ITEMS = 120;
const PEOPLE = 150;
const RATINGS_EACH = 18;
const SHOWN_PEOPLE = 8;
/** How often a person takes something of a kind that it likes best. */
const LOYALTY = 0.8;

/** @param prefix Of ids: `m` makes `m1`, `m2` … */
export function makeSample(
  { firsts, seconds, makers, kinds }: Vocabulary,
  prefix: string,
  seed: number,
): Sample {
  const random = createRandom(seed);
  const names = Object.keys(kinds);
  const items = Array.from({ length: ITEMS }, (_, at): SampleItem => {
    const kind = names[at % names.length] ?? "";
    return {
      id: `${prefix}${at + 1}`,
      // Twelve and ten words: sixty steps give sixty pairs, and the shift after them gives the other sixty.
      title: `${firsts[at % firsts.length]} ${seconds[(at + Math.floor(at / 60)) % seconds.length]}`,
      maker: drawn(makers, random),
      kind,
      themes: twoOf(kinds[kind] ?? [], random),
      year: 1975 + random.below(50),
    };
  });
  const people = Array.from({ length: PEOPLE }, (_, at) => ({
    id: `${prefix}-user-${at + 1}`,
    likes: [names[at % names.length] ?? "", names[(at * 3 + 1) % names.length] ?? ""],
  }));
  const ratings = people.flatMap(({ id: person, likes }) => {
    const loved = items.filter(({ kind }) => likes.includes(kind));
    const taken = new Set<SampleItem>();
    while (taken.size < RATINGS_EACH) taken.add(drawn(random.next() < LOYALTY ? loved : items, random));
    return [...taken].map(({ id, kind }) => ({
      ...{ person, item: id },
      stars: likes.includes(kind) ? 4 + random.below(2) : 1 + random.below(3),
    }));
  });
  return { items, ratings, people: people.slice(0, SHOWN_PEOPLE) };
}

/** The columns of `itemsCsv` and `ratingsCsv`, as AiREC's forms map them. */
export const ITEM_COLUMNS = { item_id: "id", item_title: "title", feature_cols: ["kind", "themes", "maker"] };
export const RATING_COLUMNS = { user_id: "person", item_id: "item", rating: "stars" };

export function itemsCsv({ items }: Sample): string {
  const rows = items.map(({ id, title, kind, themes, maker }) => [id, title, kind, themes.join(" "), maker]);
  return toCsv(["id", "title", "kind", "themes", "maker"], rows);
}

export function ratingsCsv({ ratings }: Sample): string {
  return toCsv(
    ["person", "item", "stars"],
    ratings.map(({ person, item, stars }) => [person, item, stars]),
  );
}

function toCsv(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, ...rows].map((row) => `${row.join(",")}\n`).join("");
}

function drawn<T>(list: readonly T[], random: Random): T {
  return list[random.below(list.length)] as T;
}

function twoOf(list: readonly string[], random: Random): string[] {
  const first = random.below(list.length);
  const second = (first + 1 + random.below(list.length - 1)) % list.length;
  return [list[first] ?? "", list[second] ?? ""];
}
