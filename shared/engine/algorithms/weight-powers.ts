import type { CsrMatrix } from "../data/csr-matrix.ts";

/** weight^power of each weight: 1 for all of them at power 0, the very same array at power 1. A weight of 0 stays 0. */
export function powersOf(weights: Float32Array, power: number): Float32Array {
  if (power === 1) return weights;
  return weights.map((weight) => (weight > 0 ? weight ** power : 0));
}

/** Sum of the values of each row. */
export function rowSums({ rowCount, indptr, values }: CsrMatrix): Float64Array {
  const sums = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    let sum = 0;
    for (let at = indptr[row] as number; at < (indptr[row + 1] as number); at++) sum += values[at] as number;
    sums[row] = sum;
  }
  return sums;
}

/** The values of a matrix, those of row r times `factors[r]`. */
export function scaleRows({ rowCount, indptr, values }: CsrMatrix, factors: Float64Array): Float32Array {
  const scaled = new Float32Array(values.length);
  for (let row = 0; row < rowCount; row++) {
    const factor = factors[row] as number;
    for (let at = indptr[row] as number; at < (indptr[row + 1] as number); at++) {
      scaled[at] = (values[at] as number) * factor;
    }
  }
  return scaled;
}

/** degree^−power; 0 where nothing is counted. */
export function inversePowers(degrees: Float64Array, power: number): Float64Array {
  return degrees.map((degree) => (degree > 0 ? degree ** -power : 0));
}
