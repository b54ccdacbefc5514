/** The beginning of separated text, divided into rows, to find the separator, the header and the columns. */
import { cleanText, isMissingWord } from "./clean-id.ts";
import { readLine, readQuotedRow } from "./quoted-row.ts";
import { splitPlain } from "./separator.ts";

// Enough to distinguish a header from data, and a separator from a character that occurs by chance.
const LINES_LOOKED_AT = 200;

export interface Sample {
  readonly separator: string;
  /** Cleaned cells of the first row, the header if there is one. */
  readonly first: readonly string[];
  /** Cleaned cells of the rows after it that are complete lines. */
  readonly following: readonly (readonly string[])[];
  /** Quotes enclose no cell in this file. */
  readonly isUnquoted: boolean;
  /** The text of the first row, including its line end. */
  readonly firstText: string;
  /** Whether a row over several lines is one row: not when each of its further lines looks like a row. */
  readonly maySpanLines: (row: string) => boolean;
}

/** Lines of a text that are not blank, at most `LINES_LOOKED_AT`. A last line that may be cut off is left out. */
export function sampleLines(text: string, isWhole: boolean): string[] {
  const lines = text.split("\n", LINES_LOOKED_AT * 4);
  const isCut = !isWhole && lines.length > 1 && lines.length < LINES_LOOKED_AT * 4;
  const whole = isCut ? lines.slice(0, -1) : lines;
  return whole
    .map((line) => line.replace(/\r+$/, ""))
    .filter((line) => line.trim() !== "")
    .slice(0, LINES_LOOKED_AT);
}

/** Cells of a single line. */
export function lineCells(line: string, separator: string): string[] {
  if (!line.includes('"')) return splitPlain(line, separator);
  const closed = readLine(line, separator, { hasEscapes: true, doubledMayClose: true, isOpenLiteral: true });
  return closed ?? splitPlain(line, separator);
}

/** @param text  The beginning of the file, its lines ended by line feeds. */
export function takeSample(text: string, isWhole: boolean, separator: string): Sample {
  const lines = sampleLines(text, isWhole);
  const isUnquoted = separator === "\t" && hasLooseQuotes(lines);
  const rows = lines.map((line) => (isUnquoted ? splitPlain(line, separator) : lineCells(line, separator)));
  const width = commonWidth(rows);
  const start = text.search(/\S/);
  const lineStart = start < 0 ? 0 : text.lastIndexOf("\n", start) + 1;
  const rowLooks = rowLook(rows.slice(1), width, separator);
  const row = isUnquoted
    ? null
    : readQuotedRow({ text, start: lineStart, isLast: isWhole }, { separator, width }, rowLooks);
  const [line = ""] = text.slice(lineStart).split("\n", 1);
  const first = row?.cells ?? rows[0] ?? [];
  const end = row?.end ?? Math.min(text.length, lineStart + line.length + 1);
  return {
    separator,
    first: first.map(cleanText),
    following: rows.slice(1).map((cells) => cells.map(cleanText)),
    isUnquoted,
    firstText: text.slice(lineStart, end),
    maySpanLines: rowLooks,
  };
}

/** Whether half of the lines have cells that begin with a quote and never end in one, and no cell is quoted correctly. */
function hasLooseQuotes(lines: readonly string[]): boolean {
  const quoted = lines.filter((line) => line.includes('"'));
  if (quoted.length * 2 < lines.length) return false;
  return quoted.every((line) => readLine(line, "\t", { hasEscapes: true, doubledMayClose: true }) === null);
}

function commonWidth(rows: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  let best = rows[0]?.length ?? 0;
  for (const [width, count] of counts) if (count > (counts.get(best) ?? 0)) best = width;
  return best;
}

/**
 * An unclosed quote would swallow the rows up to the next quote. A line of text within a quoted cell rarely looks like a row. It
 * rarely has as many cells, numbers where rows have numbers, and no blanks where they have none.
 */
function rowLook(
  rows: readonly (readonly string[])[],
  width: number,
  separator: string,
): (row: string) => boolean {
  const usual = rows.filter((cells) => cells.length === width);
  const columns = Array.from({ length: width }, (_, at) => usual.map((cells) => cleanText(cells[at] ?? "")));
  const rules = columns.map((cells) => {
    if (cells.length === 0) return null;
    if (cells.every(isNumber)) return isNumber;
    return cells.every(isWord) ? isWord : null;
  });
  const tells = width > 1 && rules.some((rule) => rule !== null);
  const isRow = (line: string): boolean => {
    const cells = lineCells(line.replace(/\r+$/, ""), separator).map(cleanText);
    return cells.length === width && rules.every((rule, at) => rule === null || rule(cells[at] ?? ""));
  };
  return (row) => {
    const lines = row.replace(/\n$/, "").split("\n").slice(1);
    return !(tells && lines.every(isRow));
  };
}

function isWord(cell: string): boolean {
  return cell !== "" && !/[\s"]/.test(cell);
}

const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/i;

/** A number, with a point or a comma. */
export function isNumber(cell: string): boolean {
  return NUMBER.test(cell);
}

/** Whether a cell is empty or a word for nothing. */
export function isEmptyCell(cell: string): boolean {
  return cell === "" || isMissingWord(cell);
}
