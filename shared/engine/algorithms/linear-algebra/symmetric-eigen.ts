/** Operations between two yields: a few milliseconds. */
const FLOPS_PER_YIELD = 4e6;
const MAX_SWEEPS = 60;

/**
 * Finds the eigenvalues and eigenvectors of a symmetric matrix: Householder reduction to tridiagonal form, then implicit QL
 * (Golub and Van Loan, sections 8.3 and 8.5). About 6 n³ operations in f64; yields now and then so that a caller can spread them.
 *
 * @param matrix size × size, overwritten: row k becomes the eigenvector of `values[k]`.
 * @returns The eigenvalues, in no particular order.
 */
export function* symmetricEigen(matrix: Float64Array, size: number): Generator<void, Float64Array> {
  const diagonal = new Float64Array(size);
  const below = new Float64Array(size);
  yield* tridiagonalize(matrix, size, diagonal, below);
  yield* iterateQl(matrix, size, diagonal, below);
  return diagonal;
}

/**
 * A = Qᵀ T Q with T tridiagonal; `matrix` becomes Q, one row a basis vector. `below[k]` is the entry beside diagonal k and k + 1.
 * Column k is cleared by the reflector I − β v vᵀ, kept in row k until Q is built from the last to the first.
 */
function* tridiagonalize(
  matrix: Float64Array,
  size: number,
  diagonal: Float64Array,
  below: Float64Array,
): Generator<void, void> {
  const betas = new Float64Array(size);
  const product = new Float64Array(size);
  const rowsPerYield = Math.ceil(FLOPS_PER_YIELD / (6 * size * size));
  for (let k = 0; k + 1 < size; k++) {
    const v = matrix.subarray(k * size, (k + 1) * size);
    diagonal[k] = v[k] as number;
    const beta = reflectorOf(v, k + 1, size);
    betas[k] = beta;
    below[k] = v[k] as number;
    if (beta !== 0) applyBothSides(matrix, size, k + 1, v, beta, product);
    if (k % rowsPerYield === rowsPerYield - 1) yield;
  }
  diagonal[size - 1] = matrix[size * size - 1] as number;
  for (let k = size - 1; k >= 0; k--) {
    accumulate(matrix, size, k, betas[k] as number);
    if (k % rowsPerYield === rowsPerYield - 1) yield;
  }
}

/** Turns v[from …] into its own reflector with v[from] = 1 and stores what is left of it in v[from − 1]. @returns β. */
function reflectorOf(v: Float64Array, from: number, size: number): number {
  let tail = 0;
  for (let at = from + 1; at < size; at++) tail += (v[at] as number) ** 2;
  const head = v[from] as number;
  v[from - 1] = head;
  if (tail === 0) return 0;
  const norm = Math.sqrt(head * head + tail);
  const pivot = head > 0 ? head + norm : head - norm;
  for (let at = from + 1; at < size; at++) v[at] = (v[at] as number) / pivot;
  v[from] = 1;
  v[from - 1] = head > 0 ? -norm : norm;
  return (2 * pivot * pivot) / (tail + pivot * pivot);
}

/** A ← (I − β v vᵀ) A (I − β v vᵀ) on the rows and columns from `from` on, as A − v wᵀ − w vᵀ. */
function applyBothSides(
  matrix: Float64Array,
  size: number,
  from: number,
  v: Float64Array,
  beta: number,
  w: Float64Array,
): void {
  let overlap = 0;
  for (let row = from; row < size; row++) {
    const start = row * size;
    let sum = 0;
    for (let at = from; at < size; at++) sum += (matrix[start + at] as number) * (v[at] as number);
    w[row] = beta * sum;
    overlap += beta * sum * (v[row] as number);
  }
  const share = (beta * overlap) / 2;
  for (let row = from; row < size; row++) w[row] = (w[row] as number) - share * (v[row] as number);
  for (let row = from; row < size; row++) {
    const start = row * size;
    const [left, right] = [v[row] as number, w[row] as number];
    for (let at = from; at < size; at++) {
      const change = left * (w[at] as number) + right * (v[at] as number);
      matrix[start + at] = (matrix[start + at] as number) - change;
    }
  }
}

/** Rows from k + 1 on hold Q of the smaller problem; applies reflector k to them and makes row k the unit vector. */
function accumulate(matrix: Float64Array, size: number, k: number, beta: number): void {
  const v = matrix.slice(k * size, (k + 1) * size);
  matrix.fill(0, k * size, (k + 1) * size);
  matrix[k * size + k] = 1;
  for (let row = k + 1; row < size; row++) {
    const start = row * size;
    matrix[start + k] = 0;
    let sum = 0;
    if (beta !== 0) {
      for (let at = k + 1; at < size; at++) sum += (matrix[start + at] as number) * (v[at] as number);
    }
    const share = beta * sum;
    if (share === 0) continue;
    for (let at = k + 1; at < size; at++) {
      matrix[start + at] = (matrix[start + at] as number) - share * (v[at] as number);
    }
  }
}

/** Implicit QL with Wilkinson's shift; rotations go to rows of `basis`. */
function* iterateQl(
  basis: Float64Array,
  size: number,
  diagonal: Float64Array,
  below: Float64Array,
): Generator<void, void> {
  let flops = 0;
  for (let first = 0; first < size; first++) {
    for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      const last = splitAfter(first, size, diagonal, below);
      if (last === first) break;
      sweepUp(basis, size, diagonal, below, first, last);
      flops += 6 * size * (last - first);
      if (flops < FLOPS_PER_YIELD) continue;
      flops = 0;
      yield;
    }
  }
}

/** The last index of the unreduced block that begins at `first`. */
function splitAfter(first: number, size: number, diagonal: Float64Array, below: Float64Array): number {
  let last = first;
  for (; last + 1 < size; last++) {
    const scale = Math.abs(diagonal[last] as number) + Math.abs(diagonal[last + 1] as number);
    if (Math.abs(below[last] as number) <= Number.EPSILON * scale) break;
  }
  return last;
}

function sweepUp(
  basis: Float64Array,
  size: number,
  diagonal: Float64Array,
  below: Float64Array,
  first: number,
  last: number,
): void {
  const edge = below[first] as number;
  const half = ((diagonal[first + 1] as number) - (diagonal[first] as number)) / (2 * edge);
  const root = Math.hypot(half, 1);
  let g =
    (diagonal[last] as number) - (diagonal[first] as number) + edge / (half + (half < 0 ? -root : root));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let k = last - 1; k >= first; k--) {
    const f = sine * (below[k] as number);
    const b = cosine * (below[k] as number);
    const length = Math.hypot(f, g);
    below[k + 1] = length;
    if (length === 0) {
      diagonal[k + 1] = (diagonal[k + 1] as number) - shift;
      below[last] = 0;
      return;
    }
    sine = f / length;
    cosine = g / length;
    g = (diagonal[k + 1] as number) - shift;
    const r = ((diagonal[k] as number) - g) * sine + 2 * cosine * b;
    shift = sine * r;
    diagonal[k + 1] = g + shift;
    g = cosine * r - b;
    rotateRows(basis, size, k, sine, cosine);
  }
  diagonal[first] = (diagonal[first] as number) - shift;
  below[first] = g;
  below[last] = 0;
}

function rotateRows(basis: Float64Array, size: number, row: number, sine: number, cosine: number): void {
  const lower = row * size;
  const upper = lower + size;
  for (let at = 0; at < size; at++) {
    const f = basis[upper + at] as number;
    const own = basis[lower + at] as number;
    basis[upper + at] = sine * own + cosine * f;
    basis[lower + at] = cosine * own - sine * f;
  }
}
