/** An uploaded file without some of its rows, as uncompressed text of the same kind. */
import { splitFileName } from "#contract/file-name.ts";
import type { DetectedFormat } from "#contract/ingestion.ts";
import { type OpenedTable, openTable } from "#engine/data/read/open-table.ts";
import type { FileSource, ReadOptions } from "#engine/data/read/source.ts";
import { cleanText, idText } from "#reading/clean-id.ts";
import type { TableRow } from "#reading/table.ts";

export interface RewriteOptions extends ReadOptions {
  /** The columns that ingestion used, in its order: the reading of the file depends on them. */
  readonly wanted: readonly string[];
  /** Which of them holds the user. */
  readonly column: string;
  readonly header?: boolean | undefined;
}

export interface Rewriting {
  /** The name of the new file: it is not compressed, and JSON of any form becomes one object a line. */
  readonly name: string;
  /** How the old file was read; the new one is read in the same way, though its rows alone might suggest another. */
  readonly format: DetectedFormat;
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** Rows left out so far: those of the user. */
  readonly removed: () => number;
  readonly kept: () => number;
}

/**
 * Opens a file and returns it without the rows of a user: the id is compared as ingestion reads it. All other rows keep their
 * exact text; a JSON document becomes one object a line. An unreadable row, or one without a usable id, is also left out if it
 * mentions the user. A JSON object that mentions the user only in a repeated key is written as it is read. If a row of the user
 * was taken for a header, the header's names become `column_1`, `column_2` and so on.
 */
export async function rewriteWithout(
  source: FileSource,
  options: RewriteOptions,
  id: string,
): Promise<Rewriting> {
  const table = await openTable(source, { ...options, allColumns: true, keepsText: true });
  const userId = idText(id, true) ?? id;
  const encoder = new TextEncoder();
  const column = options.wanted.indexOf(options.column);
  let removed = 0;
  let kept = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const header = headerOf(table, { at: table.positions[column] as number, options, userId });
    if (header.isUserRow) removed++;
    if (header.text !== "") yield encoder.encode(endedLine(header.text));
    for await (const batch of table.rows) {
      const at = table.positions[column] as number;
      const left = batch.filter((row) => !isOf(table.names, row, at, userId));
      removed += batch.length - left.length;
      kept += left.length;
      const texts = left.map((row) => textOf(table, row, userId));
      if (texts.length > 0) yield encoder.encode(texts.map(endedLine).join(""));
    }
  }
  const { delimiter } = table.format;
  const suffix = delimiter === null ? ".ndjson" : delimiter === "\t" ? ".tsv" : ".csv";
  const name = `${splitFileName(source.name).stem}${suffix}`;
  return { name, format: table.format, chunks: chunks(), removed: () => removed, kept: () => kept };
}

interface Sought {
  /** The position of the ids among the cells. */
  readonly at: number;
  readonly options: RewriteOptions;
  readonly userId: string;
}

/** With a column by position the first row may be data, though it was taken for a header. */
function headerOf({ format, headerText, names }: OpenedTable, { at, options, userId }: Sought) {
  const name = cleanText(names[at] ?? "");
  const isUserRow = format.header === true && name !== cleanText(options.column) && name === userId;
  if (!isUserRow) return { isUserRow, text: headerText };
  const text = names.map((_, index) => `column_${index + 1}`).join(format.delimiter ?? ",");
  return { isUserRow, text };
}

function isOf(names: readonly string[], row: TableRow, at: number, userId: string): boolean {
  const id = idText(row.cells[at], true);
  if (id === userId) return true;
  if (row.problem !== null) return mentions(row.text, userId);
  if (id !== null) return false;
  return mentions(record(names, row), userId) || (row.text !== undefined && mentions(row.text, userId));
}

function textOf({ names, format }: OpenedTable, row: TableRow, userId: string): string {
  if (row.text === undefined) return record(names, row);
  if (format.delimiter !== null || row.problem !== null) return row.text;
  const sought = bare(userId);
  if (!bare(decoded(row.text)).includes(sought)) return row.text;
  const asRead = record(names, row);
  return bare(asRead).includes(sought) ? row.text : asRead;
}

/** JSON text with its escaped characters decoded. */
function decoded(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/**
 * Whether text holds an id, however its quotes are written. A broken row without text, or with escaped characters, may hold any.
 */
function mentions(text: string | undefined, userId: string): boolean {
  if (text === undefined || text.includes("\\u")) return true;
  return bare(text).includes(bare(userId));
}

function bare(text: string): string {
  return cleanText(text).replace(/["\\\s]/g, "");
}

function endedLine(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

function record(names: readonly string[], { cells }: TableRow): string {
  const entries = names.flatMap((name, at) => (cells[at] === undefined ? [] : [[name, cells[at]] as const]));
  return JSON.stringify(Object.fromEntries(entries));
}
