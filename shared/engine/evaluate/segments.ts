import type { CsrMatrix } from "../data/csr-matrix.ts";
import { EngineError } from "../engine-error.ts";

/**
 * Parts of catalogue and audience that are measured separately, on the same rankings:
 *
 * headItems, tailItems only held-out items of that part are relevant; users without any are not counted. Head are the most
 * popular items in `seen` (ties: the lower index): `headShare` of those seen at all, or as few as have `headInteractions` of all
 * interactions.
 * coldUsers, warmUsers only these users are counted. Cold is who has fewer than `coldBelow` items in `seen`.
 */
export const SEGMENTS = ["headItems", "tailItems", "coldUsers", "warmUsers"] as const;

export type SegmentName = (typeof SEGMENTS)[number];

export interface SegmentOptions {
  /** Share of the items that are head, 0 … 1; 0.2 by default. */
  readonly headShare?: number;
  /** In place of `headShare`: the share of the interactions that the head has at least, 0 … 1. */
  readonly headInteractions?: number;
  /** Users with fewer seen items are cold; 5 by default. */
  readonly coldBelow?: number;
}

export interface Segments {
  /** 1 for items of the head, 0 for the tail; length itemCount. */
  readonly isHead: Uint8Array;
  readonly headItems: number;
  /** Items with interactions that are not of the head. */
  readonly tailItems: number;
  readonly coldBelow: number;
}

const HEAD_SHARE = 0.2;
const COLD_BELOW = 5;

/** Computes the segments. Throws `BAD_PARAMETER` for a share outside 0 … 1 or a bound that is not a whole number ≥ 0. */
export function segmentsOf(seen: CsrMatrix, options: SegmentOptions): Segments {
  const { headShare = HEAD_SHARE, headInteractions, coldBelow = COLD_BELOW } = options;
  requireShare("items", headShare);
  if (headInteractions !== undefined) requireShare("interactions", headInteractions);
  if (!(Number.isSafeInteger(coldBelow) && coldBelow >= 0)) {
    throw new EngineError("BAD_PARAMETER", `Cold users' bound must be a whole number, not ${coldBelow}.`);
  }
  const counts = new Uint32Array(seen.columnCount);
  for (const item of seen.indices) counts[item] = (counts[item] as number) + 1;
  const isHead = new Uint8Array(seen.columnCount);
  const byPopularity = [...counts.keys()]
    .filter((item) => (counts[item] as number) > 0)
    .sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const headItems =
    headInteractions === undefined
      ? Math.ceil(headShare * byPopularity.length - 1e-9)
      : itemsWith(headInteractions * seen.indices.length, byPopularity, counts);
  for (const item of byPopularity.slice(0, headItems)) isHead[item] = 1;
  return { isHead, headItems, tailItems: byPopularity.length - headItems, coldBelow };
}

function requireShare(of: string, share: number): void {
  if (share >= 0 && share <= 1) return;
  throw new EngineError("BAD_PARAMETER", `The head's share of ${of} must be 0 … 1, not ${share}.`);
}

/** How many of the most popular items have that number of interactions together. */
function itemsWith(wanted: number, byPopularity: readonly number[], counts: Uint32Array): number {
  let interactions = 0;
  let items = 0;
  for (const item of byPopularity) {
    if (interactions >= wanted - 1e-9) break;
    interactions += counts[item] as number;
    items++;
  }
  return items;
}
