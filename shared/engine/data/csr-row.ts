import type { CsrMatrix } from "./csr-matrix.ts";

/** One row as views into the matrix (no copy): column indices, ascending, and their weights. Of a user, it is the profile. */
export function csrRow(matrix: CsrMatrix, row: number): { indices: Uint32Array; weights: Float32Array } {
  const start = matrix.indptr[row];
  const end = matrix.indptr[row + 1];
  if (start === undefined || end === undefined) {
    throw new RangeError(`No row ${row} in a matrix of ${matrix.rowCount} rows.`);
  }
  return { indices: matrix.indices.subarray(start, end), weights: matrix.values.subarray(start, end) };
}
