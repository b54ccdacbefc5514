/** The tables of items and users as models read them: how a row is encoded, and the features of all ids of a dataset. */
import type { CsrMatrix } from "../data/csr-matrix.ts";
import type { IdMap } from "../data/id-map.ts";
import type { SideFeatures } from "../data/side-features.ts";
import type { FeatureColumn, FeatureRow } from "./feature-column.ts";
import { type FindRow, featureMatrix } from "./feature-matrix.ts";
import type { FeatureSpace } from "./feature-space.ts";
import { FeatureSpaceBuilder } from "./space-builder.ts";

export interface FeatureTable {
  readonly space: FeatureSpace;
  /** A row for each item or user of the dataset; those that the table lacks have empty rows. */
  readonly matrix: CsrMatrix;
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

export interface TableInput {
  /** Their names are different; ignored ones may be among them. */
  readonly columns: readonly FeatureColumn[];
  /** Every row of the table, also those of ids that the dataset does not have. */
  readonly rows: Iterable<FeatureRow>;
  readonly ids: IdMap;
  readonly findRow: FindRow;
}

/** Learns the space from all rows, and encodes those of the ids. */
export function encodeTable({ columns, rows, ids, findRow }: TableInput): FeatureTable {
  const builder = new FeatureSpaceBuilder(columns);
  for (const row of rows) builder.add(row);
  const space = builder.finish();
  return { space, matrix: featureMatrix(space, ids, findRow) };
}
