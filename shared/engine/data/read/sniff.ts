/** What a file is, told by how its content begins. The name only breaks ties. */
import { formatOfName } from "#contract/ingestion.ts";
import { firstRow } from "./delimited.ts";

export type SniffedFormat =
  | { readonly kind: "delimited"; readonly delimiter: string; readonly hasCarriageReturnLines: boolean }
  /** One JSON object a line. */
  | { readonly kind: "ndjson" }
  /** `[{…}, {…}]` */
  | { readonly kind: "records" }
  /** `{column: {row: value}}`, as pandas writes by default, or `{column: [value]}`. */
  | { readonly kind: "columns" };

const DELIMITERS = [",", "\t", ";", "|"] as const;
// Enough lines to tell a delimiter from a character that happens to occur.
const LINES_LOOKED_AT = 20;

/** Recognises the content of a file. `wanted` are the column names that a header should have. */
export function sniff(name: string, head: string, wanted: readonly string[]): SniffedFormat {
  const text = head.trimStart();
  const { format } = formatOfName(name);
  const isNamedJson = format === "json" || format === "ndjson" || format === "jsonl";
  if (/^\[\s*([{\]]|$)/.test(text) || (isNamedJson && text.startsWith("["))) return { kind: "records" };
  if (/^\{\s*(["}]|$)/.test(text)) return { kind: isColumnOriented(text) ? "columns" : "ndjson" };
  const hasCarriageReturnLines = head.includes("\r") && !head.includes("\n");
  const delimiter = findDelimiter(text, format === "tsv" ? "\t" : ",", wanted, hasCarriageReturnLines);
  if (isNamedJson && delimiter === null) return { kind: format === "json" ? "records" : "ndjson" };
  return { kind: "delimited", delimiter: delimiter ?? ",", hasCarriageReturnLines };
}

/** An object whose first value is a table by itself; a whole first line decides by all of its values. */
function isColumnOriented(text: string): boolean {
  const newline = text.indexOf("\n");
  const firstLine = newline < 0 ? text : text.slice(0, newline);
  try {
    const values = Object.values(JSON.parse(firstLine) as Record<string, unknown>);
    return values.every((value) => typeof value === "object" && value !== null);
  } catch {
    return /^\{\s*"(?:[^"\\]|\\.)*"\s*:\s*[{[]/.test(text);
  }
}

function findDelimiter(
  text: string,
  usual: string,
  wanted: readonly string[],
  hasCarriageReturnLines: boolean,
): string | null {
  const candidates = [usual, ...DELIMITERS.filter((delimiter) => delimiter !== usual)];
  const rows = candidates.map((delimiter) => firstRow(text, { delimiter, hasCarriageReturnLines }));
  const named = rows.findIndex((cells) => cells.length > 1 && wanted.every((name) => cells.includes(name)));
  if (named >= 0) return candidates[named] as string;
  const lines = text
    .split(hasCarriageReturnLines ? "\r" : "\n")
    .filter((line) => line.trim() !== "")
    .slice(0, LINES_LOOKED_AT);
  let best: { delimiter: string; score: number } | null = null;
  for (const delimiter of candidates) {
    const score = consistency(lines.map((line) => line.split(delimiter).length - 1));
    if (score > 0 && (best === null || score > best.score)) best = { delimiter, score };
  }
  return best?.delimiter ?? null;
}

/** Share of the lines that have as many delimiters as the first; 0 when the first has none. Ties go to the usual delimiter. */
function consistency(counts: readonly number[]): number {
  const [first = 0] = counts;
  if (first === 0) return 0;
  return counts.filter((count) => count === first).length / counts.length;
}
