import { ALGORITHM_PARAMS, type AlgorithmName, type ParamSpecs } from "#contract/algorithms.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { RangeLimits } from "./search-space.ts";

/** Raises weights to a power; has no effect if all weights are 1. */
const WEIGHT_POWER = "weight_power";

/** Limits that fix parameters without an effect on this data at their default: searching them would waste trials. */
export function idleParams(userItems: CsrMatrix, algorithms: readonly AlgorithmName[]): RangeLimits {
  if (userItems.values.some((value) => value !== 1)) return {};
  const limits = algorithms.flatMap((algorithm) => {
    const spec = (ALGORITHM_PARAMS[algorithm] as ParamSpecs)[WEIGHT_POWER];
    if (spec?.kind !== "float" || !spec.search) return [];
    return [[`${algorithm}.${WEIGHT_POWER}`, { low: spec.default, high: spec.default }]];
  });
  return Object.fromEntries(limits);
}
