/** Cost of fits that choose an item's neighbours row by row of an items × items matrix. */
import type { AlgorithmParams } from "#contract/algorithms.ts";
import { type FitCost, type MemoryPhase, matrixBytes, sizeOf } from "../cost/fit-cost.ts";
import { type FitShape, keptEntries, pairUpdatesOf } from "../cost/fit-shape.ts";
import { passSeconds, SECONDS_PER_KEPT, SECONDS_PER_UPDATE } from "../cost/rates.ts";

const MAX_NARROW_ITEMS = 65_536;

/** @param weighed How many arrays of one float an interaction the weighting makes. */
export function similarityCost(weighed: (params: AlgorithmParams) => number): FitCost {
  return {
    phases: (shape, params) => phasesOf(shape, params, weighed(params)),
    storedBytes: (shape, params) => 8 * keptEntries(shape, sizeOf(params, "top_k")),
    seconds: neighbourSeconds,
  };
}

/** For models whose rows are packed as they are found. */
export const PACKED_SIMILARITY_COST: FitCost = {
  phases(shape, params) {
    const packed = packedBytes(shape, sizeOf(params, "top_k"));
    const weighed = sizeOf(params, "weight_power") === 1 ? 4 : 8;
    // The parts are joined at the end.
    const js = weighed * shape.interactions + 32 * shape.items + 2 * packed;
    return [{ js, kernels: rowWorkspace(shape) }];
  },
  storedBytes: (shape, params) => packedBytes(shape, sizeOf(params, "top_k")),
  seconds: neighbourSeconds,
};

/** @param mostEntries All that there can be, where another limit than topK is known. */
export function packedBytes(shape: FitShape, topK: number, mostEntries = Number.POSITIVE_INFINITY): number {
  const entryBytes = shape.items <= MAX_NARROW_ITEMS ? 4 : 6;
  return entryBytes * Math.min(mostEntries, keptEntries(shape, topK)) + 8 * shape.items;
}

/** Sums, scratch, columns and marks of one row of an item-to-item matrix, and the weighed interactions. */
export function rowWorkspace({ users, items, interactions }: FitShape): number {
  return matrixBytes(users, interactions) + 16 * items;
}

export function neighbourSeconds(shape: FitShape, params: AlgorithmParams): number {
  const kept = keptEntries(shape, sizeOf(params, "top_k"));
  return passSeconds(shape) + SECONDS_PER_UPDATE * pairUpdatesOf(shape) + SECONDS_PER_KEPT * kept;
}

function phasesOf(shape: FitShape, params: AlgorithmParams, weighed: number): MemoryPhase[] {
  const kept = 8 * keptEntries(shape, sizeOf(params, "top_k"));
  const js = 4 * weighed * shape.interactions + 16 * shape.items + kept;
  return [
    { js, kernels: rowWorkspace(shape) },
    // The model's matrix is written while the kept rows are in memory.
    { js: js + 12 * shape.items, kernels: kept + 4 * shape.items },
  ];
}
