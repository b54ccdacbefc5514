/**
 * A score of exactly 0 means no opinion: nothing that the model knows leads from the user to the item. Such items come between
 * those that the model recommends and those it advises against, the most popular first.
 *
 * @param ranking The best items, best first, as `topKInto` leaves them; those without an opinion are replaced in place. A shorter
 * ranking of the same scores becomes the beginning of a longer one.
 * @param popular All items, the most popular first; see `popularFirst`.
 */
export function fillByPopularity(scores: Float32Array, ranking: Uint32Array, popular: Uint32Array): void {
  let end = ranking.length;
  while (end > 0 && (scores[ranking[end - 1] as number] as number) < 0) end--;
  let at = end;
  while (at > 0 && scores[ranking[at - 1] as number] === 0) at--;
  for (let next = 0; at < end; next++) {
    const item = popular[next] as number;
    if (scores[item] === 0) ranking[at++] = item;
  }
}
