import type { AlgorithmParams } from "#contract/algorithms.ts";
import { blockBytes } from "../../data/block-layout.ts";
import { MAX_BLOCK_BYTES } from "../../data/matrix-blocks.ts";
import { type FitCost, type MemoryPhase, SLICE_BYTES } from "../cost/fit-cost.ts";
import type { FitShape } from "../cost/fit-shape.ts";
import { passSeconds, SECONDS_PER_FACTOR, SECONDS_PER_FLOP } from "../cost/rates.ts";
import { panelWidth } from "../linear-algebra/gram-product.ts";
import { basisWidth } from "../linear-algebra/subspace-iteration.ts";
import { dimOf, factorBytes, storedFactorBytes, strideOf } from "./factor-cost.ts";

export const TRUNCATED_SVD_COST: FitCost = {
  phases(shape, params) {
    const { js, kernels } = decomposition(shape, params);
    // Past one piece, the image of a piece beside the sum of them.
    const isOnePiece = blockBytes(shape.users, shape.interactions, false) <= MAX_BLOCK_BYTES;
    return [{ js, kernels: kernels + (isOnePiece ? 0 : 4 * widthOf(shape, params) * shape.items) }];
  },
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

function widthOf({ users, items }: FitShape, params: AlgorithmParams): number {
  return basisWidth(Math.min(dimOf(params), users, items), { rowCount: users, columnCount: items });
}

function decomposition(shape: FitShape, params: AlgorithmParams): MemoryPhase {
  const { users, items } = shape;
  const width = widthOf(shape, params);
  // The basis and its image, and either the product of users and a panel or a spare for the image.
  const basis = 4 * width * items;
  const product = 4 * panelWidth(width, users, items) * users;
  return { js: 8 * 4 * width ** 2, kernels: 2 * basis + Math.max(basis, product) + SLICE_BYTES };
}
