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
        return inOwnKernels([...cost.phases(shape, own), { js: bytes, kernels: 0 }]);
      });
      return [...phases, { js: stored, kernels: 0 }];
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

/** Phases in kernels of their own, whose memory is given back after them. */
function inOwnKernels(phases: readonly MemoryPhase[]): MemoryPhase[] {
  let most = 0;
  return phases.map(({ js, kernels }) => {
    most = Math.max(most, kernels);
    return { js: js + most, kernels: 0 };
  });
}

/** Iterative algorithms come last: their fits take most memory, and the kernels' memory never shrinks. */
export function orderedParts(algorithmOf: AlgorithmOf, params: AlgorithmParams): FitPart[] {
  const isIterative = ({ name }: FitPart) => Number(algorithmOf(name).epochs !== null);
  return partsOf(BLEND, params).sort((a, b) => isIterative(a) - isIterative(b));
}
