/** The beginning of a file as a table, read as the platform will read it, to show a file before it is sent. */
import { EMPTY_FILE_TEXT, HEADER_ONLY_TEXT } from "#contract/ingestion.ts";
import { exactJsonParser, parseExactJson } from "./exact-json.ts";
import { findHeader } from "./find-header.ts";
import {
  binaryProblem,
  blankText,
  decodeUtf8,
  marksLength,
  unreadableText,
  utf8Problem,
  wholeCharacters,
} from "./plain-text.ts";
import { RecordRows } from "./record-rows.ts";
import { type SniffedFormat, sniff } from "./sniff.ts";

/** The first bytes of a file's content, decompressed. */
export interface FileHead {
  /** The name of the file. */
  readonly name: string;
  /** HEAD_BYTES, or all of the content. */
  readonly bytes: Uint8Array;
  /** Whether the bytes are all of the content. */
  readonly isWhole: boolean;
  readonly isGzip: boolean;
}

/** What the project's settings say about a file; undefined to detect it. */
export interface KnownFormat {
  readonly separator: string | undefined;
  readonly header: boolean | undefined;
}

export interface HeadTable {
  /** The name to request a column by: its name in the header if that is unique, or its position from 1. */
  readonly columns: readonly string[];
  /** The header's cells; positions where there is no header. */
  readonly labels: readonly string[];
  /** The first rows as text, each as long as `columns`. */
  readonly rows: readonly (readonly string[])[];
  /** Whether all columns are among them: of a JSON file that lists column by column, only the first ones are. */
  readonly hasAllColumns: boolean;
  /** Null for JSON. */
  readonly separator: string | null;
  readonly separatorReason: string | null;
  readonly hasHeader: boolean | null;
  readonly headerReason: string | null;
}

/** The table, or a sentence that says why the platform would refuse the file. */
export type HeadOutcome = { readonly table: HeadTable } | { readonly problem: string };

const ROWS_SHOWN = 5;

/** @param wanted  Chosen columns, which identify separators better than counting does. */
export function readHeadTable(
  head: FileHead,
  known: KnownFormat,
  wanted: readonly string[] = [],
): HeadOutcome {
  const { name, isWhole, isGzip } = head;
  const bytes = head.bytes.subarray(marksLength(head.bytes));
  if (bytes.length === 0) return { problem: EMPTY_FILE_TEXT };
  const binary = binaryProblem(name, bytes, isGzip);
  if (binary !== null) return { problem: binary };
  const whole = isWhole ? bytes : bytes.subarray(0, wholeCharacters(bytes));
  const text = decodeUtf8(whole);
  if (text === null) return { problem: utf8Problem(name, whole, 1, isGzip) };
  if (text.trim() === "") return { problem: blankText(name, isWhole) };
  const sniffed = sniff({ name, head: text, isWhole }, wanted, known.separator);
  if (sniffed.kind === "delimited") {
    const isSet = known.separator !== undefined;
    return delimitedHead(isSet ? { ...sniffed, separatorReason: "as set" } : sniffed, known.header, isWhole);
  }
  return jsonHead(name, sniffed.kind, text, isWhole);
}

function delimitedHead(
  { sample, separatorReason }: SniffedFormat & { kind: "delimited" },
  header: boolean | undefined,
  isWhole: boolean,
): HeadOutcome {
  const { first, following, separator } = sample;
  const found = header === undefined ? findHeader(first, following) : { hasHeader: header, reason: "as set" };
  const { hasHeader } = found;
  if (hasHeader && isWhole && following.length === 0) return { problem: HEADER_ONLY_TEXT };
  const isOwn = (cell: string) => cell !== "" && first.indexOf(cell) === first.lastIndexOf(cell);
  const positions = first.map((_, at) => String(at + 1));
  const rows = (hasHeader ? following : [first, ...following]).slice(0, ROWS_SHOWN);
  return {
    table: {
      columns: first.map((cell, at) => (hasHeader && isOwn(cell) ? cell : (positions[at] as string))),
      labels: hasHeader ? first : positions,
      rows: rows.map((cells) => positions.map((_, at) => cells[at] ?? "")),
      hasAllColumns: true,
      separator,
      separatorReason,
      hasHeader,
      headerReason: found.reason,
    },
  };
}

function jsonHead(
  name: string,
  kind: "ndjson" | "records" | "columns",
  text: string,
  isWhole: boolean,
): HeadOutcome {
  const records = new RecordRows([], true);
  const rows = { ndjson: lineRows, records: listRows, columns: columnRows }[kind](text, isWhole, records);
  if (rows === null || rows.length === 0) {
    const form = kind === "ndjson" ? "one JSON object a line" : "JSON";
    return { problem: unreadableText(name, `It is not ${form}.`, kind === "ndjson" ? ".ndjson" : ".json") };
  }
  const { names } = records;
  return {
    table: {
      columns: names,
      labels: names,
      rows: rows.slice(0, ROWS_SHOWN).map((cells) => names.map((_, at) => shownText(cells[at]))),
      hasAllColumns: isWhole || kind !== "columns",
      ...{ separator: null, separatorReason: null, hasHeader: null, headerReason: null },
    },
  };
}

type Cells = readonly unknown[];

function lineRows(text: string, isWhole: boolean, records: RecordRows): Cells[] {
  const lines = text.split("\n");
  const complete = isWhole ? lines : lines.slice(0, -1);
  return complete.flatMap((line, at) => {
    try {
      return line.trim() === "" ? [] : usable(records, parseExactJson(line), at + 1);
    } catch {
      // A broken line becomes a rejected row of the report.
      return [];
    }
  });
}

/** Null where the document is broken. */
function listRows(text: string, isWhole: boolean, records: RecordRows): Cells[] | null {
  const rows: Cells[] = [];
  const isRead = parsed(text, isWhole, 1, (value) => {
    rows.push(...usable(records, value, rows.length + 1));
  });
  return isRead ? rows : null;
}

function columnRows(text: string, isWhole: boolean, records: RecordRows): Cells[] | null {
  const rows = new Map<string, unknown[]>();
  const isRead = parsed(text, isWhole, 2, (value, rowKey, column) => {
    const cells = rows.get(String(rowKey)) ?? [];
    rows.set(String(rowKey), cells);
    const at = records.columnIndex(String(column));
    if (at >= 0) cells[at] = value;
  });
  return isRead ? [...rows.values()] : null;
}

function parsed(
  text: string,
  isWhole: boolean,
  depth: 1 | 2,
  take: Parameters<typeof exactJsonParser>[1],
): boolean {
  const parser = exactJsonParser(depth, take);
  try {
    parser.write(text);
  } catch {
    return false;
  }
  return !isWhole || parser.isEnded();
}

function usable(records: RecordRows, value: unknown, line: number): Cells[] {
  const row = records.toRow(value, line);
  return row.problem === null ? [row.cells] : [];
}

function shownText(cell: unknown): string {
  if (cell === undefined || cell === null) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}
