/**
 * Orders equal scores by id, the last id first. This is irspack's order, whose items are sorted and whose ties go to the highest
 * index. Ties across the end of the list follow the same rule, so an item with an equal score and a later id takes the place.
 *
 * Costs a pass over all scores, and reads the ids of ties; for comparing lists, not for serving.
 *
 * @param best Indices of the best items, best first, as `topKInto` leaves them; reordered in place.
 */
export function lastIdFirst(scores: Float32Array, best: Uint32Array, idAt: (index: number) => string): void {
  for (let start = 0; start < best.length; ) {
    const score = scores[best[start] as number] as number;
    let end = start + 1;
    while (end < best.length && scores[best[end] as number] === score) end++;
    const tied = end < best.length ? [...best.subarray(start, end)] : indicesOf(scores, score);
    if (tied.length > 1) best.set(sortedById(tied, idAt).slice(0, end - start), start);
    start = end;
  }
}

function indicesOf(scores: Float32Array, score: number): number[] {
  const indices: number[] = [];
  for (let index = 0; index < scores.length; index++) if (scores[index] === score) indices.push(index);
  return indices;
}

function sortedById(indices: readonly number[], idAt: (index: number) => string): number[] {
  const named = indices.map((index) => ({ index, id: idAt(index) }));
  return named.sort((a, b) => (a.id < b.id ? 1 : -1)).map(({ index }) => index);
}
