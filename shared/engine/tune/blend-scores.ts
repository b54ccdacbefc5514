import type { Model } from "../algorithms/algorithm.ts";
import type { CsrMatrix } from "../data/csr-matrix.ts";
import { csrRow } from "../data/csr-row.ts";
import { RANKING_METRICS, type RankingMetric } from "../evaluate/metrics.ts";
import { createRankingMeter, VALUES_PER_CUTOFF } from "../evaluate/ranking-metrics.ts";
import { deviationOf } from "../rank/deviation.ts";
import { topKInto } from "../rank/top-k.ts";

/** What is kept of one user: the items that may come to the top of a blend. */
interface UserScores {
  /** Held-out or not, by candidate; candidates ascend by item. */
  readonly isHeldOut: Uint8Array;
  readonly heldOutCount: number;
  /** models × candidates; each model's scores divided by their deviation over all items. */
  readonly scores: Float32Array;
}

export interface BlendScoresOptions {
  /** Models that score users of the same matrix. */
  readonly models: readonly Pick<Model, "itemCount" | "scoreUserInto">[];
  readonly seen: CsrMatrix;
  readonly heldout: CsrMatrix;
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

  constructor(options: BlendScoresOptions) {
    const itemCount = options.seen.columnCount;
    this.#options = options;
    this.#full = options.models.map(() => new Float32Array(itemCount));
    this.#best = new Uint32Array(Math.min(itemCount, Math.max(MIN_DEPTH, DEPTH_FACTOR * options.cutoff)));
    this.#isCandidate = new Uint8Array(itemCount);
  }

  /** Adds one user who has held-out items. */
  add(user: number): void {
    const { models, seen, heldout } = this.#options;
    const profile = csrRow(seen, user);
    const relevant = csrRow(heldout, user).indices;
    const isCandidate = this.#isCandidate;
    for (const item of relevant) isCandidate[item] = 1;
    const deviations = models.map((model, at) => {
      const scores = this.#full[at] as Float32Array;
      model.scoreUserInto(user, profile, scores);
      const deviation = deviationOf(scores);
      for (const item of profile.indices) scores[item] = Number.NEGATIVE_INFINITY;
      const count = topKInto(scores, this.#best.length, this.#best);
      for (const item of this.#best.subarray(0, count)) isCandidate[item] = 1;
      return deviation;
    });
    this.#users.push(this.#keep(relevant, deviations));
    isCandidate.fill(0);
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
    for (const { isHeldOut, heldOutCount, scores } of this.#users) {
      const blended = blend(scores, isHeldOut.length, weights);
      const length = topKInto(blended, ranking.length, ranking);
      for (let rank = 0; rank < length; rank++) isHit[rank] = isHeldOut[ranking[rank] as number] as number;
      meter.measureInto(isHit, length, heldOutCount, values);
      sum += values[at] as number;
    }
    return sum / Math.max(1, this.#users.length);
  }

  #keep(relevant: Uint32Array, deviations: readonly number[]): UserScores {
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
    return { isHeldOut, heldOutCount: relevant.length, scores };
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
