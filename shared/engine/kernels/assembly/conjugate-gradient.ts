import { dotFour, dotOne } from "./dots";

/** A row stops once its squared residual is this share of its first; below it, f32 rounding is all that is left. */
const RESIDUAL_SHARE: f32 = 1e-10;
/** Rows worked on together; the host's scratch formula knows it too. */
const GROUP: usize = 8;

/**
 * Conjugate-gradient steps on (gram + Σ c q qᵀ + λI) x = Σ c q for `rowCount` rows of `solved`.
 *
 * Rows with interactions go through in groups of eight: their product with the dense `gram` is one small matrix product,
 * the sparse part is done row by row. Scratch, in floats: directions, residuals and products (8 × dim each), the Gram
 * matrix in panels of eight columns (dim × dim), then 8 pointers and 2 × 8 squared residuals.
 */
export function stepConjugateGradient(
  fixed: usize,
  solved: usize,
  rowCount: usize,
  dim: usize,
  gram: usize,
  indptr: usize,
  indices: usize,
  values: usize,
  ridge: usize,
  steps: i32,
  scratch: usize,
): void {
  const bytes = dim << 2;
  const panels = scratch + 3 * GROUP * bytes;
  const rowIds = panels + dim * bytes;
  packPanels(gram, dim, panels);
  let size: usize = 0;
  for (let row: usize = 0; row < rowCount; row++) {
    if (load<u32>(indptr + (row << 2)) === load<u32>(indptr + (row << 2), 4)) {
      memory.fill(solved + row * bytes, 0, bytes);
      continue;
    }
    store<u32>(rowIds + (size << 2), row as u32);
    size++;
    if (size === GROUP) {
      solveGroup(fixed, solved, dim, panels, indptr, indices, values, ridge, steps, scratch, size);
      size = 0;
    }
  }
  if (size) solveGroup(fixed, solved, dim, panels, indptr, indices, values, ridge, steps, scratch, size);
}

function solveGroup(
  fixed: usize,
  solved: usize,
  dim: usize,
  panels: usize,
  indptr: usize,
  indices: usize,
  values: usize,
  ridge: usize,
  steps: i32,
  scratch: usize,
  size: usize,
): void {
  const bytes = dim << 2;
  const directions = scratch;
  const residuals = directions + GROUP * bytes;
  const products = residuals + GROUP * bytes;
  const rowIds = panels + dim * bytes;
  const norms = rowIds + (GROUP << 2);
  const firstNorms = norms + (GROUP << 2);

  for (let g: usize = 0; g < GROUP; g++) {
    const target = directions + g * bytes;
    if (g < size) memory.copy(target, solved + (load<u32>(rowIds + (g << 2)) as usize) * bytes, bytes);
    else memory.fill(target, 0, bytes);
  }
  multiplyPanels(directions, panels, dim, products);
  // r = Σ c q (1 − q·x) − gram x − λ x, and the first direction is r.
  for (let g: usize = 0; g < size; g++) {
    const row = load<u32>(rowIds + (g << 2)) as usize;
    const x = directions + g * bytes;
    const r = residuals + g * bytes;
    combine(r, products + g * bytes, -1, x, -load<f32>(ridge + (row << 2)), bytes);
    const from = load<u32>(indptr + (row << 2)) as usize;
    const count = (load<u32>(indptr + (row << 2), 4) as usize) - from;
    addSparse(r, x, fixed, bytes, indices + (from << 2), values + (from << 2), count, 1, -1);
    memory.copy(x, r, bytes);
    const norm = dotOne(r, r, bytes);
    store<f32>(norms + (g << 2), norm);
    store<f32>(firstNorms + (g << 2), norm);
  }
  for (let step = 0; step < steps && isAnyLeft(norms, firstNorms, size); step++) {
    multiplyPanels(directions, panels, dim, products);
    for (let g: usize = 0; g < size; g++) {
      const norm = load<f32>(norms + (g << 2));
      const first = load<f32>(firstNorms + (g << 2));
      if (!(norm > RESIDUAL_SHARE * first)) continue;
      const row = load<u32>(rowIds + (g << 2)) as usize;
      const p = directions + g * bytes;
      const ap = products + g * bytes;
      const r = residuals + g * bytes;
      combine(ap, ap, 1, p, load<f32>(ridge + (row << 2)), bytes);
      const from = load<u32>(indptr + (row << 2)) as usize;
      const count = (load<u32>(indptr + (row << 2), 4) as usize) - from;
      addSparse(ap, p, fixed, bytes, indices + (from << 2), values + (from << 2), count, 0, 1);
      const curvature = dotOne(p, ap, bytes);
      if (!(curvature > 0)) {
        store<f32>(norms + (g << 2), 0);
        continue;
      }
      const length = norm / curvature;
      const x = solved + row * bytes;
      combine(x, x, 1, p, length, bytes);
      combine(r, r, 1, ap, -length, bytes);
      const next = dotOne(r, r, bytes);
      store<f32>(norms + (g << 2), next);
      combine(p, r, 1, p, next / norm, bytes);
    }
  }
}

/** Whether a row has not stopped yet. */
function isAnyLeft(norms: usize, firstNorms: usize, size: usize): bool {
  for (let g: usize = 0; g < size; g++) {
    if (load<f32>(norms + (g << 2)) > RESIDUAL_SHARE * load<f32>(firstNorms + (g << 2))) return true;
  }
  return false;
}

/** target = a·x + b·y. */
function combine(target: usize, x: usize, a: f32, y: usize, b: f32, bytes: usize): void {
  const va = f32x4.splat(a);
  const vb = f32x4.splat(b);
  for (let at: usize = 0; at < bytes; at += 16) {
    const ax = f32x4.mul(va, v128.load(x + at));
    v128.store(target + at, f32x4.relaxed_madd(vb, v128.load(y + at), ax));
  }
}

/** target += Σ t q with t = c (bias + sign · q·x), four interactions at a time so that x and target are loaded once for four. */
function addSparse(
  target: usize,
  x: usize,
  fixed: usize,
  bytes: usize,
  indices: usize,
  values: usize,
  count: usize,
  bias: f32,
  sign: f32,
): void {
  const vBias = f32x4.splat(bias);
  const vSign = f32x4.splat(sign);
  let s: usize = 0;
  for (const whole = count & ~3; s < whole; s += 4) {
    const index = indices + (s << 2);
    const q0 = fixed + (load<u32>(index) as usize) * bytes;
    const q1 = fixed + (load<u32>(index, 4) as usize) * bytes;
    const q2 = fixed + (load<u32>(index, 8) as usize) * bytes;
    const q3 = fixed + (load<u32>(index, 12) as usize) * bytes;
    const dots = dotFour(x, q0, q1, q2, q3, bytes);
    const t = f32x4.mul(v128.load(values + (s << 2)), f32x4.relaxed_madd(vSign, dots, vBias));
    const t0 = v128.shuffle<f32>(t, t, 0, 0, 0, 0);
    const t1 = v128.shuffle<f32>(t, t, 1, 1, 1, 1);
    const t2 = v128.shuffle<f32>(t, t, 2, 2, 2, 2);
    const t3 = v128.shuffle<f32>(t, t, 3, 3, 3, 3);
    for (let at: usize = 0; at < bytes; at += 16) {
      let a = f32x4.relaxed_madd(t0, v128.load(q0 + at), v128.load(target + at));
      a = f32x4.relaxed_madd(t1, v128.load(q1 + at), a);
      a = f32x4.relaxed_madd(t2, v128.load(q2 + at), a);
      v128.store(target + at, f32x4.relaxed_madd(t3, v128.load(q3 + at), a));
    }
  }
  for (; s < count; s++) {
    const q = fixed + (load<u32>(indices + (s << 2)) as usize) * bytes;
    const t = load<f32>(values + (s << 2)) * (bias + sign * dotOne(x, q, bytes));
    combine(target, target, 1, q, t, bytes);
  }
}

/** Copies a dim × dim matrix into panels of eight columns, each contiguous, so that a product reads memory in order. */
function packPanels(matrix: usize, dim: usize, panels: usize): void {
  const bytes = dim << 2;
  let target = panels;
  for (let column: usize = 0; column < bytes; column += 32) {
    let source = matrix + column;
    for (let k: usize = 0; k < dim; k++) {
      v128.store(target, v128.load(source));
      v128.store(target, v128.load(source, 16), 16);
      target += 32;
      source += bytes;
    }
  }
}

/** products = rows · matrix for eight rows, the matrix being symmetric and in panels. */
function multiplyPanels(rows: usize, panels: usize, dim: usize, products: usize): void {
  const bytes = dim << 2;
  let panel = panels;
  for (let column: usize = 0; column < bytes; column += 32) {
    multiplyTile(rows, panel, bytes, products + column);
    multiplyTile(rows + 4 * bytes, panel, bytes, products + 4 * bytes + column);
    panel += bytes << 3;
  }
}

function multiplyTile(rows: usize, panels: usize, bytes: usize, out: usize): void {
  let panel = panels;
  let target = out;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  const r1 = rows + bytes;
  const r2 = r1 + bytes;
  const r3 = r2 + bytes;
  for (let at: usize = 0; at < bytes; at += 4) {
    const left = v128.load(panel);
    const right = v128.load(panel, 16);
    let s = v128.load32_splat(rows + at);
    a0 = f32x4.relaxed_madd(s, left, a0);
    b0 = f32x4.relaxed_madd(s, right, b0);
    s = v128.load32_splat(r1 + at);
    a1 = f32x4.relaxed_madd(s, left, a1);
    b1 = f32x4.relaxed_madd(s, right, b1);
    s = v128.load32_splat(r2 + at);
    a2 = f32x4.relaxed_madd(s, left, a2);
    b2 = f32x4.relaxed_madd(s, right, b2);
    s = v128.load32_splat(r3 + at);
    a3 = f32x4.relaxed_madd(s, left, a3);
    b3 = f32x4.relaxed_madd(s, right, b3);
    panel += 32;
  }
  v128.store(target, a0);
  v128.store(target, b0, 16);
  target += bytes;
  v128.store(target, a1);
  v128.store(target, b1, 16);
  target += bytes;
  v128.store(target, a2);
  v128.store(target, b2, 16);
  target += bytes;
  v128.store(target, a3);
  v128.store(target, b3, 16);
}
