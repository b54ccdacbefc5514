/** What iALS takes from the data where its parameters do not say it. */
import type { Section } from "../../artifact/section.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { medianOfWide } from "../../data/wide-weights.ts";
import { requireFinite, requireSection } from "../fit/sections.ts";

/**
 * The unobserved weight of iALS, in proportion to the density of the data. The best one was 8 to 45 times the density on five
 * data sets between .0007 and .06. So all unobserved items together weigh several times as much as a user's own.
 */
const ALPHA_PER_DENSITY = 15;
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
  const { rowCount, columnCount, indices, values } = userItems;
  return defaultsFor({ rowCount, columnCount, entryCount: indices.length }, medianOfWide(values));
}

interface DataShape {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly entryCount: number;
}

/** The same from facts. @param median Of wide weights, null for others; see `medianOfWide`. */
export function defaultsFor(shape: DataShape, median: number | null): DataDefaults {
  return { alpha0: alphaFor(shape), isLogScaled: median !== null, epsilon: median ?? 1 };
}

/** The unobserved weight that suits the share of all pairs of a user and an item that interacted. */
export function usualAlpha({ rowCount, columnCount, indices }: CsrMatrix): number {
  return alphaFor({ rowCount, columnCount, entryCount: indices.length });
}

function alphaFor({ rowCount, columnCount, entryCount }: DataShape): number {
  return (ALPHA_PER_DENSITY * entryCount) / (rowCount * columnCount);
}
