import type { AlgorithmParams } from "#contract/algorithms.ts";
import { type FitCost, sizeOf } from "../cost/fit-cost.ts";
import { type FitShape, keptEntries } from "../cost/fit-shape.ts";
import { passSeconds, SECONDS_PER_KEPT } from "../cost/rates.ts";
import { packedBytes } from "../item-knn/similarity-cost.ts";
import { MOST_MODEL_BYTES } from "./model-room.ts";

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

/** As if no two users took the same item after another: an upper bound, 1 to 2.1 times what was stored of two data sets. */
function stored(shape: FitShape, params: AlgorithmParams): number {
  const topK = sizeOf(params, "top_k");
  const most = sizeOf(params, "max_distance");
  // A sum of minima is at most the minimum of the means, times their number.
  const entries = shape.neighbours?.reduce((sum, { items, limit, users = limit, tied }) => {
    const later = most * users;
    // What was taken at the same moment counts in both directions.
    return sum + items * Math.min(topK, limit, later + Math.min(later, tied ?? later));
  }, 0);
  return Math.min(MOST_MODEL_BYTES, packedBytes(shape, topK, entries ?? 2 * most * shape.interactions));
}
