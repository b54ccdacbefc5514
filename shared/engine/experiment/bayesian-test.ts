import type { Effect } from "./effect.ts";
import { normalCdf, normalDensity, normalQuantile } from "./statistics/distributions.ts";

/** What one believes of the effect before the test: a normal distribution. */
export interface Prior {
  readonly mean: number;
  readonly variance: number;
}

export interface BayesianResult {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  /** The probability that the variant is better. */
  readonly winProbability: number;
  /** What one loses on average with the control, and with the variant, in the unit of the effect. */
  readonly risk: { readonly control: number; readonly variant: number };
}

/**
 * The posterior of an effect, normal by the central limit theorem. Risk is the expected loss of Stucchio, "Bayesian A/B Testing at VWO"
 * (2015), in closed form for the normal.
 *
 * @param prior Undefined for a flat one.
 */
export function bayesianTest(effect: Effect, confidence: number, prior?: Prior): BayesianResult {
  const { mean, deviation } = posterior(effect, prior);
  const reach = normalQuantile((1 + confidence) / 2) * deviation;
  const winProbability = normalCdf(mean / deviation);
  const control = mean * winProbability + deviation * normalDensity(mean / deviation);
  return {
    estimate: mean,
    low: mean - reach,
    high: mean + reach,
    winProbability,
    risk: { control, variant: control - mean },
  };
}

function posterior(effect: Effect, prior: Prior | undefined) {
  const variance = effect.standardError ** 2;
  if (prior === undefined) return { mean: effect.estimate, deviation: effect.standardError };
  const weight = prior.variance / (prior.variance + variance);
  return {
    mean: weight * effect.estimate + (1 - weight) * prior.mean,
    deviation: Math.sqrt(weight * variance),
  };
}
