import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { FeatureVector } from "../../data/side-features.ts";

/** Each row divided by its Euclidean length; one without entries, or of zeros, stays as it is. A copy. */
export function unitRows(matrix: CsrMatrix): CsrMatrix {
  const { indptr, rowCount } = matrix;
  const values = matrix.values.slice();
  for (let row = 0; row < rowCount; row++) {
    toUnit(values.subarray(indptr[row] as number, indptr[row + 1] as number));
  }
  return { ...matrix, values };
}

/** The same of one row. */
export function unitVector(vector: FeatureVector): FeatureVector {
  const values = vector.values.slice();
  toUnit(values);
  return { ...vector, values };
}

function toUnit(values: Float32Array): void {
  let squares = 0;
  for (const value of values) squares += value * value;
  if (squares === 0) return;
  const scale = 1 / Math.sqrt(squares);
  for (let at = 0; at < values.length; at++) values[at] = scale * (values[at] as number);
}
