/** The first task of an ingestion: looks at the beginning of the file, cuts it into ranges, and says how many partitions there are. */
import { GZIP_MAGIC, marksLength, startsWith } from "#reading/plain-text.ts";
import { lineCells } from "#reading/sample.ts";
import { type SniffedFormat, sniff } from "#reading/sniff.ts";
import { wantedColumns } from "../../data/read/read-interactions.ts";
import { BLOCK_BYTES } from "../../data/read/source.ts";
import { headText } from "../../data/read/text-blocks.ts";
import { type IngestSizes, type IngestWork, putJson, type RangedFile, writtenJson } from "./ingest-work.ts";

/** How the file is cut. */
export interface FileSurvey {
  /** Range r is the bytes `starts[r] … starts[r + 1]`. */
  readonly starts: readonly number[];
  /** Whether the content is compressed; such a file is one range. */
  readonly isGzip: boolean;
  readonly partitionCount: number;
}

const SURVEY = "survey";
/** Text takes this many times as much room as its gzip. Rows that shrink more only make partitions larger. */
const USUAL_GZIP_RATIO = 8;
/** A cut is looked for within these bytes; a file without a line end in them is not cut there. */
const WINDOW_BYTES = BLOCK_BYTES;
/** Lines after a cut that must look like rows. */
const ROWS_AFTER_CUT = 3;

export async function surveyFile(work: IngestWork): Promise<FileSurvey> {
  const { file, sizes } = work;
  const head = await beginningOf(file);
  const isGzip = startsWith(head, GZIP_MAGIC);
  const starts = isGzip ? [0, file.size] : await cutFile(work, head);
  const partitionCount = partitionsOf(file.size, isGzip, sizes);
  const survey = { starts, isGzip, partitionCount };
  await putJson(work.store, SURVEY, survey);
  return survey;
}

/** How many partitions a file has. @param bytes As it is stored. */
export function partitionsOf(bytes: number, isGzip: boolean, sizes: IngestSizes): number {
  const plainBytes = isGzip ? bytes * USUAL_GZIP_RATIO : bytes;
  return Math.max(1, Math.ceil(plainBytes / sizes.partitionBytes));
}

export function surveyOf({ store }: Pick<IngestWork, "store">): Promise<FileSurvey> {
  return writtenJson(store, SURVEY);
}

/** The first BLOCK_BYTES of a file. */
export async function beginningOf(file: RangedFile): Promise<Uint8Array> {
  return bytesBetween(file, 0, Math.min(file.size, BLOCK_BYTES));
}

async function bytesBetween(file: RangedFile, from: number, to: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(to - from);
  let filled = 0;
  for await (const chunk of file.read(from, to)) {
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  return bytes.subarray(0, filled);
}

async function cutFile({ file, sizes, columns, reading }: IngestWork, head: Uint8Array): Promise<number[]> {
  const { size, name } = file;
  const whole = [0, size];
  if (size <= sizes.rangeBytes) return whole;
  const isWhole = size <= head.length;
  const opened = head.subarray(marksLength(head));
  const text = headText(name, { head: opened, isHeadWhole: isWhole, isGzip: false });
  const sniffed = sniff({ name, head: text, isWhole }, wantedColumns(columns), reading.separator);
  if (!isByLines(sniffed)) return whole;
  const starts = [0];
  for (let target = sizes.rangeBytes; target < size; target += sizes.rangeBytes) {
    const from = Math.max(target, starts.at(-1) as number);
    const window = await bytesBetween(file, from, Math.min(size, from + WINDOW_BYTES));
    const at = from + cutWithin(window, sniffed);
    if (at > (starts.at(-1) as number) && at < size && at > from) starts.push(at);
  }
  return [...starts, size];
}

/** A document of JSON is read from its beginning, and so are lines that end in a carriage return alone. */
export function isByLines(sniffed: SniffedFormat): boolean {
  return sniffed.kind === "ndjson" || (sniffed.kind === "delimited" && !sniffed.hasCarriageReturnLines);
}

const LINE_FEED = 0x0a;

/**
 * The byte after the first line end that seems to end a row: the next lines have as many cells as the rows at the beginning of the file. A cell
 * in quotes may go over several lines, so this can be wrong; reading the range before it shows that. 0 without a line end.
 */
function cutWithin(window: Uint8Array, sniffed: SniffedFormat): number {
  const first = window.indexOf(LINE_FEED) + 1;
  if (first === 0 || sniffed.kind !== "delimited" || !window.includes(QUOTE)) return first;
  const { separator, first: cells } = sniffed.sample;
  for (let at = first; at > 0; at = nextLine(window, at)) {
    if (looksLikeRows(window, at, (line) => lineCells(line, separator).length === cells.length)) return at;
  }
  return first;
}

const QUOTE = 0x22;
const decoder = new TextDecoder();

function looksLikeRows(window: Uint8Array, from: number, isRow: (line: string) => boolean): boolean {
  let at = from;
  for (let row = 0; row < ROWS_AFTER_CUT; row++) {
    const end = window.indexOf(LINE_FEED, at);
    if (end < 0) return row > 0;
    if (!isRow(decoder.decode(window.subarray(at, end)).replace(/\r+$/, ""))) return false;
    at = end + 1;
  }
  return true;
}

/** The byte after the next line end; 0 without one. */
function nextLine(window: Uint8Array, from: number): number {
  return window.indexOf(LINE_FEED, from) + 1;
}
