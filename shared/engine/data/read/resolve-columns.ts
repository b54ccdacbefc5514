/** Finds the wanted columns by their names in a header, or by their positions. */

import { separatorName } from "#contract/file-format.ts";
import { columnNotFoundText } from "#contract/ingestion.ts";
import { cleanText } from "#reading/clean-id.ts";
import { isPosition, knownColumns, shorten } from "#reading/column-names.ts";
import { type FoundHeader, findHeader } from "#reading/find-header.ts";
import type { Sample } from "#reading/sample.ts";
import { EngineError } from "../../engine-error.ts";

export interface ResolvedColumns {
  readonly header: FoundHeader;
  /** Cell index of each wanted column. */
  readonly positions: readonly number[];
}

/** The input: the first row, and the rows that show whether it is a header. */
export type FirstRows = Pick<Sample, "first" | "following" | "separator">;

/**
 * Resolves columns. A name that is not a number must be in the header, so there is one; where only numbers are wanted, the rows
 * decide (`findHeader`). A number is a position from 1, unless there is a header with a cell of that name. Throws BAD_DATA for a
 * missing or repeated column, BAD_PARAMETER for one that is wanted twice.
 *
 * @param isHeader What the caller knows about the first row; undefined to detect it.
 */
export function resolveColumns(
  rows: FirstRows,
  wanted: readonly string[],
  isHeader: boolean | undefined,
): ResolvedColumns {
  const names = wanted.map(cleanText);
  const header = headerOf(rows, names, isHeader);
  const positions = wanted.map((name, at) => {
    const found = positionOf(rows, names[at] as string, header.hasHeader);
    if (found !== null) return found;
    throw new EngineError(
      "BAD_DATA",
      `${columnNotFoundText(name)} ${whyMissing(rows, name, header.hasHeader)}`,
    );
  });
  refuseTwice(wanted, positions);
  return { header, positions };
}

function headerOf(
  { first, following }: FirstRows,
  names: readonly string[],
  isHeader: boolean | undefined,
): FoundHeader {
  if (isHeader !== undefined) return { hasHeader: isHeader, reason: "as set, or as read before" };
  const named = names.find((name) => !isPosition(name));
  if (named === undefined) return findHeader(first, following);
  return { hasHeader: true, reason: `it has the column "${named}"` };
}

function positionOf({ first }: FirstRows, name: string, hasHeader: boolean): number | null {
  const at = hasHeader ? first.indexOf(name) : -1;
  if (at < 0) return isPosition(name) && Number(name) <= first.length ? Number(name) - 1 : null;
  const again = first.indexOf(name, at + 1);
  if (again < 0) return at;
  throw new EngineError(
    "BAD_DATA",
    `There are two columns "${shorten(name)}", at positions ${at + 1} and ${again + 1}: choose one of them by its position.`,
  );
}

function refuseTwice(wanted: readonly string[], positions: readonly number[]): void {
  const at = positions.findIndex((position, index) => positions.indexOf(position) < index);
  if (at < 0) return;
  const position = positions[at] as number;
  const [one, other] = [wanted[positions.indexOf(position)], wanted[at]].map(
    (name) => `"${shorten(name ?? "")}"`,
  );
  const both = one === other ? `${one} twice` : `${one} and ${other}`;
  throw new EngineError("BAD_PARAMETER", `Column ${position + 1} of the file is chosen as ${both}.`);
}

function whyMissing({ first, separator }: FirstRows, name: string, hasHeader: boolean): string {
  const read = `Read with ${separatorName(separator)} as separator, the first row has ${first.length} ${first.length === 1 ? "column" : "columns"}`;
  if (/^0+$/.test(name)) return `Positions count from 1. ${read}.`;
  if (/^\d+$/.test(name) && !(hasHeader && !isPosition(name))) return `${read}.`;
  if (!hasHeader) return `Without a header, columns are given by position: 1, 2, and so on. ${read}.`;
  const [only = ""] = first;
  if (first.length === 1 && only.includes(name) && only !== name) {
    return `The separator seems to be another, which can be set: the whole first row is "${shorten(only)}".`;
  }
  return `${knownColumns(first)} ${read}.`;
}
