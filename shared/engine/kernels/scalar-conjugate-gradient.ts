import type { ConjugateGradientCall } from "./kernels.ts";

/** The reference for conjugate gradients, and the vector arithmetic of all scalar kernels: plain loops, sums in f64. */

export function dot(a: Float32Array, fromA: number, b: Float32Array, fromB: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += (a[fromA + k] as number) * (b[fromB + k] as number);
  return sum;
}

export function forEachEntry(indptr: Uint32Array, row: number, visit: (at: number) => void): void {
  const end = indptr[row + 1] as number;
  for (let at = indptr[row] as number; at < end; at++) visit(at);
}

export function addScaled(target: Float32Array, factor: number, source: Float32Array): void {
  for (let k = 0; k < target.length; k++) target[k] = (target[k] as number) + factor * (source[k] as number);
}

/** (α₀QᵀQ + λI) v + Σ t q with t = c (bias + sign · q·v), times `sign`: the residual of v or the product with it. */
function applyRow(
  call: ConjugateGradientCall,
  row: number,
  v: Float32Array,
  isResidual: boolean,
): Float32Array {
  const { dim, fixed, gram, rows, ridge } = call;
  const sign = isResidual ? -1 : 1;
  const result = new Float64Array(dim);
  for (let i = 0; i < dim; i++) {
    result[i] = sign * (dot(gram.view, i * dim, v, 0, dim) + (ridge.view[row] as number) * (v[i] as number));
  }
  forEachEntry(rows.indptr.view, row, (at) => {
    const q = (rows.indices.view[at] as number) * dim;
    const product = dot(fixed.view, q, v, 0, dim);
    const t = (rows.values.view[at] as number) * (isResidual ? 1 - product : product);
    for (let k = 0; k < dim; k++) result[k] = (result[k] as number) + t * (fixed.view[q + k] as number);
  });
  return Float32Array.from(result);
}

/** Takes the steps of one row, from its current x. */
export function stepRow(call: ConjugateGradientCall, row: number, x: Float32Array): void {
  const { dim } = call;
  const r = applyRow(call, row, x, true);
  const p = r.slice();
  const first = dot(r, 0, r, 0, dim);
  let norm = first;
  for (let step = 0; step < call.steps && norm > 1e-10 * first; step++) {
    const ap = applyRow(call, row, p, false);
    const curvature = dot(p, 0, ap, 0, dim);
    if (!(curvature > 0)) return;
    addScaled(x, norm / curvature, p);
    addScaled(r, -norm / curvature, ap);
    const next = dot(r, 0, r, 0, dim);
    for (let k = 0; k < dim; k++) p[k] = (r[k] as number) + (next / norm) * (p[k] as number);
    norm = next;
  }
}
