import { type AlgorithmName, type AlgorithmParams, BLEND } from "#contract/algorithms.ts";
import type { Algorithm } from "../algorithm.ts";
import type { FitCost, MemoryPhase } from "../cost/fit-cost.ts";
import { type FitPart, partsOf } from "./blend-parts.ts";

type AlgorithmOf = (name: AlgorithmName) => Algorithm;

/** @param algorithmOf Finds the components' costs. */
export function blendCost(algorithmOf: AlgorithmOf): FitCost {
  return {
    /** Each component together with the stored forms of those before it. */
    phases(shape, params) {
      const phases: MemoryPhase[] = [];
      let stored = 0;
      for (const { name, params: own } of orderedParts(algorithmOf, params)) {
        const { cost } = algorithmOf(name);
        for (const { js, kernels } of cost.phases(shape, own)) phases.push({ js: stored + js, kernels });
        stored += cost.storedBytes(shape, own, params.int8_factors === true);
        // The stored form is made while the fit is in memory.
        phases.push({ js: stored, kernels: 0 });
      }
      return phases;
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

/** Iterative algorithms come last: their fits take most memory, and the kernels' memory never shrinks. */
export function orderedParts(algorithmOf: AlgorithmOf, params: AlgorithmParams): FitPart[] {
  const isIterative = ({ name }: FitPart) => Number(algorithmOf(name).epochs !== null);
  return partsOf(BLEND, params).sort((a, b) => isIterative(a) - isIterative(b));
}
