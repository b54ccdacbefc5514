import type { CsrMatrix } from "../data/csr-matrix.ts";

/** Euclidean norm of each column, entries replaced by `values`. */
export function columnNorms(matrix: CsrMatrix, values: Float32Array): Float64Array {
  const norms = new Float64Array(matrix.columnCount);
  for (let at = 0; at < values.length; at++) {
    const column = matrix.indices[at] as number;
    norms[column] = (norms[column] as number) + (values[at] as number) ** 2;
  }
  return norms.map(Math.sqrt);
}
