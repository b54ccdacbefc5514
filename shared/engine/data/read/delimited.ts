/// <reference path="./papaparse.d.ts" />
/** Rows of comma, tab or otherwise separated text (RFC 4180 quoting), tokenised by papaparse block by block. */
import Papa from "papaparse/papaparse.js";
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

const BROKEN_QUOTES = "has a quote inside a quoted cell that is not doubled";

/** All rows, the header included; blank lines are skipped. Throws BAD_DATA at a quoted cell that is never closed. */
export async function* delimitedRows(
  blocks: AsyncIterable<TextBlock>,
  options: DelimitedOptions,
): AsyncGenerator<TableRow[]> {
  const parser = new Papa.Parser({ delimiter: options.delimiter, newline: "\n" });
  let carry = "";
  let line = 1;
  const take = (text: string, isLast: boolean): TableRow[] => {
    const result = parser.parse(text, 0, !isLast);
    if (isLast && result.errors.some((error) => error.code === "MissingQuotes")) {
      const rows = toRows(result.data.slice(0, -1), new Set(), line, true);
      const badLine = (rows.nextLine ?? line) as number;
      throw parseFailure(options.name, `A quoted cell that begins on line ${badLine} is never closed.`);
    }
    const broken = new Set(result.errors.map((error) => error.row));
    const rows = toRows(result.data, broken, line, text.includes('"'));
    line = rows.nextLine;
    carry = text.slice(result.meta.cursor);
    return rows.rows;
  };
  for await (const block of blocks) {
    const text = withNewlines(carry + block.text, options.hasCarriageReturnLines);
    // A carriage return at the very end may be half of a line end: it waits for the next block.
    const isHalf = text.endsWith("\r");
    const rows = take(isHalf ? text.slice(0, -1) : text, false);
    if (isHalf) carry += "\r";
    if (carry.length > MAX_RECORD_BYTES) {
      throw tooLong(options.name, line, carry.includes('"') ? "; a quote may not be closed" : "");
    }
    if (rows.length > 0) yield rows;
  }
  const rows = take(withNewlines(carry, options.hasCarriageReturnLines).replace(/\r$/, ""), true);
  if (rows.length > 0) yield rows;
}

/** Cells of the first row that is not blank; null when there is none in the text. */
export function firstRow(text: string, delimiter: string, hasCarriageReturnLines: boolean): string[] | null {
  const parser = new Papa.Parser({ delimiter, newline: "\n" });
  const { data } = parser.parse(withNewlines(text, hasCarriageReturnLines), 0, false);
  const row = data.find((cells) => !isBlank(cells));
  return row?.map((cell, index) => (index === row.length - 1 ? cell.replace(/\r$/, "") : cell)) ?? null;
}

function toRows(
  data: readonly string[][],
  broken: ReadonlySet<number>,
  firstLine: number,
  hasQuotes: boolean,
): { rows: TableRow[]; nextLine: number } {
  const rows: TableRow[] = [];
  let line = firstLine;
  for (let index = 0; index < data.length; index++) {
    const cells = data[index] as string[];
    if (!isBlank(cells)) {
      rows.push({ line, cells, problem: broken.has(index) ? BROKEN_QUOTES : null });
    }
    line += hasQuotes ? 1 + newlinesIn(cells) : 1;
  }
  return { rows, nextLine: line };
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
