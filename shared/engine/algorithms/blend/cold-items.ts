import type { CsrMatrix } from "../../data/csr-matrix.ts";
import type { SideFeatures } from "../../data/side-features.ts";

/**
 * The items that no user has, ascending: those that a blend scores by the weights of cold items. Null without features, where nothing is
 * known of newcomers.
 */
export function coldItemsOf(
  { columnCount, indices }: CsrMatrix,
  features: SideFeatures | undefined,
): Uint32Array | null {
  if (!features?.items && !features?.users) return null;
  const isKnown = new Uint8Array(columnCount);
  for (const item of indices) isKnown[item] = 1;
  const items: number[] = [];
  for (let item = 0; item < columnCount; item++) if (isKnown[item] === 0) items.push(item);
  return Uint32Array.from(items);
}
