/** The value of a cell by the type of its column. What does not fit the type counts as nothing known. */
import { decimalOf } from "../data/decimal.ts";
import { isPlainDecimal } from "../data/numeric-columns.ts";
import { parseTime } from "../data/read/parse-time.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const CONTROLS = /[\u0000-\u001f]+/g;
const HALF_CHARACTERS = /\p{Surrogate}/gu;
/** It has one form alone: to recognise it takes a fraction of the time to make that form. */
const PLAIN = /^[ -~]*$/;

/** A cell as text, in one form of Unicode and without control characters; empty if nothing is known. */
export function textOf(cell: unknown): string {
  if (typeof cell === "string") {
    if (PLAIN.test(cell)) return cell.trim();
    return cell.replace(HALF_CHARACTERS, "\ufffd").normalize("NFKC").replace(CONTROLS, " ").trim();
  }
  return typeof cell === "number" || typeof cell === "boolean" ? String(cell) : "";
}

/** The tags of a cell: a list, the text of a JSON list, or values between separators. */
export function tagsOf(cell: unknown, separator: string): string[] {
  const parts = listOf(cell) ?? textOf(cell).split(separator);
  return [...new Set(parts.map(textOf).filter((tag) => tag !== ""))];
}

/** A text in quotes, as programs print it. */
const QUOTED = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/gs;
const QUOTED_LIST = new RegExp(
  `^\\s*\\[\\s*(?:(?:${QUOTED.source})\\s*(?:,\\s*(?:${QUOTED.source})\\s*)*,?)?\\s*\\]\\s*$`,
  "s",
);

/** A list, also as the text of JSON, or of texts as Python prints them (`['a', "b's"]`); null for other cells. */
export function listOf(cell: unknown): readonly unknown[] | null {
  if (Array.isArray(cell)) return cell;
  if (typeof cell !== "string" || !/^\s*\[.*\]\s*$/s.test(cell)) return null;
  try {
    const parsed: unknown = JSON.parse(cell);
    return Array.isArray(parsed) ? parsed : null;
  } catch {
    // Text that begins and ends like a list.
    if (!QUOTED_LIST.test(cell)) return null;
    return [...cell.matchAll(QUOTED)].map(([quoted]) => quoted.slice(1, -1).replaceAll(/\\(.)/gs, "$1"));
  }
}

/** NaN if the cell is no finite number. */
export function numberOf(cell: unknown): number {
  const value = typeof cell === "string" ? decimalOf(cell) : typeof cell === "number" ? cell : Number.NaN;
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Whether a cell is a number as it is printed: codes such as `5E5`, `1.10` and `007` are none. */
export function isNumber(cell: unknown): boolean {
  return typeof cell === "number" ? Number.isFinite(cell) : typeof cell === "string" && isPlainDecimal(cell);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const NAMED_MONTH = /^(\d{1,2})[-/ ]([a-z]{3})[a-z]*[-/ ](\d{4})$/i;

/** Epoch milliseconds of a date, also of `01-Jan-1995`; NaN for others. */
export function dateOf(cell: unknown): number {
  const [, day, name = "", year] = (typeof cell === "string" && NAMED_MONTH.exec(cell.trim())) || [];
  const month = MONTHS.indexOf(name.toLowerCase());
  return month < 0 ? parseTime(cell) : Date.UTC(Number(year), month, Number(day));
}

const DATE_FORM = /^(\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/ ][a-z]{3,9}[-/ ]\d{4}$)/i;

/** Whether a cell is written as a date. Numbers are none, though they may be times. */
export function isDate(cell: unknown): boolean {
  return typeof cell === "string" && DATE_FORM.test(cell.trim()) && !Number.isNaN(dateOf(cell));
}

/** A flag: 1, true or yes; false for all others. */
export function isOn(cell: unknown): boolean {
  return cell === 1 || cell === true || /^(1|true|yes|y|t)$/i.test(textOf(cell));
}

/** Whether a cell is one of the values of flags. */
export function isFlag(cell: unknown): boolean {
  return /^(0|1|true|false)$/i.test(textOf(cell));
}
