import { RANKING_METRICS } from "./metrics.ts";

/** The values of one user at one cutoff, in the order of `RANKING_METRICS`. */
export const VALUES_PER_CUTOFF = RANKING_METRICS.length;

/** Measures one user's ranking at several cutoffs in one pass. */
export interface RankingMeter {
  /**
   * @param isHit  Relevance (0 or 1) by position, best first.
   * @param length Positions that were filled; a list may be shorter than a cutoff.
   * @param heldOutCount G of the formulas, at least 1.
   * @param out    Receives the values: cutoff by cutoff, in the order of `RANKING_METRICS`.
   */
  measureInto(isHit: Uint8Array, length: number, heldOutCount: number, out: Float64Array): void;
}

/**
 * Prepares the measuring of rankings with binary relevance. For one user, let h_r be 1 if the item at rank r (from 1) is held
 * out. H = Σ h_r over ranks 1 … k with k = min(cutoff, items); G is the number of held-out items:
 *
 * hit 1 if H > 0, else 0
 * recall H / G
 * precision H / k
 * mrr 1 / r of the first hit, 0 without one
 * map (1/G) Σ_r h_r · (hits up to r) / r (over G, not min(G, k))
 * ndcg Σ_r h_r / log2(r+1) ÷ Σ_{r=1 … min(G,k)} 1 / log2(r+1) (Järvelin and Kekäläinen 2002)
 *
 * These are irspack's definitions (0.4.0), except mrr.
 *
 * @param cutoffs Ascending, without repeats.
 */
export function createRankingMeter(cutoffs: readonly number[], itemCount: number): RankingMeter {
  const depths = cutoffs.map((cutoff) => Math.min(cutoff, itemCount));
  const maxDepth = depths.at(-1) ?? 0;
  const discounts = Float64Array.from({ length: maxDepth }, (_, at) => 1 / Math.log2(at + 2));
  // idealGains[n]: the gain of n hits at the first n ranks.
  const idealGains = new Float64Array(maxDepth + 1);
  for (let at = 0; at < maxDepth; at++) idealGains[at + 1] = num(idealGains, at) + num(discounts, at);

  return {
    measureInto(isHit, length, heldOutCount, out) {
      let hitCount = 0;
      let firstHitRank = 0;
      let gain = 0;
      let precisionSum = 0;
      let at = 0;
      let written = 0;
      for (const depth of depths) {
        for (const end = Math.min(depth, length); at < end; at++) {
          if (isHit[at] !== 1) continue;
          hitCount++;
          if (hitCount === 1) firstHitRank = at + 1;
          gain += num(discounts, at);
          precisionSum += hitCount / (at + 1);
        }
        out[written++] = gain / num(idealGains, Math.min(heldOutCount, depth));
        out[written++] = hitCount / heldOutCount;
        out[written++] = hitCount / depth;
        out[written++] = precisionSum / heldOutCount;
        out[written++] = hitCount > 0 ? 1 : 0;
        out[written++] = firstHitRank > 0 ? 1 / firstHitRank : 0;
      }
    },
  };
}

function num(array: Float64Array, at: number): number {
  return array[at] as number;
}
