// Inner loops over the entries of a row are functions of their own; `data/transpose.ts` says why.
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { overRanges, overRows, type Steps } from "../../in-steps.ts";

/** weight^power of each weight: 1 for all of them at power 0, the very same array at power 1. A weight of 0 stays 0. */
export function powersOf(weights: Float32Array, power: number): Float32Array {
  if (power === 1) return weights;
  const powers = new Float32Array(weights.length);
  raiseInto(weights, power, powers, 0, weights.length);
  return powers;
}

/** The matrix with weight^power for each weight; see `powersOf`. */
export function* raiseValues(matrix: CsrMatrix, power: number): Steps<CsrMatrix> {
  if (power === 1) return matrix;
  const values = new Float32Array(matrix.values.length);
  const raise = (from: number, to: number) => raiseInto(matrix.values, power, values, from, to);
  yield* overRanges(values.length, raise);
  return { ...matrix, values };
}

/** Sum of the values of each row. */
export function rowSums(matrix: CsrMatrix): Steps<Float64Array> {
  return sumRows(matrix, sumOf);
}

/** Sum of the squares of the values of each row. */
export function squaredRowSums(matrix: CsrMatrix): Steps<Float64Array> {
  return sumRows(matrix, sumOfSquares);
}

type SumOfEntries = (values: Float32Array, from: number, to: number) => number;

function* sumRows(matrix: CsrMatrix, sum: SumOfEntries): Steps<Float64Array> {
  const { rowCount, indptr, values } = matrix;
  const sums = new Float64Array(rowCount);
  yield* overRows(matrix, (fromRow, toRow) => {
    for (let row = fromRow; row < toRow; row++) {
      sums[row] = sum(values, indptr[row] as number, indptr[row + 1] as number);
    }
  });
  return sums;
}

function sumOf(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += values[at] as number;
  return sum;
}

function sumOfSquares(values: Float32Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += (values[at] as number) * (values[at] as number);
  return sum;
}

/** The values of a matrix, entry (r, c) times `rowFactors[r]` and, where they are given, `columnFactors[c]`. */
export function* scaleValues(
  matrix: CsrMatrix,
  rowFactors: Float64Array,
  columnFactors?: Float64Array,
): Steps<Float32Array> {
  const { indptr, indices, values } = matrix;
  const scaled = new Float32Array(values.length);
  const scale = (row: number, factor: number) => {
    const end = indptr[row + 1] as number;
    for (let at = indptr[row] as number; at < end; at++) {
      const other = columnFactors ? (columnFactors[indices[at] as number] as number) : 1;
      scaled[at] = (values[at] as number) * factor * other;
    }
  };
  yield* overRows(matrix, (fromRow, toRow) => {
    for (let row = fromRow; row < toRow; row++) scale(row, rowFactors[row] as number);
  });
  return scaled;
}

/** degree^−power; 0 for a degree of 0. */
export function inversePowers(degrees: Float64Array, power: number): Float64Array {
  const powers = new Float64Array(degrees.length);
  for (let at = 0; at < degrees.length; at++) {
    const degree = degrees[at] as number;
    if (degree > 0) powers[at] = degree ** -power;
  }
  return powers;
}

function raiseInto(weights: Float32Array, power: number, out: Float32Array, from: number, to: number): void {
  for (let at = from; at < to; at++) {
    const weight = weights[at] as number;
    if (weight > 0) out[at] = weight ** power;
  }
}
