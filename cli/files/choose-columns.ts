import { stat } from "node:fs/promises";
import { parseSeparator } from "#contract/file-format.ts";
import { HEADER_SETTINGS } from "#contract/reading.ts";
import { knownColumns } from "#reading/column-names.ts";
import { proposeColumns, type Side } from "#reading/propose-columns.ts";
import type { Values } from "../options/command-line.ts";
import { oneOf } from "../options/command-line.ts";
import type { DATA_OPTIONS } from "../options/data-options.ts";
import { UsageError } from "../options/usage-error.ts";
import type { Progress } from "../terminal/progress.ts";
import { readHead } from "./find-id-column.ts";
import { gunzip } from "./read-file.ts";

type DataValues = Values<typeof DATA_OPTIONS>;
const TABLES: readonly (string | undefined)[] = [undefined, "csv", "tsv", "json", "ndjson"];

/**
 * The options with the columns of users and items that nobody named, by the head of the file, and a line that says which. Options that are
 * wrong, files without columns and those that can be read once stay as they are. Throws `UsageError` if no name tells, or several do.
 */
export async function withColumnsOf<Given extends DataValues>(
  values: Given,
  path: string | undefined,
  progress: Progress,
): Promise<Given> {
  const { "user-column": user, "item-column": item, format, header = "auto" } = values;
  const isTold = user !== undefined && item !== undefined;
  if (isTold || path === undefined || !TABLES.includes(format)) return values;
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return values;
  const setting = oneOf("header", header, HEADER_SETTINGS);
  const separator = values.separator === undefined ? undefined : parseSeparator(values.separator);
  if (separator === null) return values;
  const known = { separator, header: setting === "auto" ? undefined : setting === "yes" };
  const table = await readHead(path, known, { gunzip, breathe: async () => {} });
  if (table === null) return values;
  const proposal = proposeColumns(table, {
    ...(user !== undefined && { user }),
    ...(item !== undefined && { item }),
  });
  const found = (side: Side): string => {
    const { [side]: column, unclear } = proposal;
    if (column === null) throw new UsageError(missingText(path, side, table.columns));
    if (unclear[side].length > 0) throw new UsageError(unclearText(path, side, unclear[side]));
    return column;
  };
  const columns = { "user-column": found("user"), "item-column": found("item") };
  const place = table.hasHeader === false ? "at position" : "in the column";
  const text = `users are ${place} ${shown(columns["user-column"])} and items ${place} ${shown(columns["item-column"])}`;
  const time =
    proposal.time !== null && values["time-column"] === undefined && !values.ordered
      ? ` ${shown(proposal.time)} looks like times, which --time-column would use.`
      : "";
  progress.done(`${path}: ${text}; --user-column and --item-column choose others.${time}`);
  return { ...values, ...columns };
}

const shown = (column: string) => (/^\d+$/.test(column) ? column : `"${column}"`);

function missingText(path: string, side: Side, columns: readonly string[]): string {
  return `--${side}-column is missing: no name of a column in ${path} tells where the ${side}s are. ${knownColumns(columns)}`;
}

function unclearText(path: string, side: Side, columns: readonly string[]): string {
  const listed = columns.map((column) => `"${column}"`).join(" and ");
  return `--${side}-column is missing: in ${path} the ${side}s may be in the columns ${listed}.`;
}
