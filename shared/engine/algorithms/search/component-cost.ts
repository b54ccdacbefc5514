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

export function areComponentsCheap(userItems: CsrMatrix): boolean {
  return epochCost(userItems, CHEAP_COMPONENTS) <= CHEAP_EPOCH;
}

/** Multiplications and additions of an epoch of iALS by conjugate gradients. */
export function epochCost({ rowCount, columnCount, indices }: CsrMatrix, components: number): number {
  return 16 * indices.length * components + 8 * (rowCount + columnCount) * components ** 2;
}
