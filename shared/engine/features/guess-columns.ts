import { CATEGORY_SEPARATOR, TAG_SEPARATOR } from "../catalogue/column.ts";
import type { FeatureColumn, FeatureRow } from "./feature-column.ts";
import { isDate, isFlag, isNumber, listOf, textOf } from "./read-cell.ts";

/** What can separate tags, the most certain first, with the part of the values that must contain it. */
const TAG_SEPARATORS = [
  { separator: TAG_SEPARATOR, ratio: 0.1 },
  { separator: ";", ratio: 0.1 },
  { separator: ",", ratio: 0.3 },
];
const CATEGORY_RATIO = 0.1;
/** Parts are tags or levels if each occurs this often on average; words of titles do not. */
const MEAN_USES = 2;
/** From this mean length on, in UTF-16 code units, values are prose. */
const TEXT_LENGTH = 100;
const ADDRESS = /^(https?:\/\/|data:|www\.)/i;
const BLANK = /\s/;
const DIGIT = /\d/;

/**
 * Guesses what each column is from all of its values. In this order, over all values that are there:
 *  - objects, or addresses of the web only            → ignored
 *  - lists only, in JSON or as the text of it         → tags
 *  - 0 and 1, or true and false, only                 → flag
 *  - plain numbers only                               → number
 *  - dates only                                       → date
 *  - some with a separator, between parts that recur  → tags, category for " > "
 *  - texts of 100 characters on average               → text
 *  - values that recur                                → category
 *  - codes with digits                                → ignored
 *  - others                                           → title
 *
 * A column without any value is ignored. The order of rows changes nothing.
 */
export class ColumnGuess {
  readonly #counts = new Map<string, ValueCounts>();

  add(row: FeatureRow): void {
    for (const [name, cell] of Object.entries(row)) {
      const counts = this.#counts.get(name) ?? noValues();
      this.#counts.set(name, counts);
      if (cell !== null && cell !== undefined && cell !== "") countCell(counts, cell);
    }
  }

  /** The columns in the order of their first rows. */
  finish(): FeatureColumn[] {
    return [...this.#counts].map(([name, counts]) => ({ name, ...typeOf(counts) }));
  }
}

interface SeparatedParts {
  /** Values that contain the separator. */
  values: number;
  parts: number;
  readonly distinct: Set<string>;
}

interface ValueCounts {
  values: number;
  objects: number;
  lists: number;
  flags: number;
  numbers: number;
  dates: number;
  addresses: number;
  length: number;
  withBlank: number;
  withDigit: number;
  readonly distinct: Set<string>;
  readonly separated: ReadonlyMap<string, SeparatedParts>;
}

function noValues(): ValueCounts {
  const separators = [...TAG_SEPARATORS.map(({ separator }) => separator), CATEGORY_SEPARATOR];
  const counters = { objects: 0, lists: 0, flags: 0, numbers: 0, dates: 0, addresses: 0 };
  return {
    ...{ values: 0, length: 0, withBlank: 0, withDigit: 0, ...counters },
    distinct: new Set(),
    separated: new Map(
      separators.map((separator) => [separator, { values: 0, parts: 0, distinct: new Set<string>() }]),
    ),
  };
}

function countCell(counts: ValueCounts, cell: unknown): void {
  counts.values++;
  const list = listOf(cell);
  if (list) counts[list.some((part) => typeof part === "object") ? "objects" : "lists"]++;
  else if (typeof cell === "object") counts.objects++;
  else countText(counts, cell);
}

function countText(counts: ValueCounts, cell: unknown): void {
  const text = textOf(cell);
  if (isFlag(cell)) counts.flags++;
  if (isNumber(cell)) counts.numbers++;
  if (isDate(cell)) counts.dates++;
  if (ADDRESS.test(text)) counts.addresses++;
  if (BLANK.test(text)) counts.withBlank++;
  if (DIGIT.test(text)) counts.withDigit++;
  counts.length += text.length;
  counts.distinct.add(text);
  for (const [separator, separated] of counts.separated) {
    const parts = text.split(separator);
    if (parts.length > 1) separated.values++;
    separated.parts += parts.length;
    for (const part of parts) separated.distinct.add(part.trim());
  }
}

type Guess = Pick<FeatureColumn, "type" | "separator">;

function typeOf(counts: ValueCounts): Guess {
  const { values, objects, addresses, lists, flags, numbers, dates } = counts;
  if (values === 0 || objects > 0 || addresses === values) return { type: "ignored" };
  if (lists > 0) return { type: lists === values ? "tags" : "ignored" };
  if (flags === values) return { type: "flag" };
  if (numbers === values) return { type: "number" };
  if (dates === values) return { type: "date" };
  return separatedType(counts) ?? { type: wordyType(counts) };
}

function separatedType({ values, separated }: ValueCounts): Guess | null {
  const recurs = (separator: string, ratio: number) => {
    const { values: count, parts, distinct } = separated.get(separator) as SeparatedParts;
    return count >= ratio * values && count > 0 && parts >= MEAN_USES * distinct.size;
  };
  const tags = TAG_SEPARATORS.find(({ separator, ratio }) => recurs(separator, ratio));
  if (tags) return { type: "tags", separator: tags.separator };
  return recurs(CATEGORY_SEPARATOR, CATEGORY_RATIO)
    ? { type: "category", separator: CATEGORY_SEPARATOR }
    : null;
}

function wordyType({ values, length, distinct, withBlank, withDigit }: ValueCounts): FeatureColumn["type"] {
  if (length >= TEXT_LENGTH * values) return "text";
  if (values >= MEAN_USES * distinct.size) return "category";
  return withDigit > values / 2 && withBlank < values / 2 ? "ignored" : "title";
}
