import { decimalOf } from "../data/decimal.ts";
import { parseTime } from "../data/read/parse-time.ts";
import {
  CATEGORY_SEPARATOR,
  type ColumnSchema,
  type ColumnType,
  ID_COLUMN,
  TAG_SEPARATOR,
} from "./column.ts";

/** From this mean length on, in UTF-16 code units, values are prose rather than names. */
const TEXT_LENGTH = 100;
/** A separator in at least this part of the values makes them paths or lists. */
const SEPARATED_RATIO = 0.1;

/**
 * Infers each column's type from its values. In this order, over all values that are there:
 *  - lists only                                        → tags
 *  - true and false only, in JSON or as text           → boolean
 *  - numbers only, in JSON or as text                  → number
 *  - texts only that all begin with a date YYYY-MM-DD  → date
 *  - texts and numbers, 100 characters long on average → text
 *  - a tenth of them or more holds "|"                 → tags
 *  - a tenth of them or more holds " > "               → category
 *  - other texts, or texts and numbers                 → string
 *
 * A column without any value, one that holds objects or mixes lists with texts, and one named `id` are left out.
 */
export class ColumnInference {
  readonly #counts = new Map<string, ValueCounts>();

  /** Counts the properties of one item. */
  add(properties: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(properties)) {
      if (value === null || value === undefined || value === "" || name === ID_COLUMN) continue;
      let counts = this.#counts.get(name);
      if (!counts) {
        counts = noValues();
        this.#counts.set(name, counts);
      }
      countValue(counts, value);
    }
  }

  /** The columns in the order of their first values. */
  finish(): ColumnSchema[] {
    return [...this.#counts].flatMap(([name, counts]) => {
      const type = typeOf(counts);
      return type === null ? [] : [{ name, type }];
    });
  }
}

interface ValueCounts {
  values: number;
  lists: number;
  objects: number;
  booleans: number;
  numbers: number;
  dates: number;
  length: number;
  withTagSeparator: number;
  withCategorySeparator: number;
}

function noValues(): ValueCounts {
  return {
    values: 0,
    lists: 0,
    objects: 0,
    booleans: 0,
    numbers: 0,
    dates: 0,
    length: 0,
    withTagSeparator: 0,
    withCategorySeparator: 0,
  };
}

const DATE_START = /^\d{4}-\d{1,2}-\d{1,2}/;

function countValue(counts: ValueCounts, value: unknown): void {
  counts.values++;
  if (Array.isArray(value)) counts[value.some((part) => typeof part === "object") ? "objects" : "lists"]++;
  else if (typeof value === "object") counts.objects++;
  else if (typeof value === "boolean") counts.booleans++;
  else if (typeof value === "number") counts.numbers++;
  else countText(counts, String(value));
}

function countText(counts: ValueCounts, text: string): void {
  counts.length += text.length;
  if (text === "true" || text === "false" || text === "True" || text === "False") counts.booleans++;
  else if (Number.isFinite(decimalOf(text))) counts.numbers++;
  else if (DATE_START.test(text) && !Number.isNaN(parseTime(text))) counts.dates++;
  if (text.includes(TAG_SEPARATOR)) counts.withTagSeparator++;
  if (text.includes(CATEGORY_SEPARATOR)) counts.withCategorySeparator++;
}

function typeOf(counts: ValueCounts): ColumnType | null {
  const { values } = counts;
  if (counts.objects > 0) return null;
  if (counts.lists > 0) return counts.lists === values ? "tags" : null;
  if (counts.booleans === values) return "boolean";
  if (counts.numbers === values) return "number";
  if (counts.dates === values) return "date";
  if (counts.length >= TEXT_LENGTH * values) return "text";
  if (counts.withTagSeparator >= SEPARATED_RATIO * values) return "tags";
  return counts.withCategorySeparator >= SEPARATED_RATIO * values ? "category" : "string";
}
