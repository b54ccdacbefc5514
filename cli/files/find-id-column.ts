import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { openBytes } from "#engine/data/read/byte-blocks.ts";
import type { ReadOptions } from "#engine/data/read/source.ts";
import { isPosition } from "#reading/column-names.ts";
import { type HeadTable, type KnownFormat, readHeadTable } from "#reading/head-table.ts";
import { proposeIdColumn, type Side } from "#reading/propose-columns.ts";

const FIRST = "1";

/**
 * The column of the ids of a table, where nobody named it: the column of the data's ids if the table has one of that name, else the one whose
 * name tells, else its first. JSON has names alone, so its first column is the first key. Reads the beginning of the file; of a pipe, which
 * can be read once, it is the first column.
 *
 * @param likely The column of the data's ids; null if it is unknown.
 */
export async function findIdColumn(
  path: string,
  about: Side,
  likely: string | null,
  options: Pick<ReadOptions, "gunzip" | "breathe">,
): Promise<string> {
  // The reading of the whole file says what the problem is.
  const table = await readHead(path, DETECTED, options);
  if (table === null) return FIRST;
  const { columns, separator } = table;
  if (likely !== null && table.hasHeader !== false && columns.includes(likely)) return likely;
  // A header that does not look like one is one by the column that is named; its rows may be too long to be among the first.
  if (likely !== null && !isPosition(likely) && table.rows[0]?.includes(likely)) return likely;
  return proposeIdColumn(table, about) ?? (separator === null ? (columns[0] ?? FIRST) : FIRST);
}

const DETECTED: KnownFormat = { separator: undefined, header: undefined };

/** The beginning of a file as a table; null of a pipe, and where it cannot be read as one. */
export async function readHead(
  path: string,
  known: KnownFormat,
  options: Pick<ReadOptions, "gunzip" | "breathe">,
): Promise<HeadTable | null> {
  if (!(await stat(path)).isFile()) return null;
  const opened = await openBytes({ name: path, bytes: createReadStream(path) }, options);
  const { head: bytes, isHeadWhole: isWhole, isGzip } = opened;
  await opened.close();
  const found = readHeadTable({ name: path, bytes, isWhole, isGzip }, known);
  return "problem" in found ? null : found.table;
}
