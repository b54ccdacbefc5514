/**
 * Full-ranking evaluation: every item that the user has not seen is a candidate; no candidates are sampled. Uses models only
 * through their scores.
 */

import type { KnownUser, Profile } from "../algorithms/fit/algorithm.ts";
import { csrRow } from "../data/csr-row.ts";
import { dislikesOf } from "../data/dislikes.ts";
import { withPopularityForColdUsers } from "./cold-users.ts";
import { allOthers, checkShapes, type EvaluationInput, joined, usersToMeasure } from "./evaluation-input.ts";
import { type EvaluationParts, summarize } from "./evaluation-parts.ts";
import { type ItemPopularity, itemPopularity } from "./item-popularity.ts";
import { type Metrics, normalizeCutoffs } from "./metrics.ts";
import { queryProfile, trainingProfile } from "./query-profile.ts";
import { createRankingMeter, type RankingMeter, VALUES_PER_CUTOFF } from "./ranking-metrics.ts";
import {
  createPerUserValues,
  createRankingTotals,
  type PerUser,
  type PerUserValues,
  type RankingTotals,
} from "./ranking-totals.ts";
import { SEGMENTS, type SegmentName, type Segments, segmentsOf } from "./segments.ts";
import { createUserRanker, type UserRanker } from "./user-ranker.ts";

export interface EvaluationResult {
  readonly metrics: Metrics;
  /** How many users were measured: those with at least one held-out item. */
  readonly users: number;
  /** In ascending order of users. */
  readonly perUser?: PerUser;
  /** Beside `perUser`, in the same order: how many items the model knows each user by. */
  readonly profileSizes?: Uint32Array;
  readonly segments?: Readonly<Record<SegmentName, SegmentResult>>;
  readonly parts?: EvaluationParts;
}

/** Ranking metrics of one segment, over the users who count in it; all 0 when there are none. */
export interface SegmentResult {
  readonly metrics: Metrics;
  readonly users: number;
}

/** An evaluation in progress: call `step()` until `done`, then `result()`. Dispose of an abandoned one. */
export interface Evaluation {
  readonly done: boolean;
  /** Share of users measured, 0 … 1. */
  readonly progress: number;
  /** Measures the next few users: a few milliseconds for the slowest models. */
  step(): void;
  /** Throws RangeError before the end. */
  result(): EvaluationResult;
  /** Frees its memory; the end of the evaluation does this automatically. Idempotent. */
  dispose(): void;
}

/**
 * Prepares an evaluation of all metrics at all cutoffs in one pass over the users.
 *
 * Throws `BAD_PARAMETER` for bad cutoffs, `BAD_DATA` when shapes differ, `EMPTY_DATA` when no user has a held-out item.
 */
export function createEvaluation(input: EvaluationInput): Evaluation {
  const cutoffs = normalizeCutoffs(input.cutoffs);
  checkShapes(input);
  const users = usersToMeasure(input);
  const measured = createTotals(cutoffs, input, users.length);
  const measureUser = createUserMeasure(input, cutoffs, measured);
  const depth = Math.min(cutoffs.at(-1) as number, input.candidates?.length ?? input.model.itemCount);
  const ranker = createRanker(input, depth);
  const excluded = input.candidates && allOthers(input.candidates, input.model.itemCount);
  let next = 0;
  return {
    get done() {
      return next === users.length;
    },
    get progress() {
      return next / users.length;
    },
    step() {
      if (next === users.length) return;
      const known = Array.from(users.subarray(next, next + ranker.capacity), (index) => ({
        index,
        profile: profileOf(input, index),
        disliked: joined(excluded, dislikesOf(input.disliked, index)),
        keepsSeen: input.queries?.keepsKnown ?? false,
      }));
      ranker.rank(known, (ranking, at) => measureUser(known[at] as KnownUser, next + at, ranking));
      next += known.length;
      if (next === users.length) ranker.free();
    },
    result() {
      if (next < users.length) throw new RangeError(`${next} of ${users.length} users are measured so far.`);
      return {
        metrics: summarize(cutoffs, measured.all, measured.bandCounts, popularityFor(input).novelties),
        users: users.length,
        ...(measured.perUser && { perUser: measured.perUser.byMetric, profileSizes: measured.profileSizes }),
        ...(measured.segments && { segments: segmentResults(measured.segments.totals) }),
        ...(measured.values && { parts: { values: measured.values, bandCounts: measured.bandCounts } }),
      };
    },
    dispose() {
      ranker.free();
    },
  };
}

function profileOf({ queries, seen, userFeatures }: EvaluationInput, index: number): Profile {
  if (queries) return queryProfile(queries, index);
  return trainingProfile(seen, userFeatures, index);
}

function popularityFor({ popularity, seen }: EvaluationInput): ItemPopularity {
  return popularity ?? itemPopularity(seen);
}

function createRanker(input: EvaluationInput, depth: number): UserRanker {
  const { model, noOpinion = "filled" } = input;
  if (noOpinion === "as-scored") return createUserRanker(model, depth, null);
  const { counts, popular } = popularityFor(input);
  return createUserRanker(withPopularityForColdUsers(model, counts), depth, popular);
}

interface Totals {
  readonly all: RankingTotals;
  /** How often each item was ranked deeper than the cutoff before and not deeper than this one. */
  readonly bandCounts: readonly Uint32Array[];
  readonly perUser: PerUserValues | null;
  readonly profileSizes: Uint32Array;
  /** All values of each user, see `EvaluationParts`. */
  readonly values: Float64Array | null;
  readonly segments: { readonly lines: Segments; readonly totals: SegmentTotals } | null;
}

type SegmentTotals = Readonly<Record<SegmentName, RankingTotals>>;

function createTotals(cutoffs: readonly number[], input: EvaluationInput, userCount: number): Totals {
  const { model, seen, perUser, segments } = input;
  const segmentTotals = () =>
    Object.fromEntries(SEGMENTS.map((name) => [name, createRankingTotals(cutoffs)])) as SegmentTotals;
  return {
    all: createRankingTotals(cutoffs),
    bandCounts: cutoffs.map(() => new Uint32Array(model.itemCount)),
    perUser: perUser ? createPerUserValues(perUser, cutoffs, userCount) : null,
    profileSizes: new Uint32Array(userCount),
    values: input.keepsParts ? new Float64Array(userCount * cutoffs.length * VALUES_PER_CUTOFF) : null,
    segments: segments ? { lines: segmentsOf(seen, segments), totals: segmentTotals() } : null,
  };
}

/** Measures one user's ranking; all users share the buffers. */
function createUserMeasure(
  input: EvaluationInput,
  cutoffs: readonly number[],
  totals: Totals,
): (user: KnownUser, at: number, ranking: Uint32Array) => void {
  const { model, heldout, unknownHeldout } = input;
  const meter: RankingMeter = createRankingMeter(cutoffs, model.itemCount);
  const depth = Math.min(cutoffs.at(-1) as number, model.itemCount);
  const isHit = new Uint8Array(depth);
  const isHeldOut = new Uint8Array(model.itemCount);
  const values = new Float64Array(cutoffs.length * VALUES_PER_CUTOFF);
  /** Measures the ranking against some relevant items. */
  const measure = (ranking: Uint32Array, relevant: Uint32Array, unknownCount: number) => {
    for (const item of relevant) isHeldOut[item] = 1;
    for (const [rank, item] of ranking.entries()) isHit[rank] = isHeldOut[item] as number;
    for (const item of relevant) isHeldOut[item] = 0;
    meter.measureInto(isHit, ranking.length, relevant.length + unknownCount, values);
  };
  return ({ index, profile }, at, ranking) => {
    const relevant = csrRow(heldout, index).indices;
    const unknownCount = unknownHeldout?.[index] ?? 0;
    measure(ranking, relevant, unknownCount);
    totals.all.add(values);
    totals.perUser?.keep(at, values);
    totals.profileSizes[at] = profile.indices.length;
    totals.values?.set(values, at * values.length);
    countInBands(ranking, cutoffs, totals.bandCounts);
    if (!totals.segments) return;
    const { lines, totals: bySegment } = totals.segments;
    bySegment[profile.indices.length < lines.coldBelow ? "coldUsers" : "warmUsers"].add(values);
    // An item that is unknown to the model is not popular.
    for (const [name, isHead, unknown] of [
      ["headItems", 1, 0],
      ["tailItems", 0, unknownCount],
    ] as const) {
      const own = relevant.filter((item) => lines.isHead[item] === isHead);
      if (own.length + unknown === 0) continue;
      measure(ranking, own, unknown);
      bySegment[name].add(values);
    }
  };
}

function segmentResults(totals: SegmentTotals): Record<SegmentName, SegmentResult> {
  const results = SEGMENTS.map((name) => [
    name,
    { metrics: totals[name].means(), users: totals[name].userCount },
  ]);
  return Object.fromEntries(results);
}

function countInBands(
  ranking: Uint32Array,
  cutoffs: readonly number[],
  bandCounts: readonly Uint32Array[],
): void {
  let at = 0;
  for (const [band, counts] of bandCounts.entries()) {
    const end = Math.min(cutoffs[band] as number, ranking.length);
    for (; at < end; at++) addAt(counts, ranking[at] as number, 1);
  }
}

function addAt(array: Uint32Array, at: number, amount: number): void {
  array[at] = (array[at] as number) + amount;
}
