/**
 * Finds the k best scores: descending, ties by ascending index. Entries that are -Infinity or NaN are never chosen.
 *
 * @param out Receives the indices of the best items, best first; length ≥ min(k, scores.length).
 * @returns How many were written; fewer than k when too few scores are finite.
 */
export function topKInto(scores: Float32Array, k: number, out: Uint32Array): number {
  const order: number[] = [];
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index] as number;
    if (score > Number.NEGATIVE_INFINITY) order.push(index);
  }
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const count = Math.min(k, order.length);
  for (let rank = 0; rank < count; rank++) out[rank] = order[rank] as number;
  return count;
}
