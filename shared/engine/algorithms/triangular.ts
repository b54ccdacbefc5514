/** A pivot below this share of its diagonal entry is rounding: its vector depends on those before it. */
const PIVOT_SHARE = 1e-6;

/**
 * The inverse of the Cholesky factor of a Gram matrix of vectors, for turning them orthonormal: rows of L⁻¹, G = L Lᵀ. Vectors that
 * depend on those before them get a zero row. Sums in f64; dim³ / 3 multiply-adds.
 *
 * @param gram dim × dim, symmetric; read only.
 * @param out  Receives L⁻¹, row-major, zeros above the diagonal.
 */
export function inverseCholesky(gram: Float32Array, dim: number, out: Float32Array): void {
  const lower = new Float64Array(dim * dim);
  const inverse = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j < i; j++) {
      const pivot = lower[j * dim + j] as number;
      if (pivot === 0) continue;
      lower[i * dim + j] = ((gram[i * dim + j] as number) - dotRows(lower, i * dim, j * dim, j)) / pivot;
    }
    const own = gram[i * dim + i] as number;
    const rest = own - dotRows(lower, i * dim, i * dim, i);
    if (!(rest > PIVOT_SHARE * own)) {
      lower.fill(0, i * dim, (i + 1) * dim);
      continue;
    }
    const pivot = Math.sqrt(rest);
    lower[i * dim + i] = pivot;
    invertRow(lower, inverse, dim, i, pivot);
  }
  out.set(inverse);
}

/** Row i of L⁻¹: (e_i − Σ_{k<i} L_ik · row k) / L_ii. */
function invertRow(lower: Float64Array, inverse: Float64Array, dim: number, i: number, pivot: number): void {
  const row = i * dim;
  for (let k = 0; k < i; k++) {
    const factor = lower[row + k] as number;
    if (factor === 0) continue;
    for (let j = 0; j <= k; j++) {
      inverse[row + j] = (inverse[row + j] as number) - factor * (inverse[k * dim + j] as number);
    }
  }
  for (let j = 0; j < i; j++) inverse[row + j] = (inverse[row + j] as number) / pivot;
  inverse[row + i] = 1 / pivot;
}

function dotRows(matrix: Float64Array, a: number, b: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += (matrix[a + k] as number) * (matrix[b + k] as number);
  return sum;
}
