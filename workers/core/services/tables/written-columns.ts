/** What the properties are that applications wrote, guessed from all of them as the columns of a file are. */

import type { FeatureColumn } from "#contract/feature-columns.ts";
import { MAX_TABLE_COLUMNS } from "#contract/limits.ts";
import type { TableSide } from "#contract/table-sides.ts";
import { ColumnCheck, type Misfit } from "#engine/features/column-check.ts";
import type { FeatureRow } from "#engine/features/feature-row.ts";
import { type ColumnDescription, ColumnGuess } from "#engine/features/guess-columns.ts";
import { writtenValues } from "#jobs/item-shelf/written-table.ts";
import type { ServiceDeps } from "../deps.ts";
import { hasWritten, type WrittenDeps, writtenRows } from "./written-rows.ts";

export type WrittenColumnsDeps = WrittenDeps & Pick<ServiceDeps, "sleep">;

/** Rows between two pauses: some milliseconds. */
const ROWS_PER_BREATH = 500;

/** Rows that the columns of a page are guessed from: a second of work. A job guesses from all. */
export const SHOWN_ROWS = 10_000;
/** To see whether there may be vectors. */
export const GLANCED_ROWS = 1_000;

/**
 * One for each property of the first rows, with samples; shares are of these rows. Empty where nothing was written. Of more than
 * `MAX_TABLE_COLUMNS` names the first count.
 */
export async function writtenColumns(
  deps: WrittenColumnsDeps,
  projectId: number,
  side: TableSide,
  mostRows = SHOWN_ROWS,
): Promise<ColumnDescription[]> {
  if (!(await hasWritten(deps, projectId, side))) return [];
  const guess = new ColumnGuess(MAX_TABLE_COLUMNS);
  let rows = 0;
  for await (const { values } of valuesOf(deps, projectId, side)) {
    guess.add(values);
    if (++rows === mostRows) break;
  }
  return guess.describe();
}

/** The first written value that does not fit a column, and whose it is; null if all fit. */
export async function writtenMisfit(
  deps: WrittenColumnsDeps,
  projectId: number,
  side: TableSide,
  columns: readonly FeatureColumn[],
): Promise<{ readonly id: string; readonly misfit: Misfit } | null> {
  const check = new ColumnCheck(columns);
  for await (const { id, values } of valuesOf(deps, projectId, side)) {
    const misfit = check.check(values);
    if (misfit) return { id, misfit };
  }
  return null;
}

/** Of what is not deleted. */
async function* valuesOf(
  deps: WrittenColumnsDeps,
  projectId: number,
  side: TableSide,
): AsyncGenerator<{ readonly id: string; readonly values: FeatureRow }> {
  let count = 0;
  for await (const rows of writtenRows(deps, projectId, side)) {
    for (const row of rows) {
      const values = writtenValues(row);
      if (values) yield { id: row.itemId, values };
      if (++count % ROWS_PER_BREATH === 0) await deps.sleep(0);
    }
  }
}
