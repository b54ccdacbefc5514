import { formatOfName } from "#contract/file-name.ts";
import type { DetectedFormat } from "#contract/ingestion.ts";
import { blankText } from "#reading/plain-text.ts";
import { type SniffedFormat, sniff } from "#reading/sniff.ts";
import type { Table, TableRow } from "#reading/table.ts";
import { uniqueNames } from "#reading/unique-names.ts";
import { EngineError } from "../../engine-error.ts";
import { type OpenedBytes, openBytes } from "./byte-blocks.ts";
import { delimitedRows } from "./delimited.ts";
import { jsonTable } from "./json-table.ts";
import { resolveColumns } from "./resolve-columns.ts";
import type { FilePart, FileSource, OpenTableOptions, ReadOptions } from "./source.ts";
import { headText, type TextBlock, textBlocks } from "./text-blocks.ts";

export interface OpenedTable extends Table {
  readonly format: DetectedFormat;
  /** A sentence if the name of the file and its content disagree. */
  readonly warnings: readonly string[];
  /** The text before the first row: a header and anything before it. Empty for JSON. */
  readonly headerText: string;
}

/**
 * Opens a file of any accepted format as rows. The content decides how it is read, whatever its name is. Throws BAD_DATA or
 * EMPTY_DATA at once when the beginning is enough to know; otherwise while rows are read.
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
  const { name, part } = source;
  const head = headText(name, opened);
  if (head.trim() === "") {
    throw new EngineError("EMPTY_DATA", blankText(name, opened.isHeadWhole));
  }
  const sniffed = sniff({ name, head, isWhole: opened.isHeadWhole }, options.wanted, options.separator);
  const blocks = breathing(textBlocks(name, opened.blocks, opened.isGzip, part?.firstLine), options);
  const read =
    sniffed.kind === "delimited"
      ? delimitedTable(name, sniffed, blocks, { ...options, part })
      : { ...NO_DELIMITER, table: jsonTable(name, sniffed.kind, blocks, { ...options, part }) };
  const { table, warnings, headerText, delimiter, delimiter_reason, header, header_reason } = read;
  const format: DetectedFormat = {
    name: formatName(sniffed),
    gzip: opened.isGzip,
    ...{ delimiter, delimiter_reason, header, header_reason },
  };
  return {
    // The names of a JSON file grow during reading.
    get names() {
      return table.names;
    },
    positions: table.positions,
    rows: table.rows,
    hasColumn: (column) => table.hasColumn(column),
    format,
    warnings: [...disagreements(name, format), ...warnings],
    headerText,
  };
}

type DelimitedFormat = Pick<DetectedFormat, "delimiter" | "delimiter_reason" | "header" | "header_reason">;
type TextTable = DelimitedFormat & { table: Table; warnings: readonly string[]; headerText: string };

const NO_DELIMITER = {
  ...{ delimiter: null, delimiter_reason: null, header: null, header_reason: null },
  ...{ warnings: [], headerText: "" },
};

function delimitedTable(
  name: string,
  sniffed: SniffedFormat & { kind: "delimited" },
  blocks: AsyncIterable<TextBlock>,
  options: OpenTableOptions & { readonly part: FilePart | undefined },
): TextTable {
  const { sample, preamble, hasCarriageReturnLines } = sniffed;
  const { separator, isUnquoted, maySpanLines } = sample;
  const { header, positions } = resolveColumns(sample, options.wanted, options.header);
  const { hasHeader } = header;
  const width = sample.first.length;
  const { names, warnings } = uniqueNames(sample.first, hasHeader);
  const rows = delimitedRows(blocks, {
    ...{ name, separator, width, isUnquoted, maySpanLines, hasCarriageReturnLines, preamble },
    ...(options.keepsText && { keepsText: true }),
    part: options.part,
  });
  const headerRow = { hasHeader, isInText: hasHeader && options.part?.isFirst !== false };
  return {
    table: { names, positions, rows: dataRows(rows, sample.first, headerRow), hasColumn: () => true },
    warnings: options.allColumns ? warnings : [],
    headerText: hasHeader ? preamble + sample.firstText : preamble,
    delimiter: separator,
    delimiter_reason: sniffed.separatorReason,
    header: hasHeader,
    header_reason: header.reason,
  };
}

/** Drops the header, marks where it is repeated, and rows with more cells than the first row. */
async function* dataRows(
  batches: AsyncIterable<TableRow[]>,
  first: readonly string[],
  { hasHeader, isInText }: { readonly hasHeader: boolean; readonly isInText: boolean },
): AsyncGenerator<TableRow[]> {
  let isFirst = isInText;
  for await (const batch of batches) {
    const rows = isFirst ? batch.slice(1) : batch;
    isFirst = false;
    yield rows.map((row) => {
      if (row.cells.length > first.length) return checkedWidth(row, first.length);
      const isHeader =
        hasHeader && row.cells[0] === first[0] && first.every((cell, at) => cell === row.cells[at]);
      return isHeader ? { ...row, problem: row.problem ?? "repeats the header" } : row;
    });
  }
}

/** Extra empty cells are allowed: some programs end every line with a separator. */
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
  if (sniffed.kind === "delimited") return sniffed.sample.separator === "\t" ? "tsv" : "csv";
  return sniffed.kind === "ndjson" ? "ndjson" : "json";
}

function disagreements(name: string, format: DetectedFormat): string[] {
  const promised = formatOfName(name);
  const warnings: string[] = [];
  const usual = promised.format === "jsonl" ? "ndjson" : promised.format;
  if (usual !== null && usual !== format.name) {
    warnings.push(
      `The name ends in ${promised.suffix}, but the content is ${format.name}: it was read as ${format.name}.`,
    );
  }
  if (promised.gzip !== format.gzip) {
    warnings.push(
      format.gzip
        ? "The content is compressed with gzip though the name does not say so."
        : "The name says that the file is compressed with gzip, but it is not.",
    );
  }
  return warnings;
}
