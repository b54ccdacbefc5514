/**
 * Uploads as the original takes them, for deployments that are set to its exact answers: the suffix decides how a file is read, one
 * row with too many cells refuses it, and texts name it as it is stored.
 */
import { formatOfName } from "#contract/file-name.ts";
import { columnNotFoundText, ingestionReport, parseFailureText } from "#contract/ingestion.ts";
import { shownPath } from "#services/files/file-names.ts";
import type { TrainingDataRow } from "#services/resources/resources.ts";

/** What the original splits by; JSON has no delimiter. */
const DELIMITERS: Readonly<Record<string, string>> = { csv: ",", tsv: "\t" };

/** The original's reason against a file that we could read; null when there is none. */
export function refusalOfOriginal(row: Pick<TrainingDataRow, "basename" | "report">): string | null {
  const parsed = ingestionReport.safeParse(row.report);
  if (!parsed.success) return null;
  const { format, columns, rejected } = parsed.data;
  const promised = formatOfName(row.basename);
  const isTooWide = rejected.some(({ reason }) => /^has \d+ cells instead of \d+$/.test(reason));
  if (promised.gzip !== format.gzip || isTooWide) return parseFailureText(row.basename, promised.suffix);
  const delimiter = DELIMITERS[promised.format ?? ""] ?? null;
  // Split by another delimiter, the whole header is one column.
  return delimiter === format.delimiter ? null : columnNotFoundText(columns.time ?? columns.user);
}

/** A refusal with the name that the original stores the file under: seven letters drawn at random follow the stem. */
export function withStoredName(text: string, token: string): string {
  return text.replace(/^(Failed to parse )(\S+)( as )/, (_, before, name, after) => {
    const [, stored] = shownPath("", name, token).split("/");
    return `${before}${stored}${after}`;
  });
}
