/**
 * Tests that stay right however often they are looked at. Confidence sequences of Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas,
 * "Time-uniform central limit theory and asymptotic confidence sequences" (2021), theorem 2.2 and formula 13.
 */
import type { Effect, TestResult } from "./effect.ts";

/** The number of people for which the interval is narrowest. */
export const DEFAULT_TUNING = 5_000;

/** The interval and the p-value that hold at all looks together. @param tuning People for whom the interval is narrowest; above 0. */
export function sequentialTest(effect: Effect, confidence: number, tuning = DEFAULT_TUNING): TestResult {
  const { estimate, standardError, count } = effect;
  const alpha = 1 - confidence;
  const reach = standardError * sequentialReach(count, alpha, tuning);
  const evidence = logEvidence(estimate / standardError, count, alpha, tuning);
  return {
    estimate,
    low: estimate - reach,
    high: estimate + reach,
    pValue: Math.min(1, Math.exp(-evidence)),
  };
}

/** Half the width of the interval, in standard errors. @param count People of both sides. @param alpha The share of false alarms, such as .05. */
export function sequentialReach(count: number, alpha: number, tuning = DEFAULT_TUNING): number {
  const mixing = count * rhoSquared(alpha, tuning);
  return Math.sqrt((2 * (mixing + 1) * Math.log(Math.sqrt(mixing + 1) / alpha)) / mixing);
}

/** The logarithm of the evidence against "no effect", whose inverse is the always-valid p-value. @param z Standard errors from 0. */
function logEvidence(z: number, count: number, alpha: number, tuning: number): number {
  const mixing = count * rhoSquared(alpha, tuning);
  return (z * z * mixing) / (2 * (mixing + 1)) - Math.log(mixing + 1) / 2;
}

function rhoSquared(alpha: number, tuning: number): number {
  const twice = -2 * Math.log(alpha);
  return (twice + Math.log(1 + twice)) / tuning;
}
