/** The scores of all items, where they are computed. */
export interface KnownScores {
  /** By item index. */
  readonly scores: Float32Array;
  /** Items whose scores may differ from 0, each once, in any order; absent: all items. */
  readonly touched?: Uint32Array;
}

export interface BestItems {
  /** Best first; equal scores by ascending index. */
  readonly items: Uint32Array;
  readonly scores: Float32Array;
}

/** More places are found faster by a heap. */
export const MOST_BEST_KNOWN = 64;

/**
 * The best wanted items with scores above 0. Only scores that would have a place are asked for.
 *
 * @param length At most `MOST_BEST_KNOWN`.
 * @returns Null if there are fewer, or if a score among them is not finite.
 */
export function bestKnown(
  { scores, touched }: KnownScores,
  length: number,
  isWanted: (item: number) => boolean,
): BestItems | null {
  const items = new Uint32Array(length);
  const best = new Float32Array(length);
  const count = touched ? touched.length : scores.length;
  let size = 0;
  // A place is for scores of `bar` and above; while places are free, for all above 0.
  let bar = 2 ** -149;
  for (let n = 0; n < count; n++) {
    // A loop of its own: nearly all time passes here.
    if (!touched) while (n < count && !((scores[n] as number) >= bar)) n++;
    if (n === count) break;
    const item = touched ? (touched[n] as number) : n;
    const score = scores[item] as number;
    if (!(score >= bar)) continue;
    if (size === length && score === bar && item > (items[size - 1] as number)) continue;
    if (!isWanted(item)) continue;
    if (size < length) size++;
    let at = size - 1;
    for (; at > 0; at--) {
      const above = best[at - 1] as number;
      if (above > score || (above === score && (items[at - 1] as number) < item)) break;
      best[at] = above;
      items[at] = items[at - 1] as number;
    }
    best[at] = score;
    items[at] = item;
    if (size === length) bar = best[size - 1] as number;
  }
  if (size < length || best[0] === Number.POSITIVE_INFINITY) return null;
  return { items, scores: best };
}
