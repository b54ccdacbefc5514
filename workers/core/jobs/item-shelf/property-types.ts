/** The types of written properties: a property keeps the type of its column, and the first value of a new one decides. */
import { parseCell, WRONG_CELL } from "#engine/catalogue/cell.ts";
import type { ColumnSchema } from "#engine/catalogue/column.ts";
import { parseTime } from "#engine/data/read/parse-time.ts";
import type { WrittenColumn } from "./shelf-row.ts";

/** From this length on a text is prose, whose words rules cannot test. As in uploaded metadata. */
const PROSE_LENGTH = 100;
const DATE_FORM = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Whether a value says nothing of a type. */
export function isNoValue(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

/** What a property is that begins with this value. */
export function typeOfValue(value: unknown): WrittenColumn["type"] {
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "number") return "number";
  if (Array.isArray(value)) return value.some((part) => typeof part === "object") ? "object" : "tags";
  if (typeof value !== "string") return "object";
  if (DATE_FORM.test(value) && !Number.isNaN(parseTime(value))) return "date";
  return value.length >= PROSE_LENGTH ? "text" : "string";
}

/** Whether a column can hold a value. One without a value fits every column. */
export function fitsColumn(column: ColumnSchema | WrittenColumn, value: unknown): boolean {
  if (isNoValue(value)) return true;
  if (column.type === "object") return typeof value === "object";
  return parseCell(column as ColumnSchema, value) !== WRONG_CELL;
}

/** Properties that say since when an item exists, the first one counts. */
const DATE_PROPERTIES = ["created_at", "published_at", "released_at", "release_date", "released", "date"];

/** The time in an item's own properties, epoch milliseconds; null without one. */
export function dateOfProperties(properties: Readonly<Record<string, unknown>>): number | null {
  for (const name of DATE_PROPERTIES) {
    const value = Object.hasOwn(properties, name) ? properties[name] : null;
    if (typeof value !== "string" || !DATE_FORM.test(value)) continue;
    const time = parseTime(value);
    if (!Number.isNaN(time)) return time;
  }
  return null;
}
