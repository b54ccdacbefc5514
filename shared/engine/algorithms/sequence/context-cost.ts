import type { AlgorithmParams } from "#contract/algorithms.ts";
import { type FitCost, sizeOf } from "../cost/fit-cost.ts";
import { type FitShape, keptEntries, orderedRowsOf, placesOf } from "../cost/fit-shape.ts";
import { passSeconds, SECONDS_PER_KEPT } from "../cost/rates.ts";
import { packedBytes } from "../item-knn/similarity-cost.ts";
import { MOST_MODEL_BYTES } from "./model-room.ts";

/** A pair of places that is counted, in both passes; measured on one processor. */
const SECONDS_PER_PAIR = 1.6e-8;
/** Bringing an interaction into the order of time. */
const SECONDS_PER_SORTED = 3e-7;

/**
 * The cost of rows of what stands around an item.
 * @param window The parameter with the most distance of a pair.
 * @param sides  1 for what follows alone, 2 for both sides.
 */
export function contextCost(window: string, sides: number): FitCost {
  const pairsOf = (shape: FitShape, params: AlgorithmParams) => {
    const places = placesOf(shape);
    return sides * places * Math.min(sizeOf(params, window), places / Math.max(1, shape.users));
  };
  const stored = (shape: FitShape, params: AlgorithmParams): number => {
    const topK = sizeOf(params, "top_k");
    const entries = Math.min(pairsOf(shape, params), keptEntries(shape, topK));
    return Math.min(MOST_MODEL_BYTES, packedBytes(shape, topK, entries));
  };
  return {
    phases(shape, params) {
      const { items } = shape;
      // Places by item and rows of places; the order where it comes from times; sums and scales; the parts, which are joined at the end.
      const js = 20 * placesOf(shape) + 8 * orderedRowsOf(shape) + 32 * items + 2 * stored(shape, params);
      return [{ js, kernels: 12 * items }];
    },
    storedBytes: stored,
    seconds(shape, params) {
      const kept = Math.min(pairsOf(shape, params), keptEntries(shape, sizeOf(params, "top_k")));
      const sorting = SECONDS_PER_SORTED * placesOf(shape);
      return (
        passSeconds(shape) + sorting + SECONDS_PER_PAIR * pairsOf(shape, params) + SECONDS_PER_KEPT * kept
      );
    },
  };
}
