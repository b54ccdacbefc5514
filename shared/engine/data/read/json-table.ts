/** The three JSON forms as tables: one object a line, a list of objects, and column-oriented `{column: {row: value}}`. */
import { parseExactJson } from "#reading/exact-json.ts";
import { RecordRows } from "#reading/record-rows.ts";
import type { Table, TableRow } from "#reading/table.ts";
import { EngineError } from "../../engine-error.ts";
import { ColumnStore } from "./column-store.ts";
import { JsonStream } from "./json-stream.ts";
import { type FilePart, MAX_RECORD_BYTES, type OpenTableOptions, tooLong } from "./source.ts";
import type { TextBlock } from "./text-blocks.ts";

// Rows built from columns at a time: a few milliseconds.
const BATCH_ROWS = 2048;
// Columns are held until all are there: a million interactions with times take about 60 MB.
const MAX_STORED_BYTES = 72 * 1024 * 1024;

/** Rows of a JSON file. A line of ndjson that is broken is a rejected row; a broken document is an error (BAD_DATA). */
export function jsonTable(
  name: string,
  kind: "ndjson" | "records" | "columns",
  blocks: AsyncIterable<TextBlock>,
  options: OpenTableOptions & { readonly part?: FilePart | undefined },
): Table {
  const records = new RecordRows(options.wanted, options.allColumns);
  const read = { ndjson: lineRows, records: listRows, columns: columnRows }[kind];
  return {
    get names() {
      return options.allColumns ? records.names : records.seenNames;
    },
    positions: records.positions,
    rows: read(name, blocks, records, options),
    hasColumn: (column) => records.hasColumn(column),
  };
}

async function* lineRows(
  name: string,
  blocks: AsyncIterable<TextBlock>,
  records: RecordRows,
  { keepsText, part }: OpenTableOptions & { readonly part?: FilePart | undefined },
): AsyncGenerator<TableRow[]> {
  let line = part?.firstLine ?? 1;
  let carry = "";
  const take = (lines: readonly string[]): TableRow[] => {
    const rows: TableRow[] = [];
    for (const text of lines) {
      if (text.trim() !== "") {
        const row = lineRow(text, line, records);
        rows.push(keepsText ? { ...row, text: `${text}\n` } : row);
      }
      line++;
    }
    return rows;
  };
  for await (const block of blocks) {
    const lines = (carry + block.text).split("\n");
    carry = lines.pop() as string;
    if (carry.length > MAX_RECORD_BYTES) throw tooLong(name, line + lines.length, ".ndjson");
    yield take(lines);
  }
  yield take([carry]);
}

function lineRow(text: string, line: number, records: RecordRows): TableRow {
  try {
    return records.toRow(parseExactJson(text), line);
  } catch {
    return { line, cells: [], problem: "is not valid JSON" };
  }
}

async function* listRows(
  name: string,
  blocks: AsyncIterable<TextBlock>,
  records: RecordRows,
): AsyncGenerator<TableRow[]> {
  let rows: TableRow[] = [];
  let recordNumber = 0;
  const stream = new JsonStream(name, 1, (value) => {
    recordNumber++;
    rows.push(records.toRow(value, recordNumber));
  });
  for await (const block of blocks) {
    stream.write(block);
    yield rows;
    rows = [];
  }
  stream.end();
}

async function* columnRows(
  name: string,
  blocks: AsyncIterable<TextBlock>,
  records: RecordRows,
  options: OpenTableOptions,
): AsyncGenerator<TableRow[]> {
  const store = new ColumnStore();
  const stream = new JsonStream(name, 2, (value, rowKey, column) => {
    const index = records.columnIndex(String(column));
    if (index >= 0) store.set(index, String(rowKey), value);
  });
  for await (const block of blocks) {
    stream.write(block);
    if (store.byteLength > MAX_STORED_BYTES) {
      throw new EngineError(
        "UNSUPPORTED",
        `${name} is too large for column-oriented JSON; save it as CSV or as one JSON object a line.`,
      );
    }
  }
  stream.end();
  const columnCount = records.names.length;
  for (let start = 0; start < store.rowCount; start += BATCH_ROWS) {
    const rows: TableRow[] = [];
    for (let row = start; row < Math.min(store.rowCount, start + BATCH_ROWS); row++) {
      rows.push({ line: row + 1, cells: store.row(row, columnCount), problem: null });
    }
    yield rows;
    await options.breathe();
  }
}
