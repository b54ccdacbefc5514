import { type AlgorithmParams, BLEND } from "#contract/algorithms.ts";
import type { FitCost, MemoryPhase } from "../cost/fit-cost.ts";
import type { AlgorithmOf } from "../fit/algorithm.ts";
import { type FitPart, partsOf } from "./blend-parts.ts";

/** @param algorithmOf Finds the components' costs. */
export function blendCost(algorithmOf: AlgorithmOf): FitCost {
  return {
    /** As a Worker fits it: each component alone, then its stored form; in the end all of these are measured. See `part-by-part.ts`. */
    phases(shape, params) {
      let stored = 0;
      const phases = orderedParts(algorithmOf, params).flatMap(({ name, params: own }): MemoryPhase[] => {
        const { cost } = algorithmOf(name);
        const bytes = cost.storedBytes(shape, own, params.int8_factors === true);
        stored += bytes;
        // The estimate counts a whole transpose for a blend.
        const spared = 8 * shape.interactions * (1 - (cost.transposeShare?.(shape, own) ?? 1));
        return inOwnKernels([...cost.phases(shape, own), { js: bytes, kernels: 0 }], spared);
      });
      // Each part as stored, and decoded.
      return [...phases, { js: 2 * stored, kernels: 0 }];
    },
    storedBytes(shape, params, isQuantized) {
      const parts = partsOf(BLEND, params);
      return parts.reduce((sum, { name, params: own }) => {
        return sum + algorithmOf(name).cost.storedBytes(shape, own, isQuantized);
      }, 0);
    },
    seconds(shape, params) {
      const parts = partsOf(BLEND, params);
      return parts.reduce((sum, { name, params: own }) => {
        return sum + algorithmOf(name).cost.seconds(shape, own);
      }, 0);
    },
  };
}

/**
 * Phases in kernels of their own, whose memory is given back after them.
 *
 * @param spared Bytes of the data that are not in memory meanwhile.
 */
function inOwnKernels(phases: readonly MemoryPhase[], spared: number): MemoryPhase[] {
  let most = 0;
  return phases.map(({ js, kernels }) => {
    most = Math.max(most, kernels);
    return { js: js + most - spared, kernels: 0 };
  });
}

/** Iterative algorithms come last: their fits take most memory, and the kernels' memory never shrinks. */
export function orderedParts(algorithmOf: AlgorithmOf, params: AlgorithmParams): FitPart[] {
  const isIterative = ({ name }: FitPart) => Number(algorithmOf(name).epochs !== null);
  return partsOf(BLEND, params).sort((a, b) => isIterative(a) - isIterative(b));
}
