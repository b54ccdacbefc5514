/** How many latent components a study can afford on some data. */
import type { CsrMatrix } from "../../data/csr-matrix.ts";

export const FEWEST_COMPONENTS = 4;
const MOST_COMPONENTS = 512;

/** An epoch with fewer floating-point operations counts as free: some hundredths of a second. */
const CHEAP_EPOCH = 4e9;
const CHEAP_COMPONENTS = 256;

/** With more than half as many factors as items or users a model hardly generalises. */
export function mostComponents({ rowCount, columnCount }: CsrMatrix): number {
  const half = Math.floor(Math.min(rowCount, columnCount) / 2);
  return Math.max(FEWEST_COMPONENTS, Math.min(MOST_COMPONENTS, half));
}

/** Tried on small data in any case, up to half as many as users or items. */
const USUAL_COMPONENTS = 128;
const ROWS_PER_COMPONENT = 8;

/**
 * The highest number of components where each trial draws its own. Draws beyond one for eight users or items took two thirds of the
 * time of iALS in a study of ML-100K. Blends on two seeds were as good without them (ADR 4).
 */
export function mostDrawnComponents(userItems: CsrMatrix): number {
  const rows = Math.min(userItems.rowCount, userItems.columnCount);
  const worthwhile = Math.max(USUAL_COMPONENTS, Math.floor(rows / ROWS_PER_COMPONENT));
  return Math.min(mostComponents(userItems), worthwhile);
}

export function areComponentsCheap(userItems: CsrMatrix): boolean {
  return epochCost(userItems, CHEAP_COMPONENTS) <= CHEAP_EPOCH;
}

/** Multiplications and additions of an epoch of iALS by conjugate gradients. */
export function epochCost({ rowCount, columnCount, indices }: CsrMatrix, components: number): number {
  return 16 * indices.length * components + 8 * (rowCount + columnCount) * components ** 2;
}
