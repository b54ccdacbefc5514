import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { Steps } from "../../in-steps.ts";
import type { Kernels } from "../../kernels/kernels.ts";
import type { NarrowRows } from "../../kernels/sweep/calls.ts";
import type { FitInput } from "../fit/algorithm.ts";
import { type DegreePowers, scaleByDegrees } from "../weighting/degree-powers.ts";
import { scaleValues } from "../weighting/weight-powers.ts";

/** The scaled data: X by item, X by user in kernel memory, λ, and the factors of the finished rows and columns. */
export interface Scaled {
  readonly itemUsers: CsrMatrix;
  readonly narrow: NarrowRows;
  readonly ridge: number;
  /** d_i^−a, and d_j^c / d_j^−a; 1 for items without interactions. Null where they are all 1. */
  readonly powers: { readonly sources: Float64Array; readonly targets: Float64Array } | null;
}

/** Scales the interactions by the powers; without powers they stay unchanged. */
export function* scaleForDense(
  { kernels, userItems, itemUsers }: FitInput,
  settings: DegreePowers,
): Steps<Scaled> {
  const { a, b, c, reg } = settings;
  if (a === 0 && b === 0 && c === 0) {
    return { itemUsers, narrow: allocNarrowRows(kernels, userItems), ridge: reg, powers: null };
  }
  const scaled = yield* scaleByDegrees(itemUsers, settings);
  const values = yield* scaleValues(userItems, scaled.userFactors, scaled.itemFactors);
  const sources = scaled.itemFactors.map((factor) => factor || 1);
  const targets = scaled.targetFactors.map((factor, item) => (factor || 1) / (sources[item] as number));
  return {
    itemUsers: scaled.itemUsers,
    narrow: allocNarrowRows(kernels, { ...userItems, values }),
    ridge: scaled.ridge,
    powers: { sources, targets },
  };
}

/** Kernel memory with a copy of a matrix of `MAX_DENSE_ITEMS` columns at most. */
function allocNarrowRows(kernels: Kernels, { indptr, indices, values }: CsrMatrix): NarrowRows {
  let areOnes = true;
  for (let at = 0; areOnes && at < values.length; at++) areOnes = values[at] === 1;
  const rows = {
    indptr: kernels.allocU32(indptr.length),
    indices: kernels.allocI16(indices.length),
    values: areOnes ? null : kernels.allocF32(values.length),
  };
  rows.indptr.view.set(indptr);
  rows.indices.view.set(indices);
  rows.values?.view.set(values);
  return rows;
}
