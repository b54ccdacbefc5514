/**
 * Reorders the best items so that neighbours differ: maximal marginal relevance (Carbonell and Goldstein 1998). Each place goes to
 * the item with the largest
 *
 *   (1 − diversity) · relevance − diversity · similarity to the most similar item before it.
 *
 * Relevance is the score, mapped to 0 … 1 over the pool. The order of the first places does not depend on how many are asked for,
 * so pages fit together. Equal values keep their order.
 */
export interface DiversityInput {
  /** Item indices, best first. Not changed. */
  readonly pool: Uint32Array;
  /** By item index. */
  readonly scores: Float32Array;
  /** 0: the pool as it is, 1: similarity alone, after the first item. */
  readonly diversity: number;
  /** Places to fill. */
  readonly length: number;
  /** @param out Receives the similarity of the item to each of the pool, at most 1 each. */
  readonly similarityInto: (itemIndex: number, pool: Uint32Array, out: Float32Array) => void;
}

/** @returns The first `length` items of the new order; fewer if the pool has fewer. */
export function diversify({ pool, scores, diversity, length, similarityInto }: DiversityInput): Uint32Array {
  const wanted = Math.min(length, pool.length);
  if (diversity === 0 || wanted < 2) return pool.slice(0, wanted);
  const relevance = relevanceOf(pool, scores);
  const closest = new Float32Array(pool.length);
  const similarity = new Float32Array(pool.length);
  const isTaken = new Uint8Array(pool.length);
  const chosen = new Uint32Array(wanted);
  for (let place = 0, next = 0; place < wanted; place++) {
    isTaken[next] = 1;
    const itemIndex = pool[next] as number;
    chosen[place] = itemIndex;
    similarityInto(itemIndex, pool, similarity);
    let best = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < pool.length; at++) {
      closest[at] = Math.max(closest[at] as number, similarity[at] as number);
      if (isTaken[at] === 1) continue;
      const value = (1 - diversity) * (relevance[at] as number) - diversity * (closest[at] as number);
      if (value > best) [best, next] = [value, at];
    }
  }
  return chosen;
}

/** All 0 if all scores are equal. */
function relevanceOf(pool: Uint32Array, scores: Float32Array): Float32Array {
  const own = Float32Array.from(pool, (itemIndex) => scores[itemIndex] as number);
  const least = own.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const range = own.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - least;
  return own.map((score) => (range > 0 ? (score - least) / range : 0));
}
