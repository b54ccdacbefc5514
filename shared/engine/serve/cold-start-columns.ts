/** The columns of a catalogue as the cold-start rules read them, row by row. */
import type { ColdStartSettings } from "#contract/cold-start.ts";
import { textOfNumber } from "#contract/number-text.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Column, StringColumn, TagsColumn } from "../catalogue/column.ts";

export interface CommunityReader {
  /** Which of the followed communities a row is of, by its number in their list; −1 for none. */
  followedOf(row: number): number;
  nameOf(followed: number): string;
}

/** Null if no row is of one of the communities, or the column holds none. */
export function communityReader(
  { columns }: Catalogue,
  { item_community: name }: Pick<ColdStartSettings, "item_community">,
  followed: readonly string[],
): CommunityReader | null {
  const column = columns.get(name);
  const nameOf = (at: number) => followed[at] ?? "";
  if (column?.type === "number") {
    const places = new Map(followed.map((text, at) => [Number(text), at]));
    return { nameOf, followedOf: (row) => places.get(column.values[row] as number) ?? -1 };
  }
  if (column?.type !== "string" && column?.type !== "category" && column?.type !== "tags") return null;
  const places = new Int32Array(column.values.size).fill(-1);
  for (const [at, text] of followed.entries()) {
    const value = column.values.indexOf(text);
    if (value >= 0) places[value] = at;
  }
  if (places.every((place) => place < 0)) return null;
  if (column.type !== "tags") {
    const { codes } = column;
    return { nameOf, followedOf: (row) => places[(codes[row] ?? 0) - 1] ?? -1 };
  }
  const { codes, offsets } = column;
  return {
    nameOf,
    followedOf(row) {
      for (let at = offsets[row] ?? 0; at < (offsets[row + 1] ?? 0); at++) {
        const place = places[codes[at] as number] as number;
        if (place >= 0) return place;
      }
      return -1;
    },
  };
}

/** The tags of rows as arrays, which loops read without a call for each row. */
export interface TagCodes {
  /** The tags of row i are `codes[offsets[i] … offsets[i+1])`. Without offsets row i has the tag `codes[i] − 1`, or none where that is −1. */
  readonly codes: Uint32Array;
  readonly offsets: Uint32Array | null;
  /** Different tags of all rows. */
  readonly count: number;
  nameOf(tag: number): string;
}

/** A column of single values has one tag a row. Null for a column without tags. */
export function tagCodes(
  { columns }: Catalogue,
  { item_tags: name }: Pick<ColdStartSettings, "item_tags">,
): TagCodes | null {
  const column = columns.get(name);
  if (!isOfTexts(column)) return null;
  const { codes, values } = column;
  const offsets = column.type === "tags" ? column.offsets : null;
  return { codes, offsets, count: values.size, nameOf: (tag) => values.idAt(tag) };
}

export function tagsOf({ codes, offsets }: TagCodes, row: number): number[] {
  if (offsets) return [...codes.subarray(offsets[row], offsets[row + 1])];
  const code = codes[row] ?? 0;
  return code === 0 ? [] : [code - 1];
}

/** Adds the tags of rows to the counts. @returns How many they are. */
export function countTags({ codes, offsets }: TagCodes, rows: Int32Array, counts: Float64Array): number {
  let all = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    const end = offsets ? (offsets[row + 1] as number) : row + 1;
    for (let place = offsets ? (offsets[row] as number) : row; place < end; place++) {
      const tag = offsets ? (codes[place] as number) : (codes[place] as number) - 1;
      if (tag < 0) continue;
      counts[tag] = (counts[tag] as number) + 1;
      all++;
    }
  }
  return all;
}

/** The counts of a row's tags together. */
export function sharedTags({ codes, offsets }: TagCodes, row: number, counts: Float64Array): number {
  if (!offsets) {
    const code = codes[row] as number;
    return code > 0 ? (counts[code - 1] as number) : 0;
  }
  const end = offsets[row + 1] as number;
  let sum = 0;
  for (let place = offsets[row] as number; place < end; place++)
    sum += counts[codes[place] as number] as number;
  return sum;
}

function isOfTexts(column: Column | undefined): column is TagsColumn | StringColumn {
  return column?.type === "tags" || column?.type === "string" || column?.type === "category";
}

/** By row: epoch milliseconds, NaN without a date. Null for a column without dates. */
export function datesOf(
  { columns }: Catalogue,
  { item_date: name }: Pick<ColdStartSettings, "item_date">,
): Float64Array | null {
  const column = columns.get(name);
  return column?.type === "date" ? column.values : null;
}

/** What people did with the items of some rows: their counts, each times what one counts. At least 0. */
export function engagementOf(
  { columns }: Catalogue,
  { item_counts: counts }: Pick<ColdStartSettings, "item_counts">,
  rows: Int32Array,
): Float64Array {
  const sums = new Float64Array(rows.length);
  for (const [name, each] of Object.entries(counts)) {
    const column = columns.get(name);
    if (column?.type !== "number") continue;
    const { values } = column;
    for (let at = 0; at < rows.length; at++) {
      sums[at] = (sums[at] as number) + each * ((values[rows[at] as number] as number) || 0);
    }
  }
  for (let at = 0; at < sums.length; at++) if ((sums[at] as number) < 0) sums[at] = 0;
  return sums;
}

/** Between values that come as one text. */
const LIST_SEPARATOR = "|";

/** The communities in a property of a person: a list, or a text with bars between them. Each once. */
export function communitiesOf(value: unknown): string[] {
  const values = typeof value === "string" ? value.split(LIST_SEPARATOR) : [value].flat();
  const texts = values.map((one) => (typeof one === "number" ? textOfNumber(one) : one));
  const named = texts.filter((one): one is string => typeof one === "string").map((one) => one.trim());
  return [...new Set(named.filter((one) => one !== ""))];
}
