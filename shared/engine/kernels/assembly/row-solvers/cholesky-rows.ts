import { solveCholesky } from "../dense/cholesky";
import { addTile } from "../dense/gram";

/** Interactions gathered at a time, in bytes: they stay in the first-level cache while all tiles pass over them. */
const GATHER_BYTES: usize = 24576;

/** Floats of scratch beside the dim × dim matrix; the host's formula knows it too. */
export function choleskyGatherRows(dim: usize): usize {
  return max<usize>(16, GATHER_BYTES / (dim << 2));
}

/**
 * Solves (gram + Σ c q qᵀ + λI) x = Σ c q exactly for `rowCount` rows of `solved`. The matrix of a row is the gram plus rank-k
 * updates by tiles over gathered rows √c q. Rows without interactions become zero. Returns how many rows had a matrix that was
 * not positive definite; these become zero too. Scratch: dim × dim, then `choleskyGatherRows` × dim.
 */
export function solveRowsCholesky(
  fixed: usize,
  solved: usize,
  rowCount: usize,
  dim: usize,
  gram: usize,
  indptr: usize,
  indices: usize,
  values: usize,
  ridge: usize,
  scratch: usize,
): i32 {
  const bytes = dim << 2;
  const matrix = scratch;
  const gathered = scratch + dim * bytes;
  const capacity = choleskyGatherRows(dim);
  let failures = 0;
  for (let row: usize = 0; row < rowCount; row++) {
    const x = solved + row * bytes;
    memory.fill(x, 0, bytes);
    const end = load<u32>(indptr + (row << 2), 4) as usize;
    let from = load<u32>(indptr + (row << 2)) as usize;
    if (from === end) continue;
    memory.copy(matrix, gram, dim * bytes);
    const lambda = load<f32>(ridge + (row << 2));
    for (let k: usize = 0; k < dim; k++) {
      const diagonal = matrix + k * (bytes + 4);
      store<f32>(diagonal, load<f32>(diagonal) + lambda);
    }
    while (from < end) {
      const count = min<usize>(capacity, end - from);
      gather(fixed, indices + (from << 2), values + (from << 2), count, bytes, gathered, x);
      addGathered(gathered, count, dim, matrix);
      from += count;
    }
    mirror(matrix, dim);
    if (!solveCholesky(matrix, dim, x)) {
      memory.fill(x, 0, bytes);
      failures++;
    }
  }
  return failures;
}

/** Copies √c q of the interactions, and adds c q to `right`. */
function gather(
  fixed: usize,
  indices: usize,
  values: usize,
  count: usize,
  bytes: usize,
  gathered: usize,
  right: usize,
): void {
  let target = gathered;
  for (let at: usize = 0; at < count << 2; at += 4) {
    const q = fixed + (load<u32>(indices + at) as usize) * bytes;
    const confidence = load<f32>(values + at);
    const c = f32x4.splat(confidence);
    const root = f32x4.splat(sqrt<f32>(confidence));
    for (let k: usize = 0; k < bytes; k += 16) {
      const v = v128.load(q + k);
      v128.store(target + k, f32x4.mul(root, v));
      v128.store(right + k, f32x4.relaxed_madd(c, v, v128.load(right + k)));
    }
    target += bytes;
  }
}

export function addGathered(rows: usize, count: usize, dim: usize, matrix: usize): void {
  const bytes = dim << 2;
  for (let i: usize = 0; i < dim; i += 4) {
    for (let j: usize = i & ~7; j < dim; j += 8) {
      addTile(rows + (i << 2), rows + (j << 2), bytes, count, matrix + i * bytes + (j << 2));
    }
  }
}

/** Copies the upper triangle to the lower, four by four. */
export function mirror(matrix: usize, dim: usize): void {
  const bytes = dim << 2;
  for (let i: usize = 0; i < dim; i += 4) {
    for (let j: usize = i; j < dim; j += 4) {
      const source = matrix + i * bytes + (j << 2);
      const a = v128.load(source);
      const b = v128.load(source + bytes);
      const c = v128.load(source + 2 * bytes);
      const d = v128.load(source + 3 * bytes);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      const target = matrix + j * bytes + (i << 2);
      v128.store(target, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
      v128.store(target + bytes, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
      v128.store(target + 2 * bytes, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
      v128.store(target + 3 * bytes, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
    }
  }
}
