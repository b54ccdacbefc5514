/** Small dense linear algebra on lower triangles, stored whole, row after row. */

/** Cholesky factor of a symmetric positive definite matrix, whose lower triangle is given and overwritten. */
export function factorise(matrix: Float64Array, size: number): void {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * size + column] as number;
      for (let at = 0; at < column; at++) {
        rest -= (matrix[row * size + at] as number) * (matrix[column * size + at] as number);
      }
      matrix[row * size + column] =
        row === column ? Math.sqrt(Math.max(rest, 1e-12)) : rest / (matrix[column * size + column] as number);
    }
  }
}

/** L⁻¹ b, in place; of some rows only, when all before them are done. */
export function solveLower(
  factor: Float64Array,
  vector: Float64Array,
  { from, to } = { from: 0, to: vector.length },
): Float64Array {
  const size = vector.length;
  for (let row = from; row < to; row++) {
    const start = row * size;
    let even = vector[row] as number;
    let odd = 0;
    let at = 0;
    // Two sums at a time: each addition waits for the previous one.
    for (; at + 1 < row; at += 2) {
      even -= (factor[start + at] as number) * (vector[at] as number);
      odd -= (factor[start + at + 1] as number) * (vector[at + 1] as number);
    }
    if (at < row) even -= (factor[start + at] as number) * (vector[at] as number);
    vector[row] = (even + odd) / (factor[start + row] as number);
  }
  return vector;
}

/** (L Lᵀ)⁻¹ b, in place. */
export function solve(factor: Float64Array, vector: Float64Array): Float64Array {
  const size = vector.length;
  solveLower(factor, vector);
  for (let row = size - 1; row >= 0; row--) {
    let rest = vector[row] as number;
    for (let at = row + 1; at < size; at++) {
      rest -= (factor[at * size + row] as number) * (vector[at] as number);
    }
    vector[row] = rest / (factor[row * size + row] as number);
  }
  return vector;
}
