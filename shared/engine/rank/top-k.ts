/**
 * Finds the k best scores: descending, ties by ascending index. Entries that are -Infinity or NaN are never chosen.
 *
 * A heap of the chosen, the worst on top: most scores cost one comparison, so n + k log k · log(n / k) on shuffled input.
 *
 * @param out Receives the indices of the best items, best first; length ≥ min(k, scores.length).
 * @returns How many were written; fewer than k when too few scores are finite.
 */
export function topKInto(scores: Float32Array, k: number, out: Uint32Array): number {
  const length = scores.length;
  const capacity = Math.min(k, length);
  let size = 0;
  let index = 0;
  for (; index < length && size < capacity; index++) {
    if ((scores[index] as number) > Number.NEGATIVE_INFINITY) siftUp(scores, out, size++, index);
  }
  if (size > 0) {
    let worst = scores[out[0] as number] as number;
    for (; index < length; index++) {
      // Strictly greater: an equal score at a later index ranks below. NaN compares false.
      if ((scores[index] as number) > worst) {
        siftDown(scores, out, size, index);
        worst = scores[out[0] as number] as number;
      }
    }
  }
  for (let end = size - 1; end > 0; end--) {
    const moved = out[end] as number;
    out[end] = out[0] as number;
    siftDown(scores, out, end, moved);
  }
  return size;
}

/** Space of `topKAgainInto`; both arrays as long as the scores. */
export interface TopKSpace {
  readonly indices: Uint32Array;
  readonly scores: Float32Array;
}

/**
 * The result of `topKInto`, faster where the scores have changed little since `out` was filled. None of the k best is worse than
 * the worst item there, and few other items are as good.
 *
 * @param out k different indices, in any order; receives the best items.
 */
export function topKAgainInto(scores: Float32Array, k: number, out: Uint32Array, space: TopKSpace): number {
  let bar = Number.POSITIVE_INFINITY;
  for (let at = 0; at < k; at++) bar = Math.min(bar, scores[out[at] as number] as number);
  const { indices, scores: near } = space;
  let count = 0;
  for (let index = 0; index < scores.length; index++) {
    const score = scores[index] as number;
    if (!(score >= bar)) continue;
    indices[count] = index;
    near[count++] = score;
  }
  // A score among them was not finite.
  if (count < k || bar === Number.NEGATIVE_INFINITY) return topKInto(scores, k, out);
  const size = topKInto(near.subarray(0, count), k, out);
  for (let at = 0; at < size; at++) out[at] = indices[out[at] as number] as number;
  return size;
}

function isWorse(scores: Float32Array, a: number, b: number): boolean {
  const scoreA = scores[a] as number;
  const scoreB = scores[b] as number;
  return scoreA < scoreB || (scoreA === scoreB && a > b);
}

/** Puts `index` into the hole at the end of the heap. */
function siftUp(scores: Float32Array, heap: Uint32Array, hole: number, index: number): void {
  let child = hole;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    const above = heap[parent] as number;
    if (!isWorse(scores, index, above)) break;
    heap[child] = above;
    child = parent;
  }
  heap[child] = index;
}

/** Puts `index` into the hole at the top of the heap. */
function siftDown(scores: Float32Array, heap: Uint32Array, size: number, index: number): void {
  let parent = 0;
  for (let child = 1; child < size; child = 2 * parent + 1) {
    const right = child + 1;
    if (right < size && isWorse(scores, heap[right] as number, heap[child] as number)) child = right;
    const below = heap[child] as number;
    if (!isWorse(scores, below, index)) break;
    heap[parent] = below;
    parent = child;
  }
  heap[parent] = index;
}
