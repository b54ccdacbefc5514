import { dotFour, dotOne, sumOf } from "../dense/dots";
import { addSparse, combine } from "./sparse-terms";

/** A row stops once its residual, in the preconditioner's norm, is this share of its first: only f32 rounding is left. */
const RESIDUAL_SHARE: f32 = 1e-10;

/**
 * Conjugate-gradient steps on (diag(spectrum) + Σ c q qᵀ + λI) x = Σ c q for `rowCount` rows of `solved`, preconditioned by
 * the diagonal part. Scratch, in floats: the diagonal, its inverse, residual, direction and product (dim each).
 */
export function stepPreconditioned(
  fixed: usize,
  solved: usize,
  rowCount: usize,
  dim: usize,
  spectrum: usize,
  indptr: usize,
  indices: usize,
  values: usize,
  ridge: usize,
  steps: i32,
  scratch: usize,
): void {
  const bytes = dim << 2;
  for (let row: usize = 0; row < rowCount; row++) {
    const x = solved + row * bytes;
    const from = load<u32>(indptr + (row << 2)) as usize;
    const count = (load<u32>(indptr + (row << 2), 4) as usize) - from;
    if (count === 0) {
      memory.fill(x, 0, bytes);
      continue;
    }
    setDiagonal(scratch, spectrum, load<f32>(ridge + (row << 2)), bytes);
    solveRow(x, fixed, bytes, indices + (from << 2), values + (from << 2), count, steps, scratch);
  }
}

function solveRow(
  x: usize,
  fixed: usize,
  bytes: usize,
  indices: usize,
  values: usize,
  count: usize,
  steps: i32,
  scratch: usize,
): void {
  const diagonal = scratch;
  const inverse = diagonal + bytes;
  const r = inverse + bytes;
  const p = r + bytes;
  const ap = p + bytes;
  // r = Σ c q (1 − q·x) − diag x, and the first direction is the preconditioned r.
  multiply(r, diagonal, x, -1, bytes);
  addSparse(r, x, fixed, bytes, indices, values, count, 1, -1);
  multiply(p, inverse, r, 1, bytes);
  let norm = dotOne(r, p, bytes);
  const least = RESIDUAL_SHARE * norm;
  for (let step = 1; norm > least; step++) {
    if (step === steps) {
      // The last residual is not needed: only the direction's curvature is.
      const curvature =
        weighedSquares(diagonal, p, bytes) + sparseCurvature(p, fixed, bytes, indices, values, count);
      if (curvature > 0) combine(x, x, 1, p, norm / curvature, bytes);
      return;
    }
    multiply(ap, diagonal, p, 1, bytes);
    addSparse(ap, p, fixed, bytes, indices, values, count, 0, 1);
    const curvature = dotOne(p, ap, bytes);
    if (!(curvature > 0)) return;
    const length = norm / curvature;
    combine(x, x, 1, p, length, bytes);
    combine(r, r, 1, ap, -length, bytes);
    const next = weighedSquares(inverse, r, bytes);
    turn(p, inverse, r, next / norm, bytes);
    norm = next;
  }
}

/** The diagonal and its inverse. */
function setDiagonal(target: usize, spectrum: usize, ridge: f32, bytes: usize): void {
  const vRidge = f32x4.splat(ridge);
  const one = f32x4.splat(1);
  for (let at: usize = 0; at < bytes; at += 16) {
    const entry = f32x4.add(v128.load(spectrum + at), vRidge);
    v128.store(target + at, entry);
    v128.store(target + bytes + at, f32x4.div(one, entry));
  }
}

/** target = sign · x ∘ y. */
function multiply(target: usize, x: usize, y: usize, sign: f32, bytes: usize): void {
  const vSign = f32x4.splat(sign);
  for (let at: usize = 0; at < bytes; at += 16) {
    v128.store(target + at, f32x4.mul(vSign, f32x4.mul(v128.load(x + at), v128.load(y + at))));
  }
}

/** p = inverse ∘ r + share · p. */
function turn(p: usize, inverse: usize, r: usize, share: f32, bytes: usize): void {
  const vShare = f32x4.splat(share);
  for (let at: usize = 0; at < bytes; at += 16) {
    const z = f32x4.mul(v128.load(inverse + at), v128.load(r + at));
    v128.store(p + at, f32x4.relaxed_madd(vShare, v128.load(p + at), z));
  }
}

/** Σ w x². */
function weighedSquares(w: usize, x: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const entry = v128.load(x + at);
    sum = f32x4.relaxed_madd(f32x4.mul(v128.load(w + at), entry), entry, sum);
  }
  return sumOf(sum);
}

/** Σ c (q·p)². */
function sparseCurvature(
  p: usize,
  fixed: usize,
  bytes: usize,
  indices: usize,
  values: usize,
  count: usize,
): f32 {
  let sums = f32x4.splat(0);
  let s: usize = 0;
  for (const whole = count & ~3; s < whole; s += 4) {
    const index = indices + (s << 2);
    const q0 = fixed + (load<u32>(index) as usize) * bytes;
    const q1 = fixed + (load<u32>(index, 4) as usize) * bytes;
    const q2 = fixed + (load<u32>(index, 8) as usize) * bytes;
    const q3 = fixed + (load<u32>(index, 12) as usize) * bytes;
    const dots = dotFour(p, q0, q1, q2, q3, bytes);
    sums = f32x4.relaxed_madd(f32x4.mul(v128.load(values + (s << 2)), dots), dots, sums);
  }
  let sum = sumOf(sums);
  for (; s < count; s++) {
    const dot = dotOne(p, fixed + (load<u32>(indices + (s << 2)) as usize) * bytes, bytes);
    sum += load<f32>(values + (s << 2)) * dot * dot;
  }
  return sum;
}
