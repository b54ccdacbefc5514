import { dotFour, dotOne } from "./dots";

/**
 * Solves A x = b in place (A = L Lᵀ), `dim` a multiple of 4. Left-looking by blocks of four columns, so that each row needs
 * one four-fold dot product a block. Returns 0, with b untouched, when a pivot is not positive.
 */
export function solveCholesky(matrix: usize, dim: usize, vector: usize): i32 {
  if (!factorize(matrix, dim)) return 0;
  const stride = dim << 2;
  // L y = b
  for (let i: usize = 0; i < dim; i++) {
    const row = matrix + i * stride;
    let sum = load<f32>(vector + (i << 2)) - dotOne(row, vector, (i & ~3) << 2);
    for (let k = i & ~3; k < i; k++) sum -= load<f32>(row + (k << 2)) * load<f32>(vector + (k << 2));
    store<f32>(vector + (i << 2), sum / load<f32>(row + (i << 2)));
  }
  // Lᵀ x = y, by subtracting whole rows of L
  for (let i = dim; i > 0; ) {
    i--;
    const row = matrix + i * stride;
    const x = load<f32>(vector + (i << 2)) / load<f32>(row + (i << 2));
    store<f32>(vector + (i << 2), x);
    const minusX = f32x4.splat(-x);
    const whole = (i & ~3) << 2;
    for (let at: usize = 0; at < whole; at += 16) {
      v128.store(vector + at, f32x4.relaxed_madd(minusX, v128.load(row + at), v128.load(vector + at)));
    }
    for (let k = i & ~3; k < i; k++) {
      store<f32>(vector + (k << 2), load<f32>(vector + (k << 2)) - x * load<f32>(row + (k << 2)));
    }
  }
  return 1;
}

function factorize(matrix: usize, dim: usize): bool {
  const stride = dim << 2;
  for (let block: usize = 0; block < dim; block += 4) {
    const blockBytes = block << 2;
    const q0 = matrix + block * stride;
    const q1 = q0 + stride;
    const q2 = q1 + stride;
    const q3 = q2 + stride;
    for (let i = block; i < dim; i++) {
      const row = matrix + i * stride;
      const target = row + blockBytes;
      v128.store(target, f32x4.sub(v128.load(target), dotFour(row, q0, q1, q2, q3, blockBytes)));
    }
    for (let i = block; i < dim; i++) {
      const target = matrix + i * stride + blockBytes;
      if (!eliminateRow(target, q0 + blockBytes, stride, min<usize>(i - block, 4))) return false;
    }
  }
  return true;
}

/** Turns four entries of a row into entries of L, given the block's own 4 × 4 triangle; `position` is the row's place in it. */
function eliminateRow(target: usize, triangle: usize, stride: usize, position: usize): bool {
  for (let j: usize = 0; j < position; j++) {
    const pivotRow = triangle + j * stride;
    let sum = load<f32>(target + (j << 2));
    for (let k: usize = 0; k < j; k++) sum -= load<f32>(target + (k << 2)) * load<f32>(pivotRow + (k << 2));
    store<f32>(target + (j << 2), sum / load<f32>(pivotRow + (j << 2)));
  }
  if (position === 4) return true;
  let pivot = load<f32>(target + (position << 2));
  for (let k: usize = 0; k < position; k++) {
    const entry = load<f32>(target + (k << 2));
    pivot -= entry * entry;
  }
  if (!(pivot > 0)) return false;
  store<f32>(target + (position << 2), sqrt<f32>(pivot));
  return true;
}
