import type { PreconditionedCall, RowProductCall } from "./factor-calls.ts";
import { addScaled, dot, forEachEntry } from "./scalar-conjugate-gradient.ts";

/** Plain twins of preconditioned conjugate gradients and of products of rows with a small matrix; sums in f64. */

export function multiplyRows({ rows, fromRow, rowCount, dim, matrix }: RowProductCall): void {
  const product = new Float64Array(dim);
  for (let row = fromRow; row < fromRow + rowCount; row++) {
    const own = rows.view.subarray(row * dim, (row + 1) * dim);
    product.fill(0);
    for (let k = 0; k < dim; k++) {
      for (let column = 0; column < dim; column++) {
        const part = (own[k] as number) * (matrix.view[k * dim + column] as number);
        product[column] = (product[column] as number) + part;
      }
    }
    own.set(product);
  }
}

export function stepPreconditioned(call: PreconditionedCall): void {
  const { dim, rows, solved, fromRow, rowCount } = call;
  const { indptr } = rows;
  for (let row = 0; row < rowCount; row++) {
    const x = solved.view.subarray((fromRow + row) * dim, (fromRow + row + 1) * dim);
    if (indptr.view[row] === indptr.view[row + 1]) x.fill(0);
    else stepRow(call, row, x);
  }
}

function stepRow(call: PreconditionedCall, row: number, x: Float32Array): void {
  const { dim, spectrum, ridge } = call;
  const diagonal = spectrum.view.slice(0, dim).map((entry) => entry + (ridge.view[row] as number));
  const divide = (r: Float32Array): Float32Array => r.map((entry, k) => entry / (diagonal[k] as number));
  const r = diagonal.map((entry, k) => -entry * (x[k] as number));
  addInteractions(call, row, x, r, true);
  let z = divide(r);
  const p = z.slice();
  let norm = dot(r, 0, z, 0, dim);
  const least = 1e-10 * norm;
  for (let step = 0; step < call.steps && norm > least; step++) {
    const product = diagonal.map((entry, k) => entry * (p[k] as number));
    addInteractions(call, row, p, product, false);
    const curvature = dot(p, 0, product, 0, dim);
    if (!(curvature > 0)) return;
    addScaled(x, norm / curvature, p);
    addScaled(r, -norm / curvature, product);
    z = divide(r);
    const next = dot(r, 0, z, 0, dim);
    for (let k = 0; k < dim; k++) p[k] = (z[k] as number) + (next / norm) * (p[k] as number);
    norm = next;
  }
}

/** target += Σ c q (1 − q·v) for a residual, Σ c q (q·v) for a product. */
function addInteractions(
  { dim, fixed, rows }: PreconditionedCall,
  row: number,
  v: Float32Array,
  target: Float32Array,
  isResidual: boolean,
): void {
  forEachEntry(rows.indptr.view, row, (at) => {
    const q = (rows.indices.view[at] as number) * dim;
    const product = dot(fixed.view, q, v, 0, dim);
    const t = (rows.values.view[at] as number) * (isResidual ? 1 - product : product);
    addScaled(target, t, fixed.view.subarray(q, q + dim));
  });
}
