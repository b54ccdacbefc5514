import type { Model } from "../algorithms/algorithm.ts";
import { countUsers } from "../data/count-users.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { csrRow } from "../data/csr-row.ts";
import { dislikesOf } from "../data/dislikes.ts";
import { RANKING_METRICS, type RankingMetric } from "../evaluate/metrics.ts";
import { createRankingMeter, VALUES_PER_CUTOFF } from "../evaluate/ranking-metrics.ts";
import { deviationOf } from "../rank/deviation.ts";
import { fillByPopularity } from "../rank/fill-by-popularity.ts";
import { popularFirst } from "../rank/popular-first.ts";
import { topKInto } from "../rank/top-k.ts";

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
  readonly models: readonly Pick<Model, "itemCount" | "scoreUserInto">[];
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
  readonly #full: Float32Array[];
  readonly #best: Uint32Array;
  readonly #isCandidate: Uint8Array;
  /** All items, the most popular first, and the rank of each. */
  readonly #popular: Uint32Array;
  readonly #popularRank: Uint32Array;

  constructor(options: BlendScoresOptions) {
    const itemCount = options.seen.columnCount;
    this.#options = options;
    this.#full = options.models.map(() => new Float32Array(itemCount));
    this.#best = new Uint32Array(Math.min(itemCount, Math.max(MIN_DEPTH, DEPTH_FACTOR * options.cutoff)));
    this.#isCandidate = new Uint8Array(itemCount);
    this.#popular = popularFirst(countUsers(options.seen));
    this.#popularRank = new Uint32Array(itemCount);
    for (const [rank, item] of this.#popular.entries()) this.#popularRank[item] = rank;
  }

  /** Adds one user who has held-out items. */
  add(user: number): void {
    const { models, seen, heldout, disliked } = this.#options;
    const profile = csrRow(seen, user);
    const relevant = csrRow(heldout, user).indices;
    const isCandidate = this.#isCandidate;
    for (const item of relevant) isCandidate[item] = 1;
    let isShort = false;
    const deviations = models.map((model, at) => {
      const scores = this.#full[at] as Float32Array;
      // Nothing is known of a person without interactions, whatever a model says.
      if (profile.indices.length === 0) scores.fill(0);
      else model.scoreUserInto(user, profile, scores);
      const deviation = deviationOf(scores);
      for (const item of profile.indices) scores[item] = Number.NEGATIVE_INFINITY;
      for (const item of dislikesOf(disliked, user)) scores[item] = Number.NEGATIVE_INFINITY;
      const count = topKInto(scores, this.#best.length, this.#best);
      for (const item of this.#best.subarray(0, count)) isCandidate[item] = 1;
      const last = this.#best[Math.min(count, this.#options.cutoff) - 1] ?? 0;
      if (!((scores[last] as number) > 0)) {
        isShort = true;
        this.#addPopular((item) => scores[item] === 0);
      }
      return deviation;
    });
    if (isShort) this.#addPopular((item) => this.#full.every((scores) => scores[item] === 0));
    this.#users.push(this.#keep(relevant, deviations, isShort));
    isCandidate.fill(0);
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

  #keep(relevant: Uint32Array, deviations: readonly number[], isShort: boolean): UserScores {
    const candidates: number[] = [];
    this.#isCandidate.forEach((is, item) => {
      if (is === 1) candidates.push(item);
    });
    const scores = new Float32Array(deviations.length * candidates.length);
    for (const [model, deviation] of deviations.entries()) {
      const full = this.#full[model] as Float32Array;
      const start = model * candidates.length;
      for (const [at, item] of candidates.entries()) {
        scores[start + at] = deviation > 0 ? (full[item] as number) / deviation : 0;
      }
    }
    const isHeldOut = Uint8Array.from(candidates, (item) => (relevant.includes(item) ? 1 : 0));
    const rankOf = (at: number) => this.#popularRank[candidates[at] as number] as number;
    const popular = isShort
      ? Uint32Array.from(candidates.keys()).sort((a, b) => rankOf(a) - rankOf(b))
      : null;
    return { isHeldOut, heldOutCount: relevant.length, scores, popular };
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
