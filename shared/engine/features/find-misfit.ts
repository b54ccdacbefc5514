import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { MetadataReader } from "../data/item-metadata.ts";
import type { Steps } from "../in-steps.ts";
import { ColumnCheck, type Misfit } from "./column-check.ts";

/** A misfit with its row. */
export interface FoundMisfit {
  readonly misfit: Misfit;
  /** Of the item or user. */
  readonly id: string;
  /** Of the file, or the number of the record; null in metadata of an earlier release. */
  readonly line: number | null;
}

/** Rows per step: about two milliseconds. */
const ROWS_PER_STEP = 300;

/** The first value of a table that does not fit the columns' types; null if all fit. */
export function* findMisfit(
  reader: Pick<MetadataReader, "records">,
  columns: readonly FeatureColumn[],
): Steps<FoundMisfit | null> {
  const check = new ColumnCheck(columns);
  let rows = 0;
  for (const { itemId: id, properties, line } of reader.records()) {
    const misfit = check.check(properties);
    if (misfit) return { misfit, id, line };
    if (++rows % ROWS_PER_STEP === 0) yield;
  }
  return null;
}
