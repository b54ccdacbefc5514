import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { openBytes } from "#engine/data/read/byte-blocks.ts";
import type { ReadOptions } from "#engine/data/read/source.ts";
import { readHeadTable } from "#reading/head-table.ts";

const FIRST = "1";

/**
 * The column of the ids of a table, where nobody named it: the column of the data's ids if the table has one of that name, else its
 * first. JSON has names alone, so its first column is the first key. Reads the beginning of the file; of a pipe, which can be read
 * once, it is the first column.
 *
 * @param likely The column of the data's ids; null if it is unknown.
 */
export async function findIdColumn(
  path: string,
  likely: string | null,
  options: ReadOptions,
): Promise<string> {
  if (!(await stat(path)).isFile()) return FIRST;
  const opened = await openBytes({ name: path, bytes: createReadStream(path) }, options);
  const { head: bytes, isHeadWhole: isWhole, isGzip } = opened;
  await opened.close();
  const found = readHeadTable({ name: path, bytes, isWhole, isGzip }, DETECTED);
  // The reading of the whole file says what the problem is.
  if ("problem" in found) return FIRST;
  const { columns, separator } = found.table;
  if (likely !== null && columns.includes(likely)) return likely;
  return separator === null ? (columns[0] ?? FIRST) : FIRST;
}

const DETECTED = { separator: undefined, header: undefined };
