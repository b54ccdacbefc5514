import { solveSystem } from "../dense/scalar.ts";
import { addScaled, dot, forEachEntry } from "../dense/scalar-loops.ts";
import type {
  ConjugateGradientCall,
  PreconditionedCall,
  RowProductCall,
  RowSolveCall,
  RowSolverKernels,
  SubspaceCall,
} from "./calls.ts";

function stepConjugateGradient(call: ConjugateGradientCall): void {
  const { indptr } = call.rows;
  for (let row = 0; row < call.rowCount; row++) {
    const x = call.solved.view.subarray((call.fromRow + row) * call.dim, (call.fromRow + row + 1) * call.dim);
    if (indptr.view[row] === indptr.view[row + 1]) x.fill(0);
    else stepRow(call, row, x);
  }
}

/** (α₀QᵀQ + λI) v + Σ t q with t = c (bias + sign · q·v), times `sign`: the residual of v (plus λ m) or the product with it. */
function applyRow(
  call: ConjugateGradientCall,
  row: number,
  v: Float32Array,
  isResidual: boolean,
): Float32Array {
  const { dim, fixed, gram, rows, ridge, prior, fromRow } = call;
  const sign = isResidual ? -1 : 1;
  const lambda = ridge.view[row] as number;
  const result = new Float64Array(dim);
  for (let i = 0; i < dim; i++) {
    const mean = isResidual && prior ? (prior.view[(fromRow + row) * dim + i] as number) : 0;
    result[i] = sign * (dot(gram.view, i * dim, v, 0, dim) + lambda * (v[i] as number)) + lambda * mean;
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
function stepRow(call: ConjugateGradientCall, row: number, x: Float32Array): void {
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

function solveRows(call: RowSolveCall): number {
  const { dim, fromRow, rowCount } = call;
  const matrix = new Float32Array(dim * dim);
  const right = new Float32Array(dim);
  let failures = 0;
  for (let row = 0; row < rowCount; row++) {
    const isPresent = rowSystem(call, row, matrix, right);
    if (isPresent && !solveSystem(matrix, dim, right)) {
      right.fill(0);
      failures++;
    }
    call.solved.view.set(right, (fromRow + row) * dim);
  }
  return failures;
}

function stepSubspaces(call: SubspaceCall): number {
  const { dim, fromRow, rowCount, block } = call;
  let failures = 0;
  for (let row = 0; row < rowCount; row++) {
    const x = call.solved.view.subarray((fromRow + row) * dim, (fromRow + row + 1) * dim);
    for (let begin = 0; begin < dim; begin += block) {
      const width = Math.min(block, dim - begin);
      const matrix = new Float32Array(width * width);
      const step = new Float32Array(width);
      const isPresent = subspaceSystem(call, row, { begin, width }, matrix, step);
      if (!isPresent) x.fill(0);
      else if (solveSystem(matrix, width, step)) addScaled(x.subarray(begin, begin + width), 1, step);
      else failures++;
    }
  }
  return failures;
}

/** The matrix of one block of coordinates of a row, and the slope against which it steps; false for a row without interactions. */
function subspaceSystem(
  call: SubspaceCall,
  row: number,
  { begin, width }: { readonly begin: number; readonly width: number },
  matrix: Float32Array,
  right: Float32Array,
): boolean {
  const { dim } = call;
  const whole = new Float32Array(dim * dim);
  const target = new Float32Array(dim);
  if (!rowSystem(call, row, whole, target)) return false;
  const x = call.solved.view.subarray((call.fromRow + row) * dim, (call.fromRow + row + 1) * dim);
  for (let i = 0; i < width; i++) {
    const line = whole.subarray((begin + i) * dim, (begin + i + 1) * dim);
    right[i] = line.reduce((rest, entry, k) => rest - entry * (x[k] as number), target[begin + i] as number);
    matrix.set(line.subarray(begin, begin + width), i * width);
  }
  return true;
}

/** The matrix and right-hand side of one row of `solveRows`; false for a row without interactions. */
function rowSystem(call: RowSolveCall, row: number, matrix: Float32Array, right: Float32Array): boolean {
  const { dim, fixed, gram, rows, ridge } = call;
  const [from, to] = [rows.indptr.view[row] as number, rows.indptr.view[row + 1] as number];
  right.fill(0);
  if (from === to) return false;
  const sums = Float64Array.from(gram.view.subarray(0, dim * dim));
  for (let k = 0; k < dim; k++)
    sums[k * dim + k] = (sums[k * dim + k] as number) + (ridge.view[row] as number);
  for (let at = from; at < to; at++) {
    const start = (rows.indices.view[at] as number) * dim;
    const q = fixed.view.subarray(start, start + dim);
    const c = rows.values.view[at] as number;
    for (let i = 0; i < dim; i++) {
      const share = c * (q[i] as number);
      right[i] = (right[i] as number) + share;
      for (let j = 0; j < dim; j++) {
        sums[i * dim + j] = (sums[i * dim + j] as number) + share * (q[j] as number);
      }
    }
  }
  matrix.set(sums);
  return true;
}

function multiplyRows({ rows, fromRow, rowCount, dim, matrix }: RowProductCall): void {
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

function stepPreconditioned(call: PreconditionedCall): void {
  const { dim, rows, solved, fromRow, rowCount } = call;
  const { indptr } = rows;
  for (let row = 0; row < rowCount; row++) {
    const x = solved.view.subarray((fromRow + row) * dim, (fromRow + row + 1) * dim);
    if (indptr.view[row] === indptr.view[row + 1]) x.fill(0);
    else stepPreconditionedRow(call, row, x);
  }
}

function stepPreconditionedRow(call: PreconditionedCall, row: number, x: Float32Array): void {
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

/** The reference for solving for rows of factors, one side fixed; sums in f64, results rounded to f32. */
export const scalarRowSolvers: RowSolverKernels = {
  stepConjugateGradient,
  solveRows,
  stepPreconditioned,
  multiplyRows,
  stepSubspaces,
};
