/** Item-to-item rows whose values may be negative: two sets of packed rows, the second to be subtracted. */

import type { Section } from "../../artifact/section.ts";
import type { EncodeOptions } from "../fit/algorithm.ts";
import {
  addPackedRow,
  type PackedRows,
  packedEntry,
  packedSections,
  requirePackedRows,
} from "./packed-rows.ts";

export interface SignedRows {
  readonly positive: PackedRows;
  readonly negative: PackedRows;
}

/** out += weight · row. */
export function addSignedRow(rows: SignedRows, row: number, weight: number, out: Float32Array): void {
  addPackedRow(rows.positive, row, weight, out);
  addPackedRow(rows.negative, row, -weight, out);
}

/** What `addSignedRow` adds to a column: weight · row[column]. */
export function signedEntry(rows: SignedRows, row: number, weight: number, column: number): number {
  const positive = packedEntry(rows.positive, row, weight, column);
  return positive === 0 ? packedEntry(rows.negative, row, -weight, column) : positive;
}

/** Copies of the arrays, or with `isLast` the arrays themselves, under names that begin with `prefix`. */
export function signedSections(
  { positive, negative }: SignedRows,
  prefix: string,
  options?: Pick<EncodeOptions, "isLast">,
): Section[] {
  return [
    ...packedSections(positive, `${prefix}.positive`, options),
    ...packedSections(negative, `${prefix}.negative`, options),
  ];
}

/** Restores the rows from `signedSections`. Throws `BAD_ARTIFACT` for invalid rows. */
export function requireSignedRows(
  sections: readonly Section[],
  prefix: string,
  itemCount: number,
): SignedRows {
  const [positive, negative] = ["positive", "negative"].map((sign) =>
    requirePackedRows(sections, `${prefix}.${sign}`, itemCount, itemCount),
  ) as [PackedRows, PackedRows];
  return { positive, negative };
}
