import {
  ELASTIC_NET_LANES,
  type ElasticNetCall,
  type NonNegativeCall,
  type RowSolveCall,
  type SparseProductCall,
  type SubspaceCall,
} from "./factor-calls.ts";

/** Plain twins of the kernels that fit factor models and sparse regressions; sums in f64, results rounded to f32. */

export function multiplySparse(call: SparseProductCall): void {
  const { rows, rowCount, factors, dim, out, factorStride = dim, outStride = dim } = call;
  const { factorOffset = 0, outOffset = 0 } = call;
  const [indptr, indices, values] = [rows.indptr.view, rows.indices.view, rows.values.view];
  for (let row = 0; row < rowCount; row++) {
    for (let k = 0; k < dim; k++) {
      let sum = 0;
      for (let at = indptr[row] as number; at < (indptr[row + 1] as number); at++) {
        sum +=
          (values[at] as number) *
          (factors.view[factorOffset + (indices[at] as number) * factorStride + k] as number);
      }
      out.view[outOffset + row * outStride + k] = sum;
    }
  }
}

/** The matrix of one block of coordinates of a row, and the slope against which it steps; false for a row without interactions. */
export function subspaceSystem(
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
export function rowSystem(
  call: RowSolveCall,
  row: number,
  matrix: Float32Array,
  right: Float32Array,
): boolean {
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

export function descendNonNegative(call: NonNegativeCall): number {
  const { fromRow, rowCount, dim, products, l1 } = call;
  const [w, gram] = [call.factors.view, call.gram.view];
  let violation = 0;
  for (let row = 0; row < rowCount; row++) {
    const start = (fromRow + row) * dim;
    for (let t = 0; t < dim; t++) {
      const curvature = gram[t * dim + t] as number;
      if (!(curvature > 0)) continue;
      let gradient = l1 - (products.view[row * dim + t] as number);
      for (let k = 0; k < dim; k++) gradient += (gram[t * dim + k] as number) * (w[start + k] as number);
      const own = w[start + t] as number;
      violation += Math.abs(own === 0 ? Math.min(0, gradient) : gradient);
      w[start + t] = Math.max(0, own - gradient / curvature);
    }
  }
  return violation;
}

export function descendElasticNet(call: ElasticNetCall): number {
  let largest = 0;
  for (const item of call.order.view.subarray(call.fromPlace, call.toPlace)) {
    for (let lane = 0; lane < ELASTIC_NET_LANES; lane++) {
      if (item !== call.firstTarget + lane) largest = Math.max(largest, descendOne(call, item, lane));
    }
  }
  return largest;
}

/** @returns The size of the change. */
function descendOne(call: ElasticNetCall, item: number, lane: number): number {
  const { items, l1, l2 } = call;
  const [residuals, coefficients] = [call.residuals.view, call.coefficients.view];
  const [from, to] = [items.indptr.view[item] as number, items.indptr.view[item + 1] as number];
  if (from === to) return 0;
  const own = item * ELASTIC_NET_LANES + lane;
  const before = coefficients[own] as number;
  let [square, product] = [0, 0];
  for (let at = from; at < to; at++) {
    const x = items.values.view[at] as number;
    square += x * x;
    product += x * (residuals[(items.indices.view[at] as number) * ELASTIC_NET_LANES + lane] as number);
  }
  const rho = product + square * before;
  const size = Math.max(0, Math.abs(rho) - l1) / (square + l2);
  const after = Math.fround(rho < 0 ? (call.isPositive ? 0 : -size) : size);
  if (after === before) return 0;
  coefficients[own] = after;
  for (let at = from; at < to; at++) {
    const cell = (items.indices.view[at] as number) * ELASTIC_NET_LANES + lane;
    residuals[cell] = (residuals[cell] as number) - (after - before) * (items.values.view[at] as number);
  }
  return Math.abs(after - before);
}
