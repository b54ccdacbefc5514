import type { CsrMatrix } from "../../../data/csr-matrix.ts";

/**
 * Shortens longer rows to `most` entries, evenly spaced, each weighed by the entries that it stands for. A user's pairs of items then grow
 * with the length of the history, not with its square; sums over many users stay about the same.
 */
export function capRows(matrix: CsrMatrix, most: number): CsrMatrix {
  const { rowCount, columnCount, indptr } = matrix;
  const kept = new Uint32Array(rowCount + 1);
  for (let row = 0; row < rowCount; row++) {
    const length = (indptr[row + 1] as number) - (indptr[row] as number);
    kept[row + 1] = (kept[row] as number) + Math.min(length, most);
  }
  const total = kept[rowCount] as number;
  if (total === matrix.indices.length) return matrix;
  const indices = new Uint32Array(total);
  const values = new Float32Array(total);
  for (let row = 0; row < rowCount; row++) {
    const [start, first] = [indptr[row] as number, kept[row] as number];
    const length = (indptr[row + 1] as number) - start;
    const count = (kept[row + 1] as number) - first;
    for (let at = 0; at < count; at++) {
      const entry = start + Math.floor((at * length) / count);
      indices[first + at] = matrix.indices[entry] as number;
      values[first + at] = ((matrix.values[entry] as number) * length) / count;
    }
  }
  return { rowCount, columnCount, indptr: kept, indices, values };
}
