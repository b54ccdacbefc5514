/**
 * Reads the beginning of a data file and proposes which columns hold the person, the item and the time, so that nobody types
 * column names by heart. A proposal only: the server decides what the file is.
 */

export interface ColumnProposal {
  /** Header names, or positions from 1 when the file has no header. */
  readonly columns: readonly string[];
  readonly hasHeader: boolean;
  readonly user: string | null;
  readonly item: string | null;
  readonly time: string | null;
  /** The first rows, to recognise the columns by. */
  readonly sample: readonly (readonly string[])[];
}

const DELIMITERS = [",", "\t", ";", "|"] as const;
const SAMPLE_ROWS = 3;
const USER_NAME = /^(user|customer|member|viewer|fan|account|client|visitor|person|reader|player)/i;
const ITEM_NAME =
  /^(item|product|movie|film|post|article|content|book|track|song|artist|game|sku|asin|business|recipe|video)/i;
const TIME_NAME = /(time|date|^ts$|_at$|^at$|when)/i;
/** Seconds or milliseconds since 1970, from 2001 on; or a text that begins like 2024-05-01. */
const TIME_VALUE = /^(\d{10}(\.\d+)?|\d{13}|\d{4}-\d{2}-\d{2}.*|\d{9})$/;
const NUMBER_VALUE = /^-?\d+(\.\d+)?$/;

/** Null when no table can be made out. */
export function sniffColumns(head: string): ColumnProposal | null {
  const text = head.replace(/^\uFEFF/, "").trimStart();
  if (text === "") return null;
  const table = text.startsWith("{") || text.startsWith("[") ? readRecords(text) : readDelimited(text);
  return table === null || table.columns.length < 2 ? null : { ...table, ...propose(table) };
}

interface HeadTable {
  readonly columns: string[];
  readonly hasHeader: boolean;
  readonly sample: string[][];
}

function readRecords(text: string): HeadTable | null {
  const records = [...text.matchAll(/\{[^{}]*\}/g)]
    .slice(0, SAMPLE_ROWS)
    .map(([found]) => parseObject(found));
  const first = records[0];
  if (!first) return null;
  const columns = Object.keys(first);
  const sample = records.filter((record) => record !== null);
  return {
    columns,
    hasHeader: true,
    sample: sample.map((record) => columns.map((column) => String(record[column] ?? ""))),
  };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function readDelimited(text: string): HeadTable | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const first = lines[0];
  if (first === undefined) return null;
  const delimiter = DELIMITERS.reduce((best, candidate) =>
    splitRow(first, candidate).length > splitRow(first, best).length ? candidate : best,
  );
  const rows = lines.slice(0, SAMPLE_ROWS + 1).map((line) => splitRow(line, delimiter));
  const cells = rows[0] ?? [];
  const hasHeader = !cells.some((cell) => NUMBER_VALUE.test(cell) || TIME_VALUE.test(cell));
  return {
    columns: hasHeader ? cells : cells.map((_, index) => String(index + 1)),
    hasHeader,
    sample: rows.slice(hasHeader ? 1 : 0).slice(0, SAMPLE_ROWS),
  };
}

/** Splits one line; a quoted cell may hold delimiters and doubled quotes, but no line break. */
function splitRow(line: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at];
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (line[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (char === '"' && cell === "") isQuoted = true;
    else if (char === delimiter) {
      cells.push(cell.trim());
      cell = "";
    } else cell += char;
  }
  cells.push(cell.trim());
  return cells;
}

function propose(table: HeadTable): Pick<ColumnProposal, "user" | "item" | "time"> {
  const free = new Set(table.columns);
  const take = (found: string | undefined): string | null => {
    if (found === undefined) return null;
    free.delete(found);
    return found;
  };
  const byName = (pattern: RegExp) => (column: string) => free.has(column) && pattern.test(column);
  const looksLikeTime = (column: string) => {
    const index = table.columns.indexOf(column);
    const values = table.sample.map((row) => row[index] ?? "");
    return free.has(column) && values.length > 0 && values.every((value) => TIME_VALUE.test(value));
  };
  if (!table.hasHeader) {
    const [user, item] = [take(table.columns[0]), take(table.columns[1])];
    return { user, item, time: take(table.columns.find(looksLikeTime)) };
  }
  const user = take(table.columns.find(byName(USER_NAME)));
  const item = take(table.columns.find(byName(ITEM_NAME)));
  const time = take(table.columns.find(byName(TIME_NAME)) ?? table.columns.find(looksLikeTime));
  return { user, item, time };
}
