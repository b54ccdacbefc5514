import { decimalOf } from "../data/decimal.ts";
import { parseTime } from "../data/read/parse-time.ts";
import { type ColumnSchema, separatorOf } from "./column.ts";

/** The value of one item in one column: numbers and dates are numbers, tags a list without repeats, null is no value. */
export type Cell = string | number | boolean | readonly string[] | null;

/** Stands for a value that its column cannot hold. */
export const WRONG_CELL = Symbol("wrong cell");

/**
 * Reads a property's value as its column's type. Null, an absent value, an empty text and an empty list are no value. A number,
 * date or boolean may come as text; a single value may stand for a list of one tag.
 */
export function parseCell(column: ColumnSchema, value: unknown): Cell | typeof WRONG_CELL {
  if (value === null || value === undefined || value === "") return null;
  switch (column.type) {
    case "string":
    case "category":
    case "text":
      return textCell(value);
    case "tags":
      return tagsCell(value, separatorOf(column));
    case "number":
      return numberCell(value);
    case "date":
      return timeCell(value);
    case "boolean":
      return booleanCell(value);
  }
}

/** A date from a text or an epoch number, or a wrong cell. */
export function timeCell(value: unknown): number | typeof WRONG_CELL {
  const time = parseTime(value);
  return Number.isNaN(time) ? WRONG_CELL : time;
}

function textCell(value: unknown): string | typeof WRONG_CELL {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : WRONG_CELL;
}

function tagsCell(value: unknown, separator: string): readonly string[] | null | typeof WRONG_CELL {
  const parts = typeof value === "string" ? value.split(separator) : Array.isArray(value) ? value : [value];
  const tags = new Set<string>();
  for (const part of parts) {
    const text = part === null ? "" : textCell(part);
    if (text === WRONG_CELL) return WRONG_CELL;
    const tag = text.trim();
    if (tag !== "") tags.add(tag);
  }
  return tags.size === 0 ? null : [...tags];
}

function numberCell(value: unknown): number | typeof WRONG_CELL {
  if (typeof value !== "number" && typeof value !== "string") return WRONG_CELL;
  const number = decimalOf(String(value));
  return Number.isFinite(number) ? number : WRONG_CELL;
}

/** A map, since an object also has a "constructor". */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

function booleanCell(value: unknown): boolean | typeof WRONG_CELL {
  if (Array.isArray(value) || typeof value === "object") return WRONG_CELL;
  return BOOLEANS.get(String(value).trim().toLowerCase()) ?? WRONG_CELL;
}
