/** How a part of a blend counts for one person: its mean score, and its weights over its deviation. */
export interface PartShare {
  readonly mean: number;
  /** For what the person's known items weigh. */
  readonly known: number;
  /** For cold items. */
  readonly cold: number;
}

/** Adds up the scores that parts of a blend give to cold items for one person; see `segmented-blend.ts`. */
export class ColdScores {
  readonly #items: Uint32Array | null;
  readonly #sums: Float64Array;
  /** By item: whether a part has an opinion of it. */
  readonly #isKnown: Uint8Array;
  #base = 0;

  /** @param items Their indices among all items, or how many they are where scores are of these alone. */
  constructor(items: Uint32Array | number) {
    const count = typeof items === "number" ? items : items.length;
    this.#items = typeof items === "number" ? null : items;
    this.#sums = new Float64Array(count);
    this.#isKnown = new Uint8Array(count);
  }

  get isEmpty(): boolean {
    return this.#sums.length === 0;
  }

  clear(): this {
    this.#sums.fill(0);
    this.#isKnown.fill(0);
    this.#base = 0;
    return this;
  }

  /** @param scores Of the cold items alone. */
  add(scores: Float32Array, share: PartShare): void {
    this.#base += share.known * share.mean;
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
    for (let at = 0; at < this.#sums.length; at++) out[at] = this.#scoreOf(at);
  }

  /** @param out One for each item. */
  scatterInto(out: Float32Array): void {
    for (const [at, item] of (this.#items ?? []).entries()) out[item] = this.#scoreOf(at);
  }

  #addOne(at: number, score: number, { mean, cold }: PartShare): void {
    if (cold === 0) return;
    this.#sums[at] = (this.#sums[at] as number) + cold * (score - mean);
    if (score !== 0) this.#isKnown[at] = 1;
  }

  #scoreOf(at: number): number {
    return this.#isKnown[at] === 1 ? this.#base + (this.#sums[at] as number) : 0;
  }
}
