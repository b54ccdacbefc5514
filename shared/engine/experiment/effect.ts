/** How much a variant differs from the control, and how sure that is. */
import type { Sample, UnitSums } from "./statistics/sample.ts";

/** Relative: as a share of the control's mean. Absolute: in the metric's own unit. */
export type EffectKind = "relative" | "absolute";

export interface Effect {
  readonly estimate: number;
  readonly standardError: number;
  /** Of Student's t, by Welch (1947) and Satterthwaite (1946). */
  readonly degrees: number;
  /** People of both. */
  readonly count: number;
}

/** A test of an effect. `low` and `high` enclose the true effect with the confidence that was asked for. */
export interface TestResult {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly pValue: number;
}

/**
 * The difference of two means. The relative one is (variant − control) / control, with its variance by the delta method: Deng, Knoblich,
 * Lu (2018), formula 4. Null if there is nothing to compare: fewer than two people on a side, no spread at all, or, for the relative
 * one, a control whose mean is not above 0.
 */
export function effectOf(control: Sample, variant: Sample, kind: EffectKind): Effect | null {
  if (control.count < 2 || variant.count < 2) return null;
  const ofControl = control.variance / control.count;
  const ofVariant = variant.variance / variant.count;
  if (ofControl + ofVariant <= 0) return null;
  const count = control.count + variant.count;
  const degrees =
    (ofControl + ofVariant) ** 2 /
    (ofControl ** 2 / (control.count - 1) + ofVariant ** 2 / (variant.count - 1));
  const difference = variant.mean - control.mean;
  if (kind === "absolute") {
    return { estimate: difference, standardError: Math.sqrt(ofControl + ofVariant), degrees, count };
  }
  if (control.mean <= 0) return null;
  const ratio = variant.mean / control.mean;
  const error = Math.sqrt(ofVariant + ratio * ratio * ofControl) / control.mean;
  return { estimate: difference / control.mean, standardError: error, degrees, count };
}

/**
 * How far a mean is from 0, with the spread around 0 that it would have if 0 were its true value: that of a sign test, where each person is a
 * toss. So people who all say the same are evidence, too. Null for fewer than two people, and if every value is 0.
 */
export function preferenceEffect({
  count,
  sum,
  sumSquares,
}: Pick<UnitSums, "count" | "sum" | "sumSquares">): Effect | null {
  if (count < 2 || sumSquares === 0) return null;
  return {
    estimate: sum / count,
    standardError: Math.sqrt(sumSquares) / count,
    degrees: count - 1,
    count,
  };
}
