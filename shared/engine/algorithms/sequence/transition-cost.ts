import type { AlgorithmParams } from "#contract/algorithms.ts";
import { type FitShape, keptEntries } from "../../estimate/fit-shape.ts";
import { type FitCost, sizeOf } from "../cost/fit-cost.ts";
import { passSeconds, SECONDS_PER_KEPT } from "../cost/rates.ts";
import { packedBytes } from "../item-knn/similarity-cost.ts";

/** A pair of interactions that is counted; measured on one processor. */
const SECONDS_PER_PAIR = 8e-9;
/** Bringing an interaction into the order of time. */
const SECONDS_PER_SORTED = 3e-7;

export const TRANSITION_COST: FitCost = {
  phases(shape, params) {
    const { users, items, interactions } = shape;
    // Ages, sequences and places; where sequences end and items stand; the parts, which are joined at the end.
    const js = 12 * interactions + 4 * users + 24 * items + 2 * stored(shape, params);
    return [{ js, kernels: 12 * items }];
  },
  storedBytes: stored,
  seconds(shape, params) {
    const pairs = sizeOf(params, "max_distance") * shape.interactions;
    const kept = Math.min(pairs, keptEntries(shape, sizeOf(params, "top_k")));
    const sorting = SECONDS_PER_SORTED * shape.interactions;
    return passSeconds(shape) + sorting + SECONDS_PER_PAIR * pairs + SECONDS_PER_KEPT * kept;
  },
};

function stored(shape: FitShape, params: AlgorithmParams): number {
  // At most this many others after an interaction, and at most as many before it at the same time.
  const mostEntries = 2 * sizeOf(params, "max_distance") * shape.interactions;
  return packedBytes(shape, sizeOf(params, "top_k"), mostEntries);
}
