/** How a part of a blend counts for one person: its mean score, and its weights over its deviation. */
export interface PartShare {
  readonly mean: number;
  /** For what the person's known items weigh. */
  readonly known: number;
  /** For cold items. */
  readonly cold: number;
}

/**
 * Adds up the scores that parts of a blend give to cold items for one person; see `segmented-blend.ts`. Their own weights order them. How
 * high the best of them stands among known items is what the weights of these would say.
 */
export class ColdScores {
  readonly #items: Uint32Array | null;
  readonly #sums: Float64Array;
  /** The same by the weights of known items. */
  readonly #warmSums: Float64Array;
  /** By item: whether a part has an opinion of it. */
  readonly #isKnown: Uint8Array;
  #base = 0;

  /** @param items Their indices among all items, or how many they are where scores are of these alone. */
  constructor(items: Uint32Array | number) {
    const count = typeof items === "number" ? items : items.length;
    this.#items = typeof items === "number" ? null : items;
    this.#sums = new Float64Array(count);
    this.#warmSums = new Float64Array(count);
    this.#isKnown = new Uint8Array(count);
  }

  get isEmpty(): boolean {
    return this.#sums.length === 0;
  }

  clear(): this {
    this.#sums.fill(0);
    this.#warmSums.fill(0);
    this.#isKnown.fill(0);
    this.#base = 0;
    return this;
  }

  /** @param scores Of the cold items alone; null from a part that cannot say any. */
  add(scores: Float32Array | null, share: PartShare): void {
    this.#base += share.known * share.mean;
    if (scores === null) return;
    for (let at = 0; at < this.#sums.length; at++) this.#addOne(at, scores[at] as number, share);
  }

  /** @param all Of all items. */
  addOf(all: Float32Array, share: PartShare): void {
    this.#base += share.known * share.mean;
    const items = this.#items as Uint32Array;
    for (let at = 0; at < items.length; at++) this.#addOne(at, all[items[at] as number] as number, share);
  }

  /** @param out One for each cold item. */
  writeInto(out: Float32Array): void {
    const scale = this.#scale();
    for (let at = 0; at < this.#sums.length; at++) out[at] = this.#scoreOf(at, scale);
  }

  /** @param out One for each item. */
  scatterInto(out: Float32Array): void {
    const scale = this.#scale();
    for (const [at, item] of (this.#items ?? []).entries()) out[item] = this.#scoreOf(at, scale);
  }

  #addOne(at: number, score: number, { mean, known, cold }: PartShare): void {
    this.#warmSums[at] = (this.#warmSums[at] as number) + known * (score - mean);
    if (cold === 0) return;
    this.#sums[at] = (this.#sums[at] as number) + cold * (score - mean);
    if (score !== 0) this.#isKnown[at] = 1;
  }

  /** What brings the best cold item to the height that it has by the weights of known items; above 0, so that it changes no order. */
  #scale(): number {
    let [best, bestWarm] = [0, 0];
    for (let at = 0; at < this.#sums.length; at++) {
      if (this.#isKnown[at] === 0) continue;
      best = Math.max(best, this.#sums[at] as number);
      bestWarm = Math.max(bestWarm, this.#warmSums[at] as number);
    }
    return best > 0 ? Math.max(LEAST_SCALE, bestWarm / best) : 1;
  }

  #scoreOf(at: number, scale: number): number {
    return this.#isKnown[at] === 1 ? this.#base + scale * (this.#sums[at] as number) : 0;
  }
}

/** Keeps the order of cold items in 32-bit scores. */
const LEAST_SCALE = 1e-3;
