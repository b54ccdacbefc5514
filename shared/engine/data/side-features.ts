import { EngineError } from "../engine-error.ts";
import type { CsrMatrix } from "./csr-matrix.ts";
import { csrRow } from "./csr-row.ts";
import type { IdMap } from "./id-map.ts";
import { hasVector, type VectorRows } from "./vector-rows.ts";

/**
 * What is known of items and users beside their interactions: a row of features for each, in the indices of the user-items matrix. A
 * side without a table is absent. Unlike weights of interactions, values may be below 0.
 */
export interface SideFeatures {
  /** Items × their features. */
  readonly items?: FeatureMatrix;
  /** Users × their features. */
  readonly users?: FeatureMatrix;
}

export interface FeatureMatrix extends CsrMatrix {
  /** Which features belong to which column, in their order. Absent where no table is known: then all are labels of one column. */
  readonly layout?: readonly FeatureRange[];
  /** Of the same rows; absent where the table has no column of vectors. They are in no feature, and few models read them. */
  readonly vectors?: VectorRows;
}

export const RANGE_KINDS = ["title", "text", "category", "tags", "number", "date", "geo"] as const;
/** The type of a column; flags are `tags`, cells of `geo` are keys as tags are. */
export type RangeKind = (typeof RANGE_KINDS)[number];

/** The features of one column of a table, or of all its flags: `from` … `to` − 1. */
export interface FeatureRange {
  readonly kind: RangeKind;
  /** The name of the column; empty for flags. */
  readonly column: string;
  readonly from: number;
  readonly to: number;
  /** The words or values, in the order of the features; null for numbers and dates. */
  readonly keys: IdMap | null;
  /** By feature of a title or text, the weight that its values contain; null for others. */
  readonly idf: Float32Array | null;
  /** By feature, 1 for a pair of tags; null where there are none. */
  readonly isPair: Uint8Array | null;
}

/** The sides with a table, and whether items have vectors. */
export function tablesIn(features: SideFeatures | undefined) {
  const { items, users } = features ?? {};
  return { items: items !== undefined, users: users !== undefined, vectors: items?.vectors !== undefined };
}

/** The features of one row: ascending indices without repeats, and their values, finite and not 0. */
export interface FeatureVector {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  /** The row's vectors, each of length 1, one column after another; zeros for one that the row lacks. Absent where it has none. */
  readonly vector?: Float32Array;
}

/** Whether a row says something that a model reads. @param readsVectors Whether it reads vectors, or else the features. */
export function isDescribed(matrix: FeatureMatrix, row: number, readsVectors = false): boolean {
  return readsVectors ? hasVector(matrix.vectors, row) : matrix.indptr[row] !== matrix.indptr[row + 1];
}

/** The features of one row, without a copy and without its vector; undefined where there is no table, or the row is not in it. */
export function featureRow(matrix: CsrMatrix | undefined, row: number): FeatureVector | undefined {
  if (!matrix || row >= matrix.rowCount) return undefined;
  const { indices, weights } = csrRow(matrix, row);
  return { indices, values: weights };
}

/** Throws `BAD_DATA` if a side has another number of rows than the user-items matrix, or a value is not finite. */
export function requireSideFeatures(userItems: CsrMatrix, { items, users }: SideFeatures): void {
  const sides = [
    { what: "item", matrix: items, count: userItems.columnCount },
    { what: "user", matrix: users, count: userItems.rowCount },
  ];
  for (const { what, matrix, count } of sides) {
    if (!matrix) continue;
    if (matrix.rowCount !== count) {
      throw new EngineError(
        "BAD_DATA",
        `There are ${matrix.rowCount} rows of ${what} features, expected ${count}.`,
      );
    }
    const at = matrix.values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) throw new EngineError("BAD_DATA", `A ${what} feature has the value ${matrix.values[at]}.`);
  }
}
