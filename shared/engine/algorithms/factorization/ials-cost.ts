import { PANELS } from "../../data/row-reader.ts";
import { paddedDim } from "../../kernels/kernels.ts";
import { type FitCost, sizeOf } from "../cost/fit-cost.ts";
import type { FitShape } from "../cost/fit-shape.ts";
import { passSeconds, SECONDS_PER_FACTOR, SECONDS_PER_FLOP } from "../cost/rates.ts";
import { dimOf, factorBytes, storedFactorBytes, strideOf } from "./factor-cost.ts";

/** Rows that are copied to the kernels at a time for factors of 64, both sides. */
const SLICE_BYTES = 2.4e6;

/** Factors of this size leave little room for the data. */
const LARGE_FACTOR_BYTES = 48e6;

/** Whether a fit makes the transpose of the data panel by panel in each epoch. */
export function transposesByPanels(shape: Pick<FitShape, "users" | "items">, dim: number): boolean {
  return factorBytes(shape, dim) >= LARGE_FACTOR_BYTES;
}

export const IALS_COST: FitCost = {
  phases(shape, params) {
    const dim = dimOf(params);
    // For each side the Gram matrix, that of a piece, and two more of its size to solve with; on the heap, its eigenvectors while they are found.
    const square = paddedDim(dim) ** 2;
    const squares = 8 * 4 * square;
    const kernels = factorBytes(shape, dim) + squares + 4 * shape.items + sliceBytes(shape, dim);
    return [{ js: 8 * square, kernels }];
  },
  // A panel, with its cursors and the place of each row.
  transposeShare: (shape, params) => (transposesByPanels(shape, dimOf(params)) ? 1.5 / PANELS : 1),
  storedBytes: storedFactorBytes,
  seconds(shape, params) {
    const { users, items, interactions } = shape;
    const stride = strideOf(params);
    // The first residual and two steps on both sides, both turned twice, two Gram matrices and their eigenvectors.
    const rows = 20 * interactions * stride + 5 * (users + items) * stride ** 2;
    const epochs = SECONDS_PER_FLOP * sizeOf(params, "train_epochs") * (rows + 600 * stride ** 3);
    return passSeconds(shape) + epochs + SECONDS_PER_FACTOR * items * dimOf(params);
  },
};

/** Interactions of one step, limited by operations: with long factors there are few of them. */
function sliceBytes({ interactions }: FitShape, dim: number): number {
  return Math.min(20 * interactions, (SLICE_BYTES * 64) / paddedDim(dim));
}
