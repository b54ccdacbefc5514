/** An uploaded file without some of its rows, as plain text of the same kind. */
import { splitFileName } from "#contract/file-name.ts";
import type { DetectedFormat } from "#contract/ingestion.ts";
import { openTable } from "#engine/data/read/open-table.ts";
import type { FileSource, ReadOptions } from "#engine/data/read/source.ts";
import { cleanText, idText } from "#reading/clean-id.ts";
import type { TableRow } from "#reading/table.ts";

export interface RewriteOptions extends ReadOptions {
  /** The columns that ingestion asked for, in its order: what the file is read as depends on them. */
  readonly wanted: readonly string[];
  /** Which of them holds the person. */
  readonly column: string;
  readonly header?: boolean | undefined;
}

export interface Rewriting {
  /** What the new file is called: it is not compressed, and JSON of any form becomes one object a line. */
  readonly name: string;
  /** How the old file was read; the new one is to be read alike, though its rows might now tell otherwise. */
  readonly format: DetectedFormat;
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** Rows left out so far: those of the person. */
  readonly removed: () => number;
  readonly kept: () => number;
}

/**
 * Opens a file and gives it back without the rows that ingestion takes for a person's: the id is compared as ingestion reads it. All
 * other rows keep their text, letter by letter; a JSON document becomes one object a line. A row that cannot be read goes, too, if it
 * mentions the person.
 */
export async function rewriteWithout(
  source: FileSource,
  options: RewriteOptions,
  id: string,
): Promise<Rewriting> {
  const table = await openTable(source, { ...options, allColumns: true, keepsText: true });
  const person = idText(id, true) ?? id;
  const encoder = new TextEncoder();
  const column = options.wanted.indexOf(options.column);
  let removed = 0;
  let kept = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (table.headerText !== "") yield encoder.encode(endedLine(table.headerText));
    for await (const batch of table.rows) {
      const at = table.positions[column] as number;
      const left = batch.filter((row) => !isOf(row, at, person));
      removed += batch.length - left.length;
      kept += left.length;
      const texts = left.map((row) => row.text ?? record(table.names, row));
      if (texts.length > 0) yield encoder.encode(texts.map(endedLine).join(""));
    }
  }
  const { delimiter } = table.format;
  const suffix = delimiter === null ? ".ndjson" : delimiter === "\t" ? ".tsv" : ".csv";
  const name = `${splitFileName(source.name).stem}${suffix}`;
  return { name, format: table.format, chunks: chunks(), removed: () => removed, kept: () => kept };
}

function isOf(row: TableRow, at: number, person: string): boolean {
  if (idText(row.cells[at], true) === person) return true;
  return row.problem !== null && mentions(row.text, person);
}

/** Whether text holds an id, however its quotes are written. A broken row without text, or with coded characters, may hold any. */
function mentions(text: string | undefined, person: string): boolean {
  if (text === undefined || text.includes("\\u")) return true;
  return bare(text).includes(bare(person));
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
