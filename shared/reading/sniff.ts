/** Recognises a file by the beginning of its content. The name only breaks ties. */
import { formatOfName } from "#contract/file-name.ts";
import { findSeparator } from "./find-separator.ts";
import { withLineFeeds } from "./line-ends.ts";
import { type Sample, takeSample } from "./sample.ts";
import { BLANKS } from "./separator.ts";

export type SniffedFormat =
  | {
      readonly kind: "delimited";
      readonly sample: Sample;
      readonly separatorReason: string;
      readonly hasCarriageReturnLines: boolean;
      /** A first line that only names the separator; empty when there is none. */
      readonly preamble: string;
    }
  /** One JSON object a line. */
  | { readonly kind: "ndjson" }
  /** `[{…}, {…}]` */
  | { readonly kind: "records" }
  /** `{column: {row: value}}`, as pandas writes by default, or `{column: [value]}`. */
  | { readonly kind: "columns" };

export interface Beginning {
  /** The name of the file. */
  readonly name: string;
  readonly head: string;
  /** Whether `head` is all of the file. */
  readonly isWhole: boolean;
}

/** Recognises the content of a file. `wanted` are the required columns, `separator` is the known separator of its cells. */
export function sniff(
  { name, head, isWhole }: Beginning,
  wanted: readonly string[],
  separator: string | undefined,
): SniffedFormat {
  const text = head.trimStart();
  const { format } = formatOfName(name);
  const isNamedJson = format === "json" || format === "ndjson" || format === "jsonl";
  if (/^\[\s*([{\]]|$)/.test(text) || (isNamedJson && text.startsWith("["))) return { kind: "records" };
  if (/^\{\s*(["}]|$)/.test(text)) return { kind: isColumnOriented(text) ? "columns" : "ndjson" };
  const hasCarriageReturnLines = head.includes("\r") && !head.includes("\n");
  const whole = withLineFeeds(head, hasCarriageReturnLines);
  const [preamble = "", named] = SEPARATOR_LINE.exec(whole) ?? [];
  const lines = whole.slice(preamble.length);
  const usual = format === "tsv" ? "\t" : format === "csv" ? "," : null;
  const found = findSeparator(lines, isWhole, usual, wanted);
  // Broken JSON has blanks, too.
  const isCut = found !== null && !(isNamedJson && found.separator === BLANKS);
  if (isNamedJson && separator === undefined && !isCut) {
    return { kind: format === "json" ? "records" : "ndjson" };
  }
  const { separator: taken, reason } =
    (separator !== undefined && { separator, reason: "as set, or as read before" }) ||
    (named !== undefined && { separator: named, reason: "as the first line of the file says" }) ||
    (found ?? { separator: usual ?? ",", reason: "no separator divides its lines" });
  const sample = takeSample(lines, isWhole, taken);
  return { kind: "delimited", sample, separatorReason: reason, hasCarriageReturnLines, preamble };
}

/** The line that tells spreadsheets the separator. */
const SEPARATOR_LINE = /^"?sep=([^\n"])"?\r*\n/i;

/** An object whose first value alone is a table; if the whole first line is there, all of its values decide. */
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
