import { degreeKnn } from "#contract/algorithms/degree-knn.ts";
import type { AlgorithmParams } from "#contract/algorithms.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { listLadder } from "../search/rungs.ts";
import type { SearchPlan } from "../search/search-plan.ts";

/** Neighbours are chosen, packed and kept one by one: an item with 500 takes as long as its sums. */
const RUNGS = { low: 100, high: 500, mostItems: 20_000 };

/** Wider than usual: room without good values does not slow a regression down. */
const POWER_RANGES = {
  b: { low: 0, high: 1.8 },
  a1: { low: 0, high: 1.5 },
  a2: { low: -0.5, high: 1.2 },
};
/** Missing in the usual starting points: short lists, users of any activity counted equally. */
const LIKE_COSINE: AlgorithmParams = { b: 0.2, a1: 0.5, a2: 0.5, top_k: 50, weight_power: 0.25 };

/** Bytes that a model of neighbours may take, at six an entry. */
const NEIGHBOUR_BYTES = 400_000_000;
const BYTES_PER_ENTRY = 6;
const SHORTEST_LIST = 10;
const LONGEST_LIST = 1000;

export function planDegreeKnnSearch({ columnCount }: CsrMatrix, budget: number | undefined): SearchPlan {
  const lengths = listLengths(columnCount);
  const rungs = { ...RUNGS, high: Math.min(RUNGS.high, lengths.high) };
  return {
    ...listLadder(columnCount, rungs, budget),
    starts: [...degreeKnn.startingPoints, LIKE_COSINE],
    ranges: { ...POWER_RANGES, top_k: lengths },
  };
}

/** From short lists to the longest that fit in memory; the starting points are always inside. */
function listLengths(itemCount: number): { low: number; high: number } {
  const leastHigh = Math.max(...degreeKnn.startingPoints.map(({ top_k }) => Number(top_k)));
  const mostHigh = Math.floor(NEIGHBOUR_BYTES / BYTES_PER_ENTRY / itemCount);
  return { low: SHORTEST_LIST, high: Math.max(leastHigh, Math.min(LONGEST_LIST, mostHigh)) };
}
