import { ALGORITHMS, type AlgorithmName, type AlgorithmParams } from "#contract/algorithms.ts";
import { partsOf } from "./blend/blend-parts.ts";

/** Whether a fit reads `CsrMatrix.ages`, which is computed only for such fits. */
export function needsAges(algorithm: AlgorithmName, params: AlgorithmParams): boolean {
  return partsOf(algorithm, params).some(({ name }) => ALGORITHMS[name].needsTimes);
}
