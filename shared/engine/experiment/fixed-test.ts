/** The classic tests: right for one look, at a moment that was set before. */

import type { Effect, TestResult } from "./effect.ts";
import {
  normalQuantile,
  normalTwoSided,
  studentQuantile,
  studentTwoSided,
} from "./statistics/distributions.ts";

/** Welch's t-test of an effect, two-sided. @param confidence Between 0 and 1, such as .95. */
export function fixedTest(effect: Effect, confidence: number): TestResult {
  const { estimate, standardError, degrees } = effect;
  const reach = studentQuantile((1 + confidence) / 2, degrees) * standardError;
  const pValue = studentTwoSided(estimate / standardError, degrees);
  return { estimate, low: estimate - reach, high: estimate + reach, pValue };
}

/** The requests that a slot answered, and how many of them had a conversion. */
export interface Rate {
  readonly trials: number;
  readonly successes: number;
}

export interface ProportionsResult {
  readonly z: number;
  readonly pValue: number;
  readonly significant: boolean;
  /** (variant − control) / control, in percent; 0 where the control has no success. */
  readonly liftPercent: number;
  /** Of variant − control. */
  readonly interval: readonly [low: number, high: number];
}

/**
 * The two-proportion z-test as Recotem does it: pooled standard error for z, unpooled for the interval. Without trials on a side it says
 * nothing: z 0, p 1. More successes than trials give a rate above 1, whose spread counts as 0.
 */
export function proportionsTest(control: Rate, variant: Rate, confidence: number): ProportionsResult {
  if (control.trials === 0 || variant.trials === 0) {
    return { z: 0, pValue: 1, significant: false, liftPercent: 0, interval: [0, 0] };
  }
  const [a, b] = [control.successes / control.trials, variant.successes / variant.trials];
  const pooled = (control.successes + variant.successes) / (control.trials + variant.trials);
  const pooledError = Math.sqrt(spreadOf(pooled) * (1 / control.trials + 1 / variant.trials));
  const z = pooledError > 0 ? (b - a) / pooledError : 0;
  const pValue = normalTwoSided(z);
  const error = Math.sqrt(spreadOf(a) / control.trials + spreadOf(b) / variant.trials);
  const reach = normalQuantile((1 + confidence) / 2) * error;
  return {
    z,
    pValue,
    significant: pValue < 1 - confidence,
    liftPercent: a > 0 ? ((b - a) / a) * 100 : 0,
    interval: [b - a - reach, b - a + reach],
  };
}

function spreadOf(share: number): number {
  return Math.max(0, share * (1 - share));
}
