import type { ItemRules } from "./item-rules.ts";

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
 * The best wanted items with scores above 0, by their scores or by what rules make of them. Only scores that would have a place are asked for.
 *
 * @param length At most `MOST_BEST_KNOWN`.
 * @param rules They adjust scores of wanted items; null where scores stay.
 * @returns Null if there are fewer, if a score among them is not finite, or if rules could lift an item without a score above 0 into the list.
 */
export function bestKnown(
  { scores, touched }: KnownScores,
  length: number,
  isWanted: (item: number) => boolean,
  rules: Pick<ItemRules, "adjusted" | "leastScoreFor"> | null = null,
): BestItems | null {
  const best = new BestPlaces(length);
  const count = touched ? touched.length : scores.length;
  // A place is for scores of `bar` and above; while places are free, for all above 0.
  let bar = LEAST_SCORE;
  for (let n = 0; n < count; n++) {
    // A loop of its own: nearly all time passes here.
    if (!touched) while (n < count && !((scores[n] as number) >= bar)) n++;
    if (n === count) break;
    const item = touched ? (touched[n] as number) : n;
    const score = scores[item] as number;
    if (!(score >= bar) || (!rules && !best.hasPlaceFor(item, score))) continue;
    if (!isWanted(item)) continue;
    if (score === Number.POSITIVE_INFINITY) return null;
    const adjusted = rules ? Math.fround(rules.adjusted(item, score)) : score;
    if (!(adjusted > 0) || !best.hasPlaceFor(item, adjusted)) continue;
    best.put(item, adjusted);
    if (best.isFull) bar = rules ? Math.max(LEAST_SCORE, rules.leastScoreFor(best.worst)) : best.worst;
  }
  if (!best.isFull || (rules && !(rules.leastScoreFor(best.worst) > 0))) return null;
  return best;
}

/** The least number above 0 in 32 bits. */
const LEAST_SCORE = 2 ** -149;

/** A few best items in their order, which new ones are inserted into. */
class BestPlaces implements BestItems {
  readonly items: Uint32Array;
  readonly scores: Float32Array;
  #size = 0;

  constructor(length: number) {
    this.items = new Uint32Array(length);
    this.scores = new Float32Array(length);
  }

  get isFull(): boolean {
    return this.#size === this.items.length;
  }

  /** The last score, once all places are taken. */
  get worst(): number {
    return this.scores[this.#size - 1] as number;
  }

  hasPlaceFor(item: number, score: number): boolean {
    if (!this.isFull || score > this.worst) return true;
    return score === this.worst && item < (this.items[this.#size - 1] as number);
  }

  /** Takes the place of the last item if all are taken. */
  put(item: number, score: number): void {
    const { items, scores } = this;
    if (!this.isFull) this.#size++;
    let at = this.#size - 1;
    for (; at > 0; at--) {
      const above = scores[at - 1] as number;
      if (above > score || (above === score && (items[at - 1] as number) < item)) break;
      scores[at] = above;
      items[at] = items[at - 1] as number;
    }
    scores[at] = score;
    items[at] = item;
  }
}
