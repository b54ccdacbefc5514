import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { overRanges, type Steps } from "../../in-steps.ts";
import { inversePowers, raiseValues, rowSums, scaleValues } from "./weight-powers.ts";

export interface ScaledInteractions {
  /** X by item. */
  readonly itemUsers: CsrMatrix;
  /** d_u^−(b/2), d_i^−a and d_j^c. */
  readonly userFactors: Float64Array;
  readonly itemFactors: Float64Array;
  readonly targetFactors: Float64Array;
  /** λ. */
  readonly ridge: number;
}

export interface DegreePowers {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly reg: number;
  /** 1 when absent. */
  readonly weight_power?: number;
}

/** Scales X for the regressions SparseSLIM, DenseSLIM and EDLAE; see there. */
export function* scaleByDegrees(
  itemUsers: CsrMatrix,
  { a, b, c, reg, weight_power: weightPower = 1 }: DegreePowers,
): Steps<ScaledInteractions> {
  const byItem = yield* raiseValues(itemUsers, weightPower);
  const itemDegrees = yield* rowSums(byItem);
  const userFactors = inversePowers(yield* columnSums(byItem), b / 2);
  const itemFactors = inversePowers(itemDegrees, a);
  const values = yield* scaleValues(byItem, itemFactors, userFactors);
  const share = (yield* squareSum(values)) / (yield* squareSum(byItem.values));
  const targetFactors = inversePowers(itemDegrees, -c);
  return { itemUsers: { ...itemUsers, values }, userFactors, itemFactors, targetFactors, ridge: reg * share };
}

function* columnSums({ columnCount, indices, values }: CsrMatrix): Steps<Float64Array> {
  const sums = new Float64Array(columnCount);
  yield* overRanges(values.length, (from, to) => {
    for (let at = from; at < to; at++) {
      const column = indices[at] as number;
      sums[column] = (sums[column] as number) + (values[at] as number);
    }
  });
  return sums;
}

function* squareSum(values: Float32Array): Steps<number> {
  let sum = 0;
  yield* overRanges(values.length, (from, to) => {
    for (let at = from; at < to; at++) sum += (values[at] as number) ** 2;
  });
  return sum;
}
