import { EngineError } from "../engine-error.ts";
import { chiSquareUpper } from "./statistics/distributions.ts";

/** Below this a verdict is blocked: Fabijan et al., "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments" (2019). */
export const MISMATCH_P = 0.001;

/**
 * How likely such counts of people are if each variant gets its share: Pearson's chi-square. A low value says that people are lost or
 * counted twice somewhere, and that no figure of the test can be trusted. 1 without people.
 *
 * @param weights As many as counts, above 0; only their proportions count.
 */
export function sampleRatioP(counts: readonly number[], weights: readonly number[]): number {
  const total = sum(counts);
  const ofWeights = sum(weights);
  if (counts.length !== weights.length || weights.some((weight) => !(weight > 0))) {
    throw new EngineError("BAD_PARAMETER", "Each variant needs one weight above 0.");
  }
  if (total === 0 || counts.length < 2) return 1;
  let distance = 0;
  counts.forEach((count, at) => {
    const expected = (total * (weights[at] as number)) / ofWeights;
    distance += (count - expected) ** 2 / expected;
  });
  return chiSquareUpper(distance, counts.length - 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
