import {
  type DescentKernels,
  ELASTIC_NET_LANES,
  type ElasticNetCall,
  type NonNegativeCall,
} from "./calls.ts";

function descendNonNegative(call: NonNegativeCall): number {
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

function descendElasticNet(call: ElasticNetCall): number {
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

/** The reference for coordinate descent; sums in f64, results rounded to f32. */
export const scalarDescent: DescentKernels = { descendNonNegative, descendElasticNet };
