/** The tables of items and users as models read them: how a row is encoded, and the features of all ids of a dataset. */

import type { FeatureColumn } from "#contract/feature-columns.ts";
import type { IdMap } from "../data/id-map.ts";
import type { FeatureMatrix, SideFeatures } from "../data/side-features.ts";
import { finishSteps, type Steps } from "../in-steps.ts";
import { layoutOf } from "./feature-layout.ts";
import { type FindRow, featureRowsInSteps, type GrowingRows } from "./feature-matrix.ts";
import type { FeatureRow } from "./feature-row.ts";
import { type FeatureBlock, type FeatureSpace, sizeOfBlock } from "./feature-space.ts";
import { FeatureSpaceBuilder } from "./space-builder.ts";

export interface FeatureTable {
  readonly space: FeatureSpace;
  /** A row for each item or user of the dataset; those that the table lacks have empty rows. */
  readonly matrix: FeatureMatrix;
}

/** A side without a table is null. */
export interface FeatureTables {
  readonly items: FeatureTable | null;
  readonly users: FeatureTable | null;
}

/** What fits and evaluations read of the tables; undefined without any. */
export function sideFeaturesOf({ items, users }: FeatureTables): SideFeatures | undefined {
  if (items === null && users === null) return undefined;
  return { ...(items && { items: items.matrix }), ...(users && { users: users.matrix }) };
}

/** A table whose matrix says which features belong to which column. */
export function withLayout(space: FeatureSpace, matrix: FeatureMatrix): FeatureTable {
  return { space, matrix: { ...matrix, layout: layoutOf(space) } };
}

export interface TableInput {
  /** Their names are different; ignored ones may be among them. */
  readonly columns: readonly FeatureColumn[];
  /** Every row of the table, also those of ids that the dataset does not have. */
  readonly rows: () => Iterable<FeatureRow>;
  readonly ids: IdMap;
  readonly findRow: FindRow;
  /**
   * Where the matrix has more, the columns with the most entries are left out until it has no more, such as long texts. No limit by
   * default.
   */
  readonly mostEntries?: number;
  /**
   * Bytes of vectors. Where there are more, the columns of the longest vectors are left out until there are no more. No limit by
   * default.
   */
  readonly mostVectorBytes?: number;
}

/** Learns the space from all rows, and encodes those of the ids. */
export function encodeTable(input: TableInput): FeatureTable {
  return finishSteps(encodeTableInSteps(input));
}

/** `encodeTable` in pieces of a few milliseconds. */
export function* encodeTableInSteps({
  columns,
  rows,
  ids,
  findRow,
  mostEntries = Number.POSITIVE_INFINITY,
  mostVectorBytes = Number.POSITIVE_INFINITY,
}: TableInput): Steps<FeatureTable> {
  let space = withoutLongVectors(yield* learnSpace(columns, rows()), mostVectorBytes / Math.max(1, ids.size));
  for (;;) {
    const encoded = yield* featureRowsInSteps(space, ids, findRow, mostEntries);
    if (encoded.entryCount <= mostEntries) return withLayout(space, encoded.finish());
    space = withoutLargest(space, encoded);
  }
}

/** Rows between two yields: some milliseconds. */
const ROWS_PER_PIECE = 200;

function* learnSpace(columns: readonly FeatureColumn[], rows: Iterable<FeatureRow>): Steps<FeatureSpace> {
  const builder = new FeatureSpaceBuilder(columns);
  let count = 0;
  for (const row of rows) {
    builder.add(row);
    if (++count % ROWS_PER_PIECE === 0) yield;
  }
  return builder.finish();
}

/** The space without the block that has the most entries. */
function withoutLargest({ blocks }: FeatureSpace, encoded: GrowingRows): FeatureSpace {
  const counts = encoded.columnCounts();
  let largest: FeatureBlock | undefined;
  let [most, offset] = [0, 0];
  for (const block of blocks) {
    const end = offset + sizeOfBlock(block);
    const own = counts.subarray(offset, end).reduce((sum, count) => sum + count, 0);
    if (own > most) [largest, most] = [block, own];
    offset = end;
  }
  return spaceOfBlocks(blocks.filter((block) => block !== largest));
}

/** @param mostNumbers Of a row. */
function withoutLongVectors(space: FeatureSpace, mostNumbers: number): FeatureSpace {
  let left = mostNumbers;
  const vectors = space.blocks.filter((block) => block.kind === "vector");
  const short = vectors
    .toSorted((a, b) => a.width - b.width)
    .filter(({ width }) => {
      left -= width;
      return left >= 0;
    });
  if (short.length === vectors.length) return space;
  return spaceOfBlocks(space.blocks.filter((block) => block.kind !== "vector" || short.includes(block)));
}

function spaceOfBlocks(kept: readonly FeatureBlock[]): FeatureSpace {
  return { blocks: kept, size: kept.reduce((sum, block) => sum + sizeOfBlock(block), 0) };
}
