import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { csrRow } from "../../data/csr-row.ts";
import { dislikesOf } from "../../data/dislikes.ts";
import type { Queries } from "../../data/queries.ts";
import { itemPopularity } from "../../evaluate/item-popularity.ts";
import { topKInto } from "../../rank/top-k.ts";

export interface ShortlistOptions {
  readonly seen: CsrMatrix;
  readonly heldout: CsrMatrix;
  /** Items that are not recommended to them; may have fewer rows. */
  readonly disliked?: CsrMatrix | undefined;
  readonly cutoff: number;
  /** Requests in place of the users of `seen`. */
  readonly queries?: Queries | undefined;
  /** Rank these items alone; all by default. */
  readonly candidates?: Uint32Array | undefined;
}

/** An item outside of this many times the cutoff in every model does not reach the top of a blend. */
const DEPTH_FACTOR = 8;
const MIN_DEPTH = 100;
/**
 * If the models have no opinion of fewer than a list of these items, they have an opinion of enough others to fill every list.
 */
const POPULAR_ITEMS = 4096;
const BITS = 32;
const NOTHING = new Uint32Array();

/**
 * For each user, the items that may reach the top of a blend. They are the best of each model, the held-out ones, and popular
 * ones where opinions run out. The models come one after another, so that only one of them is in memory.
 */
export class BlendShortlists {
  readonly #options: ShortlistOptions;
  readonly #best: Uint32Array;
  readonly #isCandidate: Uint8Array;
  /** Space for one user's candidates. */
  readonly #collected: Uint32Array;
  /** All items, the most popular first, and the rank of each. */
  readonly #popular: Uint32Array;
  readonly #popularRank: Uint32Array;
  /** Items that are no candidates. */
  readonly #excluded: readonly number[];
  /** Of each user, ascending. */
  readonly #items: Uint32Array[];
  /** For each user and the most popular items: a bit that is set while no model has an opinion. */
  readonly #noOpinion: readonly Uint32Array[];
  readonly #isShort: Uint8Array;

  /** @param users The users to shortlist; their positions are used from here on. */
  constructor(options: ShortlistOptions, users: readonly number[]) {
    const { seen, heldout, cutoff } = options;
    const itemCount = seen.columnCount;
    this.#options = options;
    this.#excluded = othersThan(options.candidates, itemCount);
    this.#best = new Uint32Array(Math.min(itemCount, Math.max(MIN_DEPTH, DEPTH_FACTOR * cutoff)));
    this.#isCandidate = new Uint8Array(itemCount);
    this.#collected = new Uint32Array(itemCount);
    this.#popular = itemPopularity(seen).popular;
    this.#popularRank = new Uint32Array(itemCount);
    for (const [rank, item] of this.#popular.entries()) this.#popularRank[item] = rank;
    this.#items = users.map((user) => csrRow(heldout, user).indices.slice());
    const words = Math.ceil(Math.min(itemCount, POPULAR_ITEMS) / BITS);
    this.#noOpinion = users.map((user) =>
      this.#recommendable(user, new Uint32Array(words).fill(0xff_ff_ff_ff)),
    );
    this.#isShort = new Uint8Array(users.length);
  }

  /**
   * Adds the scores of one model for a user.
   *
   * @param scores Of all items; those of items that cannot be recommended are overwritten.
   */
  add(place: number, user: number, scores: Float32Array): void {
    this.#hideKnown(user, scores);
    const isCandidate = this.#isCandidate.fill(0);
    for (const item of this.#items[place] as Uint32Array) isCandidate[item] = 1;
    const count = topKInto(scores, this.#best.length, this.#best);
    for (const item of this.#best.subarray(0, count)) isCandidate[item] = 1;
    const last = this.#best[Math.min(count, this.#options.cutoff) - 1] ?? 0;
    if (!((scores[last] as number) > 0)) {
      this.#isShort[place] = 1;
      this.#addPopular((rank) => scores[this.#popular[rank] as number] === 0, this.#popular.length);
    }
    this.#forgetOpinions(this.#noOpinion[place] as Uint32Array, scores);
    this.#items[place] = this.#collect();
  }

  /** Call it after all models were added. @returns The candidates, ascending. */
  finish(place: number): Uint32Array {
    if (this.#isShort[place] === 1) {
      const isCandidate = this.#isCandidate.fill(0);
      for (const item of this.#items[place] as Uint32Array) isCandidate[item] = 1;
      const bits = this.#noOpinion[place] as Uint32Array;
      const hasNone = (rank: number) => (((bits[Math.floor(rank / BITS)] ?? 0) >>> (rank % BITS)) & 1) === 1;
      this.#addPopular(hasNone, Math.min(this.#popular.length, POPULAR_ITEMS));
      this.#items[place] = this.#collect();
    }
    return this.#items[place] as Uint32Array;
  }

  /** Candidates of a user by popularity, as positions among the candidates, if lists may run out of opinions; null otherwise. */
  popularOf(place: number): Uint32Array | null {
    if (this.#isShort[place] === 0) return null;
    const items = this.#items[place] as Uint32Array;
    const rankOf = (at: number) => this.#popularRank[items[at] as number] as number;
    return Uint32Array.from(items.keys()).sort((a, b) => rankOf(a) - rankOf(b));
  }

  #hideKnown(user: number, scores: Float32Array): void {
    const { disliked } = this.#options;
    for (const item of this.#excluded) scores[item] = Number.NEGATIVE_INFINITY;
    for (const item of this.#leftOut(user)) scores[item] = Number.NEGATIVE_INFINITY;
    for (const item of dislikesOf(disliked, user)) scores[item] = Number.NEGATIVE_INFINITY;
  }

  /** What the user knows, unless it may be recommended again. */
  #leftOut(user: number): Uint32Array {
    const { seen, queries } = this.#options;
    if (queries?.keepsKnown) return NOTHING;
    return csrRow(queries?.profiles ?? seen, user).indices;
  }

  #recommendable(user: number, bits: Uint32Array): Uint32Array {
    const { disliked } = this.#options;
    for (const item of this.#excluded) clearBit(bits, this.#popularRank[item] as number);
    for (const item of this.#leftOut(user)) clearBit(bits, this.#popularRank[item] as number);
    for (const item of dislikesOf(disliked, user)) clearBit(bits, this.#popularRank[item] as number);
    return bits;
  }

  #forgetOpinions(bits: Uint32Array, scores: Float32Array): void {
    const count = Math.min(this.#popular.length, POPULAR_ITEMS);
    for (let rank = 0; rank < count; rank++) {
      if (scores[this.#popular[rank] as number] !== 0) clearBit(bits, rank);
    }
  }

  /** Adds the most popular items without an opinion to the candidates, as many as can enter a list. */
  #addPopular(hasNoOpinion: (rank: number) => boolean, count: number): void {
    let missing = this.#options.cutoff;
    for (let rank = 0; rank < count && missing > 0; rank++) {
      if (!hasNoOpinion(rank)) continue;
      this.#isCandidate[this.#popular[rank] as number] = 1;
      missing--;
    }
  }

  #collect(): Uint32Array {
    const collected = this.#collected;
    const isCandidate = this.#isCandidate;
    let count = 0;
    for (let item = isCandidate.indexOf(1); item >= 0; item = isCandidate.indexOf(1, item + 1)) {
      collected[count++] = item;
    }
    return collected.slice(0, count);
  }
}

function othersThan(candidates: Uint32Array | undefined, itemCount: number): number[] {
  if (!candidates) return [];
  const isCandidate = new Set(candidates);
  return Array.from({ length: itemCount }, (_, item) => item).filter((item) => !isCandidate.has(item));
}

function clearBit(bits: Uint32Array, at: number): void {
  const word = Math.floor(at / BITS);
  if (word < bits.length) bits[word] = (bits[word] as number) & ~(1 << (at % BITS));
}
