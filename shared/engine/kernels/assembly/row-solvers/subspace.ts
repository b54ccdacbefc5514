import { solveCholesky } from "../dense/cholesky";
import { dotOne } from "../dense/dots";
import { addGathered, choleskyGatherRows, mirror } from "./cholesky-rows";

/**
 * One pass of iALS++ over `rowCount` rows of `solved`. For each block B of coordinates, x_B takes the Newton step of ½ xᵀ(gram +
 * λI)x + ½ Σ c (q·x − 1)², exact within the block. Rows without interactions become zero. Returns how many blocks had a matrix that
 * was not positive definite; these stay as they are. Scratch: block × block, the step, gathered interactions, and a score for each
 * interaction of the longest row.
 */
export function solveRowsSubspace(
  fixed: usize,
  solved: usize,
  rowCount: usize,
  dim: usize,
  gram: usize,
  indptr: usize,
  indices: usize,
  values: usize,
  ridge: usize,
  block: usize,
  scratch: usize,
): i32 {
  const bytes = dim << 2;
  const step = scratch + ((block * block) << 2);
  const gathered = step + (block << 2);
  const scores = gathered + ((block * choleskyGatherRows(block)) << 2);
  let failures = 0;
  for (let row: usize = 0; row < rowCount; row++) {
    const x = solved + row * bytes;
    const from = (load<u32>(indptr + (row << 2)) as usize) << 2;
    const count = ((load<u32>(indptr + (row << 2), 4) as usize) << 2) - from;
    if (count === 0) {
      memory.fill(x, 0, bytes);
      continue;
    }
    for (let at: usize = 0; at < count; at += 4) {
      const q = fixed + (load<u32>(indices + from + at) as usize) * bytes;
      store<f32>(scores + at, dotOne(q, x, bytes));
    }
    const lambda = load<f32>(ridge + (row << 2));
    for (let begin: usize = 0; begin < dim; begin += block) {
      const width = min<usize>(block, dim - begin);
      loadBlock(gram, x, dim, begin, width, lambda, scratch, step);
      const part = fixed + (begin << 2);
      addInteractions(
        part,
        bytes,
        indices + from,
        values + from,
        count,
        scores,
        width,
        gathered,
        scratch,
        step,
      );
      mirror(scratch, width);
      if (!solveCholesky(scratch, width, step)) {
        failures++;
        continue;
      }
      addTo(x + (begin << 2), step, width << 2);
      for (let at: usize = 0; at < count; at += 4) {
        const q = part + (load<u32>(indices + from + at) as usize) * bytes;
        store<f32>(scores + at, load<f32>(scores + at) + dotOne(q, step, width << 2));
      }
    }
  }
  return failures;
}

/** matrix = the block of gram + λI, step = −(gram x + λx) in its coordinates. */
function loadBlock(
  gram: usize,
  x: usize,
  dim: usize,
  begin: usize,
  width: usize,
  lambda: f32,
  matrix: usize,
  step: usize,
): void {
  const bytes = dim << 2;
  for (let k: usize = 0; k < width; k++) {
    const row = gram + (begin + k) * bytes;
    const target = matrix + ((k * width) << 2);
    memory.copy(target, row + (begin << 2), width << 2);
    store<f32>(target + (k << 2), load<f32>(target + (k << 2)) + lambda);
    const slope = dotOne(row, x, bytes) + lambda * load<f32>(x + ((begin + k) << 2));
    store<f32>(step + (k << 2), -slope);
  }
}

/** matrix += Σ c q qᵀ, step += Σ c (1 − score) q, of `width` coordinates of q. `count` is in bytes. */
function addInteractions(
  fixed: usize,
  bytes: usize,
  indices: usize,
  values: usize,
  count: usize,
  scores: usize,
  width: usize,
  gathered: usize,
  matrix: usize,
  step: usize,
): void {
  const capacity = choleskyGatherRows(width) << 2;
  const widthBytes = width << 2;
  for (let from: usize = 0; from < count; from += capacity) {
    const end = min<usize>(count, from + capacity);
    let target = gathered;
    for (let at = from; at < end; at += 4) {
      const q = fixed + (load<u32>(indices + at) as usize) * bytes;
      const confidence = load<f32>(values + at);
      const root = f32x4.splat(sqrt<f32>(confidence));
      const slope = f32x4.splat(confidence * (1 - load<f32>(scores + at)));
      for (let k: usize = 0; k < widthBytes; k += 16) {
        const v = v128.load(q + k);
        v128.store(target + k, f32x4.mul(root, v));
        v128.store(step + k, f32x4.relaxed_madd(slope, v, v128.load(step + k)));
      }
      target += widthBytes;
    }
    addGathered(gathered, (end - from) >> 2, width, matrix);
  }
}

function addTo(target: usize, source: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(source + at)));
  }
}
