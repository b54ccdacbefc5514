import { type LengthWeight, weightAmong } from "../../algorithms/blend/length-weight.ts";
import { RANKING_METRICS, type RankingMetric } from "../../evaluate/metrics.ts";
import { createRankingMeter, VALUES_PER_CUTOFF } from "../../evaluate/ranking-metrics.ts";
import { deviationOf } from "../../rank/deviation.ts";
import { fillByPopularity } from "../../rank/fill-by-popularity.ts";
import { type TopKSpace, topKAgainInto, topKInto } from "../../rank/top-k.ts";

/** The candidates of one user, and their scores by the models. */
interface UserScores {
  readonly items: Uint32Array;
  /** Held-out or not, by candidate. */
  readonly isHeldOut: Uint8Array;
  readonly heldOutCount: number;
  /** All candidates, the most popular first, if a list may run out of opinions; null otherwise. */
  readonly popular: Uint32Array | null;
  /** models × candidates: whole numbers in units of `scales`. A score is 0 only if the model gave exactly 0. */
  readonly scores: Int16Array;
  /** For each model: the value of 1, in deviations of its scores of all items. */
  readonly scales: Float32Array;
  /** How many items are known of the user. */
  readonly knownCount: number;
  /** The list of the last weights, before popular items fill it: the next weights change little of it. Null before the first. */
  best: Uint32Array | null;
}

export interface CandidateScoresOptions {
  readonly modelCount: number;
  readonly itemCount: number;
  readonly metric: RankingMetric;
  readonly cutoff: number;
}

const LARGEST = 32_767;

/**
 * Scores of some users' candidates by several models, at two bytes each, so that any weights can be measured in about a
 * nanosecond per score.
 */
export class CandidateScores {
  readonly #options: CandidateScoresOptions;
  readonly #users: UserScores[] = [];

  constructor(options: CandidateScoresOptions) {
    this.#options = options;
  }

  /** Bytes of a user with this number of candidates. */
  static bytesOf(modelCount: number, candidateCount: number): number {
    return candidateCount * (2 * modelCount + 9);
  }

  /**
   * Adds a user, whose place is how many were added before.
   *
   * @param items The candidates, ascending.
   * @param heldout Those that count as hits, all of them candidates.
   * @param popular Candidates by popularity, where lists may run out of opinions.
   * @param knownCount How many items are known of the user.
   */
  addUser(items: Uint32Array, heldout: Uint32Array, popular: Uint32Array | null, knownCount: number): void {
    const { modelCount } = this.#options;
    const isHeldOut = Uint8Array.from(items, (item) => (heldout.includes(item) ? 1 : 0));
    const scores = new Int16Array(modelCount * items.length);
    const scales = new Float32Array(modelCount);
    const heldOutCount = heldout.length;
    this.#users.push({ items, isHeldOut, heldOutCount, popular, scores, scales, knownCount, best: null });
  }

  /** How many items are known of a typical user: the geometric mean. */
  get typicalKnownCount(): number {
    const sum = this.#users.reduce((total, { knownCount }) => total + Math.log(Math.max(1, knownCount)), 0);
    return Math.exp(sum / Math.max(1, this.#users.length));
  }

  /** Drops all users except the first. */
  cut(userCount: number): void {
    this.#users.length = Math.min(this.#users.length, userCount);
  }

  /** Stores a model's scores of a user's candidates. @param full The user's scores of all items. */
  keep(place: number, model: number, full: Float32Array): void {
    const { items, scores, scales } = this.#users[place] as UserScores;
    const deviation = deviationOf(full);
    if (deviation === 0) return;
    let largest = 0;
    for (const item of items) largest = Math.max(largest, Math.abs(full[item] as number));
    const scale = largest / LARGEST;
    scales[model] = scale / deviation;
    const start = model * items.length;
    for (const [at, item] of items.entries()) scores[start + at] = rounded(full[item] as number, scale);
  }

  /** The metric of the blend with these weights, one per model, averaged over the users added. */
  measure(weights: readonly LengthWeight[]): number {
    const { cutoff, metric, itemCount } = this.#options;
    const meter = createRankingMeter([cutoff], itemCount);
    const values = new Float64Array(VALUES_PER_CUTOFF);
    const ranking = new Uint32Array(Math.min(cutoff, itemCount));
    const isHit = new Uint8Array(ranking.length);
    const at = RANKING_METRICS.indexOf(metric);
    const most = this.#users.reduce((count, { items }) => Math.max(count, items.length), 0);
    const space = { indices: new Uint32Array(most), scores: new Float32Array(most) };
    const all = new Float32Array(most);
    let sum = 0;
    for (const user of this.#users) {
      const blended = blend(user, weights, all.subarray(0, user.items.length));
      const length = rankInto(user, blended, ranking, space);
      if (user.popular) fillByPopularity(blended, ranking.subarray(0, length), user.popular);
      for (let rank = 0; rank < length; rank++)
        isHit[rank] = user.isHeldOut[ranking[rank] as number] as number;
      meter.measureInto(isHit, length, user.heldOutCount, values);
      sum += values[at] as number;
    }
    return sum / Math.max(1, this.#users.length);
  }
}

/** A score that is not 0 stays so: 0 means no opinion. */
function rounded(value: number, scale: number): number {
  if (value === 0) return 0;
  return Math.round(value / scale) || Math.sign(value);
}

/** Ranks the candidates of a user, and remembers a full list for the next time. @returns The length of the list. */
function rankInto(user: UserScores, blended: Float32Array, ranking: Uint32Array, space: TopKSpace): number {
  if (user.best) {
    const length = topKAgainInto(blended, ranking.length, user.best, space);
    ranking.set(user.best);
    return length;
  }
  const length = topKInto(blended, ranking.length, ranking);
  if (length === ranking.length) user.best = ranking.slice();
  return length;
}

function blend(
  { scores, scales, knownCount }: UserScores,
  weights: readonly LengthWeight[],
  out: Float32Array,
): Float32Array {
  out.fill(0);
  for (const [model, weight] of weights.entries()) {
    const factor = weightAmong(weight, knownCount) * (scales[model] as number);
    if (factor === 0) continue;
    const start = model * out.length;
    for (let at = 0; at < out.length; at++) {
      out[at] = (out[at] as number) + factor * (scores[start + at] as number);
    }
  }
  return out;
}
