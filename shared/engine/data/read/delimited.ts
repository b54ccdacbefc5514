/// <reference path="./papaparse.d.ts" />
/**
 * Rows of comma, tab or otherwise separated text (RFC 4180 quoting), tokenised by papaparse block by block.
 * Many files have quotes that enclose nothing (`"Weird" Al` in tab-separated text): such a line is taken literally, or its quote
 * would swallow all lines up to the next one.
 */
import Papa, { type ParserResult } from "papaparse/papaparse.min.js";
import { MAX_RECORD_BYTES, parseFailure, tooLong } from "./source.ts";
import type { TableRow } from "./table.ts";
import type { TextBlock } from "./text-blocks.ts";

export interface DelimitedOptions {
  /** Named in errors. */
  readonly name: string;
  readonly delimiter: string;
  /** Lines end in a lone carriage return, as old Macs and some spreadsheets write them. */
  readonly hasCarriageReturnLines: boolean;
}

// Each costs a second look at what follows it. A file with more of them does not quote cells at all.
const MAX_LITERAL_LINES = 100;
/** A cell with broken quotes that has not ended after so much text is not waited for. */
const LITERAL_AFTER_CHARS = 65_536;

/** All rows, the header included; blank lines are skipped. Throws BAD_DATA at a quoted cell that is never closed. */
export async function* delimitedRows(
  blocks: AsyncIterable<TextBlock>,
  options: DelimitedOptions,
): AsyncGenerator<TableRow[]> {
  const reader = new DelimitedReader(options);
  for await (const block of blocks) {
    const rows = reader.push(block.text);
    if (rows.length > 0) yield rows;
  }
  const rows = reader.end();
  if (rows.length > 0) yield rows;
}

/** Cells of the first row of a text that is not blank; none when there is no such row. */
export function firstRow(text: string, options: Omit<DelimitedOptions, "name">): readonly string[] {
  const { delimiter, hasCarriageReturnLines } = options;
  const blankLines = delimiter === "\t" ? /^(?: *\n)+/ : /^(?:[^\S\n]*\n)+/;
  const rest = withNewlines(text, hasCarriageReturnLines).replace(blankLines, "");
  const result = new Papa.Parser({ delimiter, newline: "\n", preview: 1 }).parse(rest, 0, false);
  const [first = []] = result.data;
  // A line whose quotes enclose no cell, or one that is never closed: as it stands. Reading the rows tells what is wrong.
  const cells = result.errors.length > 0 ? (rest.split("\n", 1)[0] as string).split(delimiter) : first;
  return isBlank(cells)
    ? []
    : cells.map((cell, at) => (at === cells.length - 1 ? cell.replace(/\r$/, "") : cell));
}

class DelimitedReader {
  readonly #options: DelimitedOptions;
  #isLiteral = false;
  #literalLines = 0;
  /** The beginning of a row whose end has not come. */
  #carry = "";
  /** A carriage return at the very end may be half of a line end: it waits for the next text. */
  #half = "";
  #line = 1;

  constructor(options: DelimitedOptions) {
    this.#options = options;
  }

  /** Rows that are complete with this text. */
  push(added: string): TableRow[] {
    const text = withNewlines(this.#half + added, this.#options.hasCarriageReturnLines);
    this.#half = text.endsWith("\r") ? "\r" : "";
    const rows = this.#take(this.#carry + text.slice(0, text.length - this.#half.length), false);
    if (this.#carry.length > MAX_RECORD_BYTES) {
      const hint = this.#carry.includes('"') ? "; a quote may not be closed" : "";
      throw tooLong(this.#options.name, this.#line, hint);
    }
    return rows;
  }

  /** The last row, if the text does not end with a line end. */
  end(): TableRow[] {
    return this.#take(this.#carry, true);
  }

  #take(text: string, isLast: boolean): TableRow[] {
    const rows: TableRow[] = [];
    let rest = text;
    for (;;) {
      const result = this.#parser().parse(rest, 0, !isLast);
      const brokenAt = firstBroken(result, rest);
      if (brokenAt < 0) {
        this.#collect(rows, result.data, rest.includes('"'), isLast && isUnclosed(result));
        this.#carry = rest.slice(result.meta.cursor);
        return rows;
      }
      const start = brokenAt === 0 ? 0 : this.#parser(brokenAt).parse(rest, 0, true).meta.cursor;
      this.#collect(rows, result.data.slice(0, brokenAt), true, false);
      const newline = rest.indexOf("\n", start);
      const end = newline < 0 ? rest.length : newline;
      this.#collect(rows, [rest.slice(start, end).split(this.#options.delimiter)], false, false);
      this.#literalLines++;
      if (this.#literalLines > MAX_LITERAL_LINES) this.#isLiteral = true;
      rest = rest.slice(end + 1);
    }
  }

  #parser(preview = 0): InstanceType<typeof Papa.Parser> {
    const { delimiter } = this.#options;
    return new Papa.Parser({
      delimiter,
      newline: "\n",
      preview,
      ...(this.#isLiteral ? { fastMode: true } : {}),
    });
  }

  #collect(rows: TableRow[], data: readonly string[][], hasQuotes: boolean, isUnclosedLast: boolean): void {
    for (let index = 0; index < data.length; index++) {
      const cells = data[index] as string[];
      if (isUnclosedLast && index === data.length - 1) {
        const cause = `A quoted cell that begins on line ${this.#line} is never closed.`;
        throw parseFailure(this.#options.name, cause);
      }
      if (!isBlank(cells)) rows.push({ line: this.#line, cells, problem: null });
      this.#line += hasQuotes ? 1 + newlinesIn(cells) : 1;
    }
  }
}

/**
 * The first row with a quote that encloses nothing; −1 when there is none. A row that is not complete counts only when it is long
 * and its line is complete: more text may yet close the cell well.
 */
function firstBroken({ data, errors, meta }: ParserResult, text: string): number {
  const broken = errors.find((error) => error.code === "InvalidQuotes");
  if (!broken || broken.row < data.length) return broken?.row ?? -1;
  const isLong = text.length - meta.cursor > LITERAL_AFTER_CHARS;
  return isLong && text.includes("\n", meta.cursor) ? broken.row : -1;
}

function isUnclosed({ errors }: ParserResult): boolean {
  return errors.some((error) => error.code === "MissingQuotes");
}

function withNewlines(text: string, hasCarriageReturnLines: boolean): string {
  if (!text.includes("\r")) return text;
  return hasCarriageReturnLines ? text.replaceAll("\r", "\n") : text.replaceAll("\r\n", "\n");
}

function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && (cells[0] as string).trim() === "";
}

function newlinesIn(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf("\n"); at >= 0; at = cell.indexOf("\n", at + 1)) count++;
  }
  return count;
}
