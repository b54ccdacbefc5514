/**
 * A blend that is fitted part by part: each component alone, in as many slices as it takes, and stored before the next one begins. The
 * stored parts are then joined by their names, without their data at hand. The result is the same as that of one fit.
 */
import { type AlgorithmParams, BLEND } from "#contract/algorithms.ts";
import type { AlgorithmOf } from "../fit/algorithm.ts";
import { requireParams } from "../fit/fit-guards.ts";
import { orderedParts } from "./blend-cost.ts";
import { type FitPart, requireTwo } from "./blend-parts.ts";

export interface BlendRecipe {
  /** In the order in which they are fitted. */
  readonly parts: readonly FitPart[];
  /** Whether item factors are stored at one byte each. */
  readonly isQuantized: boolean;
}

/**
 * What a blend is made of.
 *
 * @param algorithmOf Finds the components.
 * Throws `BAD_PARAMETER` for parameters that `Blend` does not take, and for fewer than two components.
 */
export function blendRecipe(algorithmOf: AlgorithmOf, raw: AlgorithmParams): BlendRecipe {
  const params = requireParams(BLEND, raw);
  return { parts: requireTwo(orderedParts(algorithmOf, params)), isQuantized: params.int8_factors === true };
}
