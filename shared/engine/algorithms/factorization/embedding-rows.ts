import type { CsrMatrix } from "../../data/csr-matrix.ts";

export const NORMALIZATIONS = ["features", "row", "none"] as const;

/** How the features of a row become the values that its embeddings are multiplied by. */
export interface RowScaling {
  readonly normalization: (typeof NORMALIZATIONS)[number];
  /** Of features, beside a row's own one. */
  readonly featureWeight: number;
  /** Whether rows have a feature of their own. */
  readonly hasIdentity: boolean;
}

/** The features whose embeddings are added up to the vector of a user or an item. */
export interface EmbeddingRows {
  /** Rows × embeddings. */
  readonly matrix: CsrMatrix;
  /** Embeddings before this one are the rows' own. */
  readonly firstFeature: number;
  readonly scaling: RowScaling;
}

/** @param size The sum of the sizes of a row's features. @returns The value of its own feature, and the factor of the others. */
export function scaledBy({ normalization, featureWeight, hasIdentity }: RowScaling, size: number) {
  const own = hasIdentity ? 1 : 0;
  if (normalization === "none") return { own, factor: featureWeight };
  if (normalization === "features") return { own, factor: size > 0 ? featureWeight / size : 0 };
  const total = own + featureWeight * size;
  return total > 0 ? { own: own / total, factor: featureWeight / total } : { own, factor: 0 };
}

/** Rows of a table of features, with a feature of their own each if they have one. Without a table they always do. */
export function embeddingRows(
  count: number,
  features: CsrMatrix | undefined,
  wanted: RowScaling,
): EmbeddingRows {
  const table = features && features.columnCount > 0 ? features : null;
  const scaling = { ...wanted, hasIdentity: wanted.hasIdentity || table === null };
  const firstFeature = scaling.hasIdentity ? count : 0;
  const length = firstFeature + (table?.indices.length ?? 0);
  const indptr = new Uint32Array(count + 1);
  const indices = new Uint32Array(length);
  const values = new Float32Array(length);
  let end = 0;
  for (let row = 0; row < count; row++) {
    const [from, to] = table ? [table.indptr[row] as number, table.indptr[row + 1] as number] : [0, 0];
    const { own, factor } = scaledBy(scaling, table ? sizeOf(table.values, from, to) : 0);
    if (scaling.hasIdentity) {
      indices[end] = row;
      values[end++] = own;
    }
    for (let at = from; table && at < to; at++) {
      indices[end] = firstFeature + (table.indices[at] as number);
      values[end++] = factor * (table.values[at] as number);
    }
    indptr[row + 1] = end;
  }
  const columnCount = firstFeature + (table?.columnCount ?? 0);
  return { matrix: { rowCount: count, columnCount, indptr, indices, values }, firstFeature, scaling };
}

export function sizeOf(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += Math.abs(values[at] as number);
  return sum;
}
