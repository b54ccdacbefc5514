import { dotOne } from "../dense/dots";
import { multiplyPanels, packPanels } from "./panels";
import { addSparse, combine } from "./sparse-terms";

/** A row stops once its squared residual is this share of its first; below that only f32 rounding is left. */
const RESIDUAL_SHARE: f32 = 1e-10;
/** Rows worked on together; the host's scratch formula knows it too. */
const GROUP: usize = 8;

/**
 * Conjugate-gradient steps on (gram + Σ c q qᵀ + λI) x = Σ c q + λ m for `rowCount` rows of `solved`. The m are rows of `prior`,
 * or 0 if that is 0.
 *
 * Rows with interactions go through in groups of eight. Their product with the dense `gram` is one small matrix product,
 * the sparse part is done row by row. Scratch, in floats: directions, residuals and products (8 × dim each), the Gram
 * matrix in panels of eight columns (dim × dim), then 8 pointers and 2 × 8 squared residuals, and the directions packed (8 × dim).
 */
export function stepConjugateGradient(
  fixed: usize,
  solved: usize,
  prior: usize,
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
      solveGroup(fixed, solved, prior, dim, panels, indptr, indices, values, ridge, steps, scratch, size);
      size = 0;
    }
  }
  if (size)
    solveGroup(fixed, solved, prior, dim, panels, indptr, indices, values, ridge, steps, scratch, size);
}

function solveGroup(
  fixed: usize,
  solved: usize,
  prior: usize,
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
  const packed = firstNorms + (GROUP << 2);

  for (let g: usize = 0; g < GROUP; g++) {
    const target = directions + g * bytes;
    if (g < size) memory.copy(target, solved + (load<u32>(rowIds + (g << 2)) as usize) * bytes, bytes);
    else memory.fill(target, 0, bytes);
  }
  multiplyPanels(directions, panels, dim, products, packed);
  // r = Σ c q (1 − q·x) − gram x − λ (x − m), and the first direction is r.
  for (let g: usize = 0; g < size; g++) {
    const row = load<u32>(rowIds + (g << 2)) as usize;
    const x = directions + g * bytes;
    const r = residuals + g * bytes;
    const lambda = load<f32>(ridge + (row << 2));
    combine(r, products + g * bytes, -1, x, -lambda, bytes);
    if (prior) combine(r, r, 1, prior + row * bytes, lambda, bytes);
    const from = load<u32>(indptr + (row << 2)) as usize;
    const count = (load<u32>(indptr + (row << 2), 4) as usize) - from;
    addSparse(r, x, fixed, bytes, indices + (from << 2), values + (from << 2), count, 1, -1);
    memory.copy(x, r, bytes);
    const norm = dotOne(r, r, bytes);
    store<f32>(norms + (g << 2), norm);
    store<f32>(firstNorms + (g << 2), norm);
  }
  for (let step = 0; step < steps && isAnyLeft(norms, firstNorms, size); step++) {
    multiplyPanels(directions, panels, dim, products, packed);
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
