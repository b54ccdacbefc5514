import { paddedDim } from "../../kernels/kernels.ts";
import { type FitCost, matrixBytes, SLICE_BYTES } from "../cost/fit-cost.ts";
import { passSeconds, SECONDS_PER_FACTOR, SECONDS_PER_FLOP } from "../cost/rates.ts";
import { dimOf, itemFactorBytes, strideOf } from "../factorization/factor-cost.ts";

const MIN_TURNS = 6;
const MAX_TURNS = 64;
const VECTOR_TURNS = 512;

/** Columns of factors that are multiplied together. */
const PANEL = 32;

export const GF_CF_COST: FitCost = {
  phases({ users, items, interactions }, params) {
    const stride = paddedDim(Math.min(dimOf(params), users, items));
    const vectors = 4 * stride * items;
    const panels = 4 * Math.min(PANEL, stride) * (items + users) + 8 * stride ** 2;
    const js = 8 * interactions + 8 * (users + 2 * items);
    const copies = matrixBytes(users, interactions) + matrixBytes(items, interactions);
    return [
      { js: js + 16 * stride ** 2, kernels: vectors + panels + 2 * SLICE_BYTES },
      { js, kernels: vectors + copies + 16 * users + 12 * items },
    ];
  },
  storedBytes(shape, params, isQuantized) {
    const { users, items, interactions } = shape;
    return itemFactorBytes(shape, params, isQuantized) + matrixBytes(users, interactions) + 8 * items;
  },
  seconds(shape, params) {
    const { items, interactions } = shape;
    const stride = strideOf(params);
    const turn = 4 * interactions * stride + 4 * items * stride ** 2;
    const turns = SECONDS_PER_FLOP * turnsFor(dimOf(params)) * turn;
    return passSeconds(shape) + turns + SECONDS_PER_FACTOR * items * dimOf(params);
  },
};

/** Turns of the subspace iteration. A wide space settles in a few; a narrow one needs more, and each costs less. */
export function turnsFor(dim: number): number {
  return Math.max(MIN_TURNS, Math.min(MAX_TURNS, Math.ceil(VECTOR_TURNS / Math.max(1, dim))));
}
