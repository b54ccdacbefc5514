/**
 * Uploads as in Recotem. The suffix decides how a file is read, one row with too many cells makes it refused, and texts have
 * its stored name.
 */
import { formatOfName } from "#contract/file-name.ts";
import { columnNotFoundText, ingestionReport, parseFailureText } from "#contract/ingestion.ts";
import { shownPath } from "#services/files/file-names.ts";
import type { FileDialect } from "../dialect/dialect.ts";
import { ownDialect } from "../dialect/own-dialect.ts";

/** Recotem's separators; JSON has none. */
const DELIMITERS: Readonly<Record<string, string>> = { csv: ",", tsv: "\t" };

/** Recotem's reason against a file that Edgewise could read; null when there is none, and for files without a report. */
export const objection: FileDialect["objection"] = (row) => {
  const parsed = ingestionReport.safeParse(row.report);
  if (!parsed.success) return null;
  const { format, columns, rejected } = parsed.data;
  const promised = formatOfName(row.basename);
  const isTooWide = rejected.some(({ reason }) => /^has \d+ cells instead of \d+$/.test(reason));
  if (promised.gzip !== format.gzip || isTooWide) return parseFailureText(row.basename, promised.suffix);
  const delimiter = DELIMITERS[promised.format ?? ""] ?? null;
  // With another separator the whole header is one column.
  return delimiter === format.delimiter ? null : columnNotFoundText(columns.time ?? columns.user);
};

/** A refusal with the name that Recotem stores the file under: seven random letters follow the stem. */
export function withStoredName(text: string, token: string): string {
  return text.replace(/^(Failed to parse )(\S+)( as )/, (_, before, name, after) => {
    const [, stored] = shownPath("", name, token).split("/");
    return `${before}${stored}${after}`;
  });
}

/** Edgewise adds how to fix the file, and uses its original name. Recotem has one sentence, with the stored name. */
export const refusalText: FileDialect["refusalText"] = (text, token) => {
  const [, first = text] =
    /^(.*? (?:as \.\w+ file|not found in the upload file|as datetime)\.)/.exec(text) ?? [];
  return withStoredName(first, token);
};

/** Recotem has no limit here. No page shows more rows than this. */
const MAX_PREVIEW_ROWS = 10_000;

/** All of a column-oriented file; for a negative number the file cannot be read. */
export const preview: FileDialect["preview"] = (row, asked) => {
  const { suffix } = formatOfName(row.basename);
  if (suffix === ".json") return { rowCount: MAX_PREVIEW_ROWS };
  if (!/^-\d+$/.test(asked ?? "")) return ownDialect.files.preview(row, asked);
  const token = row.fileKey?.split("/").at(-1) ?? "";
  return { refusal: withStoredName(parseFailureText(row.basename, suffix), token) };
};
