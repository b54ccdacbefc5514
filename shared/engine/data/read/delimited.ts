/**
 * Rows of separated text, block by block. A line without quotes is divided at its separators; `quoted-row.ts` reads the others.
 */
import { withLineFeeds } from "#reading/line-ends.ts";
import { type Dialect, readQuotedRow } from "#reading/quoted-row.ts";
import { splitPlain } from "#reading/separator.ts";
import type { TableRow } from "#reading/table.ts";
import { CutInsideRow, type FilePart, MAX_RECORD_BYTES, tooLong } from "./source.ts";
import type { TextBlock } from "./text-blocks.ts";

export interface DelimitedOptions extends Dialect {
  /** Named in errors. */
  readonly name: string;
  /** Lines end in a lone carriage return, as old Macs and some spreadsheets write them. */
  readonly hasCarriageReturnLines: boolean;
  /** Whether a quoted cell of this text may go over several lines; see `Sample.maySpanLines`. */
  readonly maySpanLines: (row: string) => boolean;
  /** A first line that is not a row; may be empty. */
  readonly preamble: string;
  /** Whether rows include their text. */
  readonly keepsText?: boolean;
  /** The text is a part of a file; all of it by default. */
  readonly part?: FilePart | undefined;
}

/** All rows, the header included; blank lines are skipped. A row whose quotes cannot be read is a row with a problem. */
export async function* delimitedRows(
  blocks: AsyncIterable<TextBlock>,
  options: DelimitedOptions,
): AsyncGenerator<TableRow[]> {
  const reader = new DelimitedReader(options);
  for await (const block of blocks) {
    const rows = reader.push(block.text);
    if (rows.length > 0) yield rows;
  }
  if (options.part?.isLast === false) return reader.requireWholeRows();
  const rows = reader.end();
  if (rows.length > 0) yield rows;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

class DelimitedReader {
  readonly #options: DelimitedOptions;
  /** The beginning of a row whose end has not been read. */
  #carry = "";
  #line: number;
  /** Characters at the beginning of the file that are still to skip. */
  #skip: number;

  constructor(options: DelimitedOptions) {
    this.#options = options;
    this.#skip = options.part?.isFirst === false ? 0 : options.preamble.length;
    this.#line = options.part?.firstLine ?? 1;
  }

  /** Rows that are complete with this text. */
  push(added: string): TableRow[] {
    const text = withLineFeeds(added, this.#options.hasCarriageReturnLines);
    if (this.#skip === 0) return this.#take(this.#carry + text, false);
    const rest = text.slice(this.#skip);
    this.#skip -= text.length - rest.length;
    if (this.#skip === 0) this.#line++;
    return this.#take(rest, false);
  }

  /** The last row, if the text does not end with a line end. */
  end(): TableRow[] {
    return this.#take(this.#carry, true);
  }

  /** Throws `CutInsideRow` when the text so far ends inside of a row. */
  requireWholeRows(): void {
    if (this.#carry !== "") throw new CutInsideRow();
  }

  #take(text: string, isLast: boolean): TableRow[] {
    const { isUnquoted = false } = this.#options;
    const rows: TableRow[] = [];
    let quote = isUnquoted ? -1 : text.indexOf('"');
    let at = 0;
    while (at < text.length) {
      if (text.charCodeAt(at) === LINE_FEED) {
        at++;
        this.#line++;
        continue;
      }
      const newline = text.indexOf("\n", at);
      const lineEnd = newline < 0 ? text.length : newline;
      if (lineEnd - at > MAX_RECORD_BYTES) throw tooLong(this.#options.name, this.#line);
      if (newline < 0 && !isLast) break;
      const hasQuote = quote >= 0 && quote < lineEnd;
      const end = hasQuote
        ? this.#takeQuoted(rows, text, at, isLast)
        : this.#takePlain(rows, text, at, lineEnd);
      if (end < 0) break;
      at = end;
      if (hasQuote) quote = text.indexOf('"', at);
    }
    this.#carry = text.slice(at);
    return rows;
  }

  #takePlain(rows: TableRow[], text: string, start: number, lineEnd: number): number {
    let end = lineEnd;
    while (end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN) end--;
    const next = Math.min(lineEnd + 1, text.length);
    const cells = splitPlain(text.slice(start, end), this.#options.separator);
    if (!isBlank(cells)) rows.push(this.#row(cells, null, text, start, next));
    this.#line++;
    return next;
  }

  /** −1 when the end of the row has not been read. */
  #takeQuoted(rows: TableRow[], text: string, start: number, isLast: boolean): number {
    const read = readQuotedRow({ text, start, isLast }, this.#options, this.#options.maySpanLines);
    if (read === null) return -1;
    rows.push(this.#row(read.cells ?? [], read.problem, text, start, read.end));
    this.#line += newlinesIn(text, start, read.end);
    return read.end;
  }

  #row(cells: string[], problem: string | null, text: string, start: number, end: number): TableRow {
    const row = { line: this.#line, cells, problem };
    return this.#options.keepsText ? { ...row, text: text.slice(start, end) } : row;
  }
}

function isBlank(cells: readonly string[]): boolean {
  return cells.length === 1 && (cells[0] as string).trim() === "";
}

function newlinesIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", start); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
