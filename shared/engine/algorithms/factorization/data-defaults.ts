/** What iALS takes from the data where its parameters do not say it. */
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { requireFinite, requireSection } from "../fit/sections.ts";

/**
 * The unobserved weight of iALS, in proportion to the density of the data. The best one was 8 to 45 times the density on five
 * data sets between .0007 and .06. So all unobserved items together weigh several times as much as a user's own.
 */
const ALPHA_PER_DENSITY = 15;
/** Weights are wide if the largest is more than this many times the median. */
const WIDE_WEIGHTS = 10;
/** Evenly spaced weights that the median is taken from: sorting all of a large data set would take seconds. */
const MOST_SORTED = 50_000;

/** In checkpoints: what was taken from the data, so that a fit continues with it. */
const CHOSEN = "ials.chosen";
/** The defaults of versions whose checkpoints do not say what was chosen. */
const FORMER: DataDefaults = { alpha0: 0.1, isLogScaled: false, epsilon: 1 };

/** The part of the loss that the data may decide. */
export interface DataDefaults {
  readonly alpha0: number;
  readonly isLogScaled: boolean;
  readonly epsilon: number;
}

export function chosenSection({ alpha0, isLogScaled, epsilon }: DataDefaults): Section {
  return { name: CHOSEN, data: Float64Array.of(alpha0, isLogScaled ? 1 : 0, epsilon) };
}

/** What a fit began with, by its checkpoint. Throws `BAD_ARTIFACT` for a damaged one. */
export function readChosen(checkpoint: readonly Section[]): DataDefaults {
  if (!checkpoint.some(({ name }) => name === CHOSEN)) return FORMER;
  const data = requireSection(checkpoint, CHOSEN, Float64Array, 3);
  requireFinite(CHOSEN, data);
  const [alpha0 = 0, isLogScaled, epsilon = 1] = data;
  return { alpha0, isLogScaled: isLogScaled === 1, epsilon };
}

/** What suits the data. */
export function chooseFor(userItems: CsrMatrix): DataDefaults {
  const median = medianOfWide(userItems.values);
  return { alpha0: usualAlpha(userItems), isLogScaled: median !== null, epsilon: median ?? 1 };
}

/** The unobserved weight that suits the share of all pairs of a user and an item that interacted. */
export function usualAlpha({ rowCount, columnCount, indices }: CsrMatrix): number {
  return (ALPHA_PER_DENSITY * indices.length) / (rowCount * columnCount);
}

/**
 * The median of wide weights, null of others: play counts from one to a hundred thousand are not usable as confidences, but their
 * logarithms are. Ratings and hours of a few days are not wide.
 */
export function medianOfWide(weights: Float32Array): number | null {
  const count = Math.min(weights.length, MOST_SORTED);
  const some = Float32Array.from({ length: count }, (_, at) => {
    return weights[Math.floor((at * weights.length) / count)] as number;
  }).sort();
  const median = some[count >> 1] ?? 1;
  const limit = WIDE_WEIGHTS * median;
  for (let at = 0; at < weights.length; at++) if ((weights[at] as number) > limit) return median;
  return null;
}
