import { countUsers } from "../../data/count-users.ts";
import type { CsrMatrix } from "../../data/csr-matrix.ts";
import { csrRow } from "../../data/csr-row.ts";
import { dislikesOf } from "../../data/dislikes.ts";
import { RANKING_METRICS, type RankingMetric } from "../../evaluate/metrics.ts";
import { createRankingMeter, VALUES_PER_CUTOFF } from "../../evaluate/ranking-metrics.ts";
import type { ScoringModel } from "../../evaluate/user-ranker.ts";
import { deviationOf } from "../../rank/deviation.ts";
import { fillByPopularity } from "../../rank/fill-by-popularity.ts";
import { popularFirst } from "../../rank/popular-first.ts";
import { topKInto } from "../../rank/top-k.ts";
import { BlockScorer } from "./block-scorer.ts";

/** What is kept of one user: the items that may come to the top of a blend. */
interface UserScores {
  /** Held-out or not, by candidate; candidates ascend by item. */
  readonly isHeldOut: Uint8Array;
  readonly heldOutCount: number;
  /** models × candidates; each model's scores divided by their deviation over all items. */
  readonly scores: Float32Array;
  /** All candidates, the most popular first, where a list may run out of opinions; null elsewhere. */
  readonly popular: Uint32Array | null;
}

export interface BlendScoresOptions {
  /** Models that score users of the same matrix. */
  readonly models: readonly ScoringModel[];
  readonly seen: CsrMatrix;
  readonly heldout: CsrMatrix;
  /** Not recommended to them; may have fewer rows. */
  readonly disliked?: CsrMatrix | undefined;
  readonly metric: RankingMetric;
  readonly cutoff: number;
}

/** An item that no model has among its best of this many times the cutoff does not reach the top of a blend. */
const DEPTH_FACTOR = 8;
const MIN_DEPTH = 100;

/**
 * Scores of some users by several models, kept so that any weights can be measured in about a microsecond per candidate. Of each
 * user only the best unseen items of each model and the held-out ones are kept: for two models about 3 KB a user.
 */
export class CachedBlendScores {
  readonly #options: BlendScoresOptions;
  readonly #users: UserScores[] = [];
  readonly #scorer: BlockScorer;
  readonly #best: Uint32Array;
  readonly #isCandidate: Uint8Array;
  /** All items, the most popular first, and the rank of each. */
  readonly #popular: Uint32Array;
  readonly #popularRank: Uint32Array;

  constructor(options: BlendScoresOptions) {
    const itemCount = options.seen.columnCount;
    this.#options = options;
    this.#scorer = new BlockScorer(options.models, itemCount);
    this.#best = new Uint32Array(Math.min(itemCount, Math.max(MIN_DEPTH, DEPTH_FACTOR * options.cutoff)));
    this.#isCandidate = new Uint8Array(itemCount);
    this.#popular = popularFirst(countUsers(options.seen));
    this.#popularRank = new Uint32Array(itemCount);
    for (const [rank, item] of this.#popular.entries()) this.#popularRank[item] = rank;
  }

  /** Most users that are added at a time. */
  get capacity(): number {
    return this.#scorer.capacity;
  }

  /** Adds users who have held-out items. */
  add(users: readonly number[]): void {
    const known = users.map((index) => ({ index, profile: csrRow(this.#options.seen, index) }));
    this.#scorer.score(known);
    for (const [row, { index, profile }] of known.entries()) {
      const full = this.#options.models.map((_, at) => this.#scorer.rowOf(at, row));
      this.#users.push(this.#keepUser(index, profile.indices, full));
    }
  }

  /** Gives back kernel memory; what was added can be measured further on. Idempotent. */
  free(): void {
    this.#scorer.free();
  }

  /** @param full The user's scores of all items by each model; those of items that cannot be recommended are overwritten. */
  #keepUser(user: number, seenItems: Uint32Array, full: readonly Float32Array[]): UserScores {
    const { heldout, disliked } = this.#options;
    const relevant = csrRow(heldout, user).indices;
    const dislikedItems = dislikesOf(disliked, user);
    const isCandidate = this.#isCandidate.fill(0);
    for (const item of relevant) isCandidate[item] = 1;
    let isShort = false;
    const deviations = full.map((scores) => {
      const deviation = deviationOf(scores);
      for (const item of seenItems) scores[item] = Number.NEGATIVE_INFINITY;
      for (const item of dislikedItems) scores[item] = Number.NEGATIVE_INFINITY;
      const count = topKInto(scores, this.#best.length, this.#best);
      for (const item of this.#best.subarray(0, count)) isCandidate[item] = 1;
      const last = this.#best[Math.min(count, this.#options.cutoff) - 1] ?? 0;
      if (!((scores[last] as number) > 0)) {
        isShort = true;
        this.#addPopular((item) => scores[item] === 0);
      }
      return deviation;
    });
    if (isShort) this.#addPopular((item) => full.every((scores) => scores[item] === 0));
    return this.#keep(relevant, full, deviations, isShort);
  }

  /** Makes candidates of the most popular items that no opinion is held of, as many as can come into a list. */
  #addPopular(hasNoOpinion: (item: number) => boolean): void {
    let missing = this.#options.cutoff;
    for (const item of this.#popular) {
      if (missing === 0) return;
      if (!hasNoOpinion(item)) continue;
      this.#isCandidate[item] = 1;
      missing--;
    }
  }

  /** The metric of the blend with these weights, one per model, averaged over the users added. */
  measure(weights: readonly number[]): number {
    const { cutoff, metric, seen } = this.#options;
    const meter = createRankingMeter([cutoff], seen.columnCount);
    const values = new Float64Array(VALUES_PER_CUTOFF);
    const ranking = new Uint32Array(Math.min(cutoff, seen.columnCount));
    const isHit = new Uint8Array(ranking.length);
    const at = RANKING_METRICS.indexOf(metric);
    let sum = 0;
    for (const { isHeldOut, heldOutCount, scores, popular } of this.#users) {
      const blended = blend(scores, isHeldOut.length, weights);
      const length = topKInto(blended, ranking.length, ranking);
      if (popular) fillByPopularity(blended, ranking.subarray(0, length), popular);
      for (let rank = 0; rank < length; rank++) isHit[rank] = isHeldOut[ranking[rank] as number] as number;
      meter.measureInto(isHit, length, heldOutCount, values);
      sum += values[at] as number;
    }
    return sum / Math.max(1, this.#users.length);
  }

  #keep(
    relevant: Uint32Array,
    full: readonly Float32Array[],
    deviations: readonly number[],
    isShort: boolean,
  ): UserScores {
    const candidates: number[] = [];
    for (let item = this.#isCandidate.indexOf(1); item >= 0; item = this.#isCandidate.indexOf(1, item + 1)) {
      candidates.push(item);
    }
    const kept = new Float32Array(deviations.length * candidates.length);
    for (const [model, deviation] of deviations.entries()) {
      const scores = full[model] as Float32Array;
      const start = model * candidates.length;
      for (const [at, item] of candidates.entries()) {
        kept[start + at] = deviation > 0 ? (scores[item] as number) / deviation : 0;
      }
    }
    const isHeldOut = Uint8Array.from(candidates, (item) => (relevant.includes(item) ? 1 : 0));
    const rankOf = (at: number) => this.#popularRank[candidates[at] as number] as number;
    const popular = isShort
      ? Uint32Array.from(candidates.keys()).sort((a, b) => rankOf(a) - rankOf(b))
      : null;
    return { isHeldOut, heldOutCount: relevant.length, scores: kept, popular };
  }
}

function blend(scores: Float32Array, count: number, weights: readonly number[]): Float32Array {
  const blended = new Float32Array(count);
  for (const [model, weight] of weights.entries()) {
    if (weight === 0) continue;
    const start = model * count;
    for (let at = 0; at < count; at++) {
      blended[at] = (blended[at] as number) + weight * (scores[start + at] as number);
    }
  }
  return blended;
}
