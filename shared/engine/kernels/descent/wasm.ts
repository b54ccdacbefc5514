import { at, pointersOf, requireLength } from "../memory/wasm-buffer.ts";
import type { DescentKernels, ElasticNetCall, NonNegativeCall } from "./calls.ts";

/** What the assembly exports for it; pointers and sizes are numbers. */
export interface DescentExports {
  descendNonNegative(...args: number[]): number;
  descendElasticNet(...args: number[]): number;
}

export function wasmDescent(exports: DescentExports): DescentKernels {
  return {
    descendNonNegative(call: NonNegativeCall): number {
      const { fromRow, rowCount, dim, l1 } = call;
      requireLength(call.factors, (fromRow + rowCount) * dim);
      requireLength(call.gram, dim * dim);
      requireLength(call.products, rowCount * dim);
      const factors = at(call.factors) + 4 * fromRow * dim;
      return exports.descendNonNegative(factors, rowCount, dim, at(call.gram), at(call.products), l1);
    },

    descendElasticNet(call: ElasticNetCall): number {
      const { items, order, fromPlace, toPlace, firstTarget, l1, l2 } = call;
      requireLength(order, toPlace);
      const [indptr, indices, values] = pointersOf(items);
      const [residuals, coefficients] = [at(call.residuals), at(call.coefficients)];
      const lists = [indptr, indices, values, at(order) + 4 * fromPlace, toPlace - fromPlace];
      const isPositive = call.isPositive ? 1 : 0;
      return exports.descendElasticNet(...lists, residuals, coefficients, firstTarget, l1, l2, isPositive);
    },
  };
}
