import type { CsrMatrix } from "../data/csr-matrix.ts";
import type { ListMetric } from "./metrics.ts";

/**
 * Measures how recommendations spread over the catalogue. With c_i the number of lists that hold item i, n items and
 * C = Σ c_i:
 *
 *   catalogCoverage  share of items with c_i > 0
 *   gini             Σ_j (2j − n − 1) c_(j) / (n·C), c_(1) ≤ … ≤ c_(n): 0 when all items are shown equally often
 *   entropy          −Σ (c_i/C) ln(c_i/C), in nats
 *   novelty          mean of −log2 p_i over recommended items, p_i = share of item i in the interactions seen in training
 *                    (Zhou et al. 2010); an item without any counts as if it had one
 *
 * All are 0 when nothing was recommended.
 *
 * @param counts    c_i, length n.
 * @param novelties −log2 p_i, length n; see `itemNovelties`.
 */
export function listMetrics(counts: Uint32Array, novelties: Float64Array): Record<ListMetric, number> {
  const itemCount = counts.length;
  let total = 0;
  for (const count of counts) total += count;
  if (total === 0) return { catalogCoverage: 0, gini: 0, entropy: 0, novelty: 0 };

  let shownCount = 0;
  let concentration = 0;
  let entropy = 0;
  for (const [at, count] of counts.toSorted().entries()) {
    if (count === 0) continue;
    shownCount++;
    concentration += (2 * (at + 1) - itemCount - 1) * count;
    entropy -= (count / total) * Math.log(count / total);
  }
  let novelty = 0;
  for (let item = 0; item < itemCount; item++) {
    novelty += (counts[item] as number) * (novelties[item] as number);
  }
  return {
    catalogCoverage: shownCount / itemCount,
    gini: concentration / (itemCount * total),
    entropy,
    novelty: novelty / total,
  };
}

/** −log2 of each item's share of the interactions in `seen`. */
export function itemNovelties(seen: CsrMatrix): Float64Array {
  const counts = new Float64Array(seen.columnCount);
  for (const item of seen.indices) counts[item] = (counts[item] as number) + 1;
  return noveltiesOf(counts);
}

/** The same from the interactions of each item. */
export function noveltiesOf(counts: Float64Array): Float64Array {
  const total = Math.max(
    1,
    counts.reduce((sum, count) => sum + count, 0),
  );
  return counts.map((count) => -Math.log2(Math.max(1, count) / total));
}
