import type { AlgorithmParams } from "#contract/algorithms.ts";
import { paddedDim } from "../../kernels/kernels.ts";
import { type FitCost, type MemoryPhase, SLICE_BYTES } from "../cost/fit-cost.ts";
import type { FitShape } from "../cost/fit-shape.ts";
import { passSeconds, SECONDS_PER_FACTOR, SECONDS_PER_FLOP } from "../cost/rates.ts";
import { panelWidth } from "../linear-algebra/gram-product.ts";
import { dimOf, factorBytes, storedFactorBytes, strideOf } from "./factor-cost.ts";

const OVERSAMPLING = 10;

export const TRUNCATED_SVD_COST: FitCost = {
  phases: (shape, params) => [decomposition(shape, params)],
  storedBytes: storedFactorBytes,
  seconds(shape, params) {
    const { items, interactions } = shape;
    const stride = strideOf(params);
    const turns = SECONDS_PER_FLOP * 6 * (8 * interactions * stride + 4 * items * stride ** 2);
    return passSeconds(shape) + turns + SECONDS_PER_FACTOR * items * dimOf(params);
  },
};

export const NMF_COST: FitCost = {
  /** It begins with a decomposition, which takes most of its cost. */
  phases(shape, params) {
    const { js, kernels } = decomposition(shape, params);
    // Both sides' factors, and the singular vectors of the start.
    return [{ js, kernels: kernels + 2 * factorBytes(shape, dimOf(params)) }];
  },
  storedBytes: storedFactorBytes,
  seconds(shape, params) {
    const { users, items, interactions } = shape;
    const stride = strideOf(params);
    const pass = 8 * interactions * stride + 2 * (users + items) * stride ** 2;
    return passSeconds(shape) + SECONDS_PER_FLOP * 20 * pass;
  },
};

function decomposition({ users, items }: FitShape, params: AlgorithmParams): MemoryPhase {
  const dim = Math.min(dimOf(params), users, items);
  const width = paddedDim(Math.max(dim, Math.min(dim + OVERSAMPLING, items, users)));
  // The basis and its image, and either the product of users and a panel or a spare for the image.
  const basis = 4 * width * items;
  const product = 4 * panelWidth(width, users, items) * users;
  return { js: 8 * 4 * width ** 2, kernels: 2 * basis + Math.max(basis, product) + SLICE_BYTES };
}
