import { type DetectedFormat, EMPTY_FILE_TEXT, formatOfName } from "#contract/ingestion.ts";
import { EngineError } from "../../engine-error.ts";
import { type OpenedBytes, openBytes } from "./byte-blocks.ts";
import { delimitedRows, firstRow } from "./delimited.ts";
import { jsonTable } from "./json-table.ts";
import { resolveColumns } from "./resolve-columns.ts";
import { type SniffedFormat, sniff } from "./sniff.ts";
import type { FileSource, ReadOptions } from "./source.ts";
import type { Table, TableRow } from "./table.ts";
import { headText, type TextBlock, textBlocks } from "./text-blocks.ts";

export interface OpenTableOptions extends ReadOptions {
  /** Columns that must be there, by name or by position from 1; the order in which a missing one is reported. */
  readonly wanted: readonly string[];
  /** Whether rows are read with all columns; otherwise JSON rows hold the wanted ones only. */
  readonly allColumns: boolean;
  /** Whether the first row of delimited text is a header; found out when not given. */
  readonly header?: boolean | undefined;
}

export interface OpenedTable extends Table {
  readonly format: DetectedFormat;
  /** Where the name of the file and its content disagree, in words. */
  readonly warnings: readonly string[];
}

/**
 * Opens a file of any accepted format as rows. What the content is decides how it is read, whatever the name says.
 * Throws BAD_DATA or EMPTY_DATA at once when the beginning is enough to know; otherwise while rows are read.
 */
export async function openTable(source: FileSource, options: OpenTableOptions): Promise<OpenedTable> {
  const opened = await openBytes(source, options);
  try {
    return tableOf(source, opened, options);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function tableOf(source: FileSource, opened: OpenedBytes, options: OpenTableOptions): OpenedTable {
  const head = headText(source.name, opened);
  if (head.trim() === "") throw new EngineError("EMPTY_DATA", EMPTY_FILE_TEXT);
  const sniffed = sniff(source.name, head, options.wanted);
  const blocks = breathing(textBlocks(source.name, opened.blocks, opened.isGzip), options);
  const { table, delimiter, header } =
    sniffed.kind === "delimited"
      ? delimitedTable(source.name, head, sniffed, blocks, options)
      : { table: jsonTable(source.name, sniffed.kind, blocks, options), delimiter: null, header: null };
  const format: DetectedFormat = { name: formatName(sniffed), gzip: opened.isGzip, delimiter, header };
  return {
    // The names of a JSON file grow while it is read.
    get names() {
      return table.names;
    },
    positions: table.positions,
    rows: table.rows,
    hasColumn: (name) => table.hasColumn(name),
    format,
    warnings: disagreements(source.name, format),
  };
}

function delimitedTable(
  name: string,
  head: string,
  sniffed: SniffedFormat & { kind: "delimited" },
  blocks: AsyncIterable<TextBlock>,
  options: OpenTableOptions,
): { table: Table; delimiter: string; header: boolean } {
  const { delimiter } = sniffed;
  const first = firstRow(head, sniffed);
  const { hasHeader, positions } = resolveColumns(first, options.wanted, options.header, delimiter);
  const names = hasHeader ? first : first.map((_, index) => String(index + 1));
  const rows = dataRows(delimitedRows(blocks, { ...sniffed, name }), first.length, hasHeader);
  return {
    table: { names, positions, rows, hasColumn: () => true },
    delimiter,
    header: hasHeader,
  };
}

/** Drops the header and marks rows with more cells than the first row. */
async function* dataRows(
  batches: AsyncIterable<TableRow[]>,
  width: number,
  hasHeader: boolean,
): AsyncGenerator<TableRow[]> {
  let isFirst = hasHeader;
  for await (const batch of batches) {
    const rows = isFirst ? batch.slice(1) : batch;
    isFirst = false;
    yield rows.map((row) => (row.cells.length > width ? checkedWidth(row, width) : row));
  }
}

/** Extra cells are forgiven when they are empty: some programs end every line with a delimiter. */
function checkedWidth(row: TableRow, width: number): TableRow {
  if (row.cells.slice(width).every((cell) => cell === "")) return row;
  return { ...row, problem: row.problem ?? `has ${row.cells.length} cells instead of ${width}` };
}

async function* breathing(blocks: AsyncIterable<TextBlock>, options: ReadOptions): AsyncGenerator<TextBlock> {
  for await (const block of blocks) {
    yield block;
    await options.breathe();
  }
}

function formatName(sniffed: SniffedFormat): DetectedFormat["name"] {
  if (sniffed.kind === "delimited") return sniffed.delimiter === "\t" ? "tsv" : "csv";
  return sniffed.kind === "ndjson" ? "ndjson" : "json";
}

function disagreements(name: string, format: DetectedFormat): string[] {
  const promised = formatOfName(name);
  const warnings: string[] = [];
  const usual = promised.format === "jsonl" ? "ndjson" : promised.format;
  if (usual !== null && usual !== format.name) {
    warnings.push(`The name ends in ${promised.suffix}, the content is ${format.name}: it was read as that.`);
  }
  if (promised.gzip !== format.gzip) {
    warnings.push(
      format.gzip
        ? "The content is compressed with gzip though the name does not say so."
        : "The name says that the file is compressed with gzip, it is not.",
    );
  }
  return warnings;
}
