import type { CsrMatrix } from "../data/csr-matrix.ts";
import type { IdMap } from "../data/id-map.ts";
import type { FeatureMatrix, FeatureVector } from "../data/side-features.ts";
import type { FeatureRow } from "./feature-column.ts";
import { layoutOf } from "./feature-layout.ts";
import { encodeRow, type FeatureSpace } from "./feature-space.ts";

/** The rows of a table by id; null for an id that the table lacks. */
export type FindRow = (id: string) => FeatureRow | null;

/**
 * Features of all items or users, in the order of their ids. One that the table lacks has an empty row. Unlike weights of
 * interactions, values may be below 0.
 */
export function featureMatrix(space: FeatureSpace, ids: IdMap, findRow: FindRow): FeatureMatrix {
  const vectors = Array.from({ length: ids.size }, (_, index) => {
    const row = findRow(ids.idAt(index));
    return row ? encodeRow(space, row) : NO_FEATURES;
  });
  return { ...matrixOfVectors(vectors, space.size), layout: layoutOf(space) };
}

const NO_FEATURES: FeatureVector = { indices: new Uint32Array(0), values: new Float32Array(0) };

/** A matrix with a row for each vector. */
export function matrixOfVectors(vectors: readonly FeatureVector[], columnCount: number): CsrMatrix {
  const indptr = new Uint32Array(vectors.length + 1);
  for (const [row, { indices }] of vectors.entries())
    indptr[row + 1] = (indptr[row] as number) + indices.length;
  const count = indptr[vectors.length] as number;
  const indices = new Uint32Array(count);
  const values = new Float32Array(count);
  for (const [row, vector] of vectors.entries()) {
    indices.set(vector.indices, indptr[row]);
    values.set(vector.values, indptr[row]);
  }
  return { rowCount: vectors.length, columnCount, indptr, indices, values };
}
