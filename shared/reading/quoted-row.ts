/**
 * A row whose text has quotes. Strict quoting (RFC 4180) wins where it holds. Otherwise the line has bare quotes (`TV 24" wide`)
 * or escaped ones (`\"`), and the first reading with as many cells as the file has columns wins.
 */
import { BLANKS, nextSeparator, separatorLength } from "./separator.ts";

export interface Dialect {
  readonly separator: string;
  /** Cells of a row; 0 when it is not known yet. */
  readonly width: number;
  /** Quotes enclose nothing in this file: they are part of the cells. */
  readonly isUnquoted?: boolean;
}

export interface QuotedRow {
  /** Null when no reading of the quotes works. */
  readonly cells: string[] | null;
  /** Where the next row begins. */
  readonly end: number;
  readonly problem: string | null;
}

/** A quoted cell that is longer than this, in characters or lines, was never closed. */
export const MAX_QUOTED_CHARS = 1_048_576;
export const MAX_QUOTED_LINES = 1000;

interface Buffer {
  readonly text: string;
  readonly start: number;
  /** Whether `text` is all of the file. */
  readonly isLast: boolean;
}

type Scan = { readonly cells: string[]; readonly end: number } | "more" | "broken";

/**
 * Reads the row that begins at `start`; null when its end is not in the text yet.
 *
 * @param maySpanLines Whether a quoted cell may go on over several lines, given the text of the row.
 */
export function readQuotedRow(
  buffer: Buffer,
  dialect: Dialect,
  maySpanLines: (row: string) => boolean,
): QuotedRow | null {
  const { text, start, isLast } = buffer;
  const newline = text.indexOf("\n", start);
  if (newline < 0 && !isLast) return null;
  const lineEnd = newline < 0 ? text.length : newline;
  const lineNext = newline < 0 ? text.length : newline + 1;
  const fits = (cells: readonly string[]) => dialect.width === 0 || cells.length === dialect.width;
  const line = text.slice(start, contentEnd(text, start, lineEnd));
  const single = (options: LineReading) => readLine(line, dialect.separator, options);
  const done = (cells: string[], end = lineNext): QuotedRow => ({ cells, end, problem: null });

  const strict = scanRow(buffer, dialect.separator, false);
  if (strict === "more") return null;
  const isStrict = strict !== "broken";
  const isOneLine = isStrict && strict.end <= lineNext;
  if (isStrict && (isOneLine ? fits(strict.cells) : maySpanLines(text.slice(start, strict.end)))) {
    return done(strict.cells, strict.end);
  }
  for (const options of CLOSED_READINGS) {
    const cells = single(options);
    if (cells && fits(cells) && !cells.some(isEnclosed)) return done(cells);
  }
  const escaped = scanRow(buffer, dialect.separator, true);
  if (escaped === "more") return null;
  if (escaped !== "broken" && escaped.end > lineNext && fits(escaped.cells)) {
    if (maySpanLines(text.slice(start, escaped.end))) return done(escaped.cells, escaped.end);
  }
  const literal = single({ hasEscapes: true, doubledMayClose: true, isOpenLiteral: true });
  if (literal && fits(literal) && !literal.some(isEnclosed)) return done(literal);
  // Quoted correctly, with another width: the width is the error.
  if (isOneLine && isStrict) return done(strict.cells, strict.end);
  const isOpen = single({ hasEscapes: true, doubledMayClose: false }) === null;
  const problem = isOpen ? "has a quote that is never closed" : "has quotes that cannot be read";
  return { cells: null, end: lineNext, problem };
}

interface LineReading {
  /** `\"` is a quote within a quoted cell. */
  readonly hasEscapes: boolean;
  /** `""` before a separator may be a quote and the end of the cell. */
  readonly doubledMayClose: boolean;
  /** A cell that begins with a quote and never ends in one is kept unchanged, if its quotes come in pairs. */
  readonly isOpenLiteral?: boolean;
}

const CLOSED_READINGS: readonly LineReading[] = [
  { hasEscapes: true, doubledMayClose: false },
  { hasEscapes: true, doubledMayClose: true },
  { hasEscapes: false, doubledMayClose: false },
];

/** Cells of a single line; null when a quoted cell does not end in it. A quote that ends no cell is part of its cell. */
export function readLine(line: string, separator: string, options: LineReading): string[] | null {
  const cells: string[] = [];
  let at = separator === BLANKS ? separatorLength(line, 0, separator) : 0;
  for (;;) {
    const begin = skipSpaces(line, at, separator);
    let end: number;
    if (line[begin] === '"') {
      const quoted = lineCell(line, begin + 1, separator, options);
      if (quoted) {
        cells.push(quoted.value);
        end = quoted.end;
      } else {
        end = nextSeparator(line, begin, line.length, separator);
        const cell = line.slice(begin, end);
        if (!options.isOpenLiteral || quoteCount(cell) % 2 === 1) return null;
        cells.push(cell);
      }
    } else {
      end = nextSeparator(line, at, line.length, separator);
      cells.push(line.slice(at, end));
    }
    if (end >= line.length) return cells;
    at = end + separatorLength(line, end, separator);
    if (separator === BLANKS && at >= line.length) return cells;
  }
}

/** The cell that begins after its opening quote, and the position of the separator or the line's end after it. */
function lineCell(
  line: string,
  from: number,
  separator: string,
  { hasEscapes, doubledMayClose }: LineReading,
): { value: string; end: number } | null {
  let value = "";
  let start = from;
  let look = from;
  for (;;) {
    const quote = line.indexOf('"', look);
    if (quote < 0) return null;
    if (hasEscapes && isEscaped(line, from, quote)) {
      value += `${line.slice(start, quote - 1)}"`;
      start = quote + 1;
      look = start;
      continue;
    }
    if (line[quote + 1] === '"') {
      const end = cellEnd(line, quote + 2, separator);
      value += line.slice(start, quote + 1);
      if (doubledMayClose && end >= 0) return { value, end };
      start = quote + 2;
      look = start;
      continue;
    }
    const end = cellEnd(line, quote + 1, separator);
    if (end >= 0) return { value: value + line.slice(start, quote), end };
    look = quote + 1;
  }
}

/** A row in strict quoting, over as many lines as its quoted cells take. */
function scanRow({ text, start, isLast }: Buffer, separator: string, hasEscapes: boolean): Scan {
  const cells: string[] = [];
  let at = separator === BLANKS ? start + separatorLength(text, start, separator) : start;
  for (;;) {
    const begin = skipSpaces(text, at, separator);
    let end: number;
    if (text[begin] === '"') {
      const quoted = spanningCell({ text, start, isLast }, begin + 1, separator, hasEscapes);
      if (typeof quoted === "string") return quoted;
      cells.push(quoted.value);
      end = quoted.end;
    } else {
      const newline = text.indexOf("\n", at);
      if (newline < 0 && !isLast) return "more";
      const lineEnd = contentEnd(text, at, newline < 0 ? text.length : newline);
      end = nextSeparator(text, at, lineEnd, separator);
      cells.push(text.slice(at, end));
      if (end === lineEnd) end = newline < 0 ? text.length : newline;
    }
    if (end >= text.length || text[end] === "\n") return { cells, end: Math.min(end + 1, text.length) };
    at = end + separatorLength(text, end, separator);
    if (separator === BLANKS && (at >= text.length || text[at] === "\n" || text[at] === "\r")) {
      const newline = text.indexOf("\n", at);
      if (newline < 0 && !isLast) return "more";
      return { cells, end: newline < 0 ? text.length : newline + 1 };
    }
  }
}

function spanningCell(
  { text, start, isLast }: Buffer,
  from: number,
  separator: string,
  hasEscapes: boolean,
): { value: string; end: number } | "more" | "broken" {
  let value = "";
  let at = from;
  for (;;) {
    const quote = text.indexOf('"', at);
    const reached = quote < 0 ? text.length : quote;
    if (isPastBound(text, start, from, reached)) return "broken";
    if (quote < 0) return isLast ? "broken" : "more";
    if (hasEscapes && isEscaped(text, from, quote)) {
      value += `${text.slice(at, quote - 1)}"`;
      at = quote + 1;
      continue;
    }
    if (quote + 1 === text.length && !isLast) return "more";
    if (text[quote + 1] === '"') {
      value += text.slice(at, quote + 1);
      at = quote + 2;
      continue;
    }
    value += text.slice(at, quote);
    const end = cellEnd(text, quote + 1, separator);
    // Blanks and carriage returns at the very end of the text: the following text decides.
    if (!isLast && (end < 0 ? isUndecided(text, quote + 1, separator) : end >= text.length)) return "more";
    return end < 0 ? "broken" : { value: withLineFeeds(value), end };
  }
}

function isPastBound(text: string, start: number, from: number, reached: number): boolean {
  if (reached - start > MAX_QUOTED_CHARS) return true;
  let lines = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < reached; at = text.indexOf("\n", at + 1)) {
    if (++lines >= MAX_QUOTED_LINES) return true;
  }
  return false;
}

/** The position of a separator, a line's end or the text's end after blanks; −1 when another character comes first. */
function cellEnd(text: string, from: number, separator: string): number {
  if (separator === BLANKS && separatorLength(text, from, separator) > 0) return from;
  const at = skipSpaces(text, from, separator);
  if (at >= text.length || separatorLength(text, at, separator) > 0) return at;
  let end = at;
  while (text[end] === "\r") end++;
  return end >= text.length || text[end] === "\n" ? end : -1;
}

function isUndecided(text: string, from: number, separator: string): boolean {
  const at = skipSpaces(text, from, separator);
  return at >= text.length || separator.startsWith(text.slice(at));
}

/** Blanks between a separator and a quote belong to neither. */
function skipSpaces(text: string, from: number, separator: string): number {
  let at = from;
  if (separator !== BLANKS) while (text[at] === " ") at++;
  return at;
}

/** Whether an odd number of backslashes stands before a quote. */
function isEscaped(text: string, from: number, quote: number): boolean {
  let at = quote;
  while (at > from && text[at - 1] === "\\") at--;
  return (quote - at) % 2 === 1;
}

function contentEnd(text: string, start: number, lineEnd: number): number {
  let end = lineEnd;
  while (end > start && text[end - 1] === "\r") end--;
  return end;
}

function quoteCount(text: string): number {
  return text.split('"').length - 1;
}

function isEnclosed(cell: string): boolean {
  return cell.length > 1 && cell.startsWith('"') && cell.endsWith('"');
}

function withLineFeeds(text: string): string {
  return text.includes("\r") ? text.replace(/\r+\n/g, "\n") : text;
}
