import type { Strategy } from "#contract/inference.ts";
import type { Profile } from "../algorithms/algorithm.ts";
import { csrRow } from "../data/csr-row.ts";
import { dislikesOf } from "../data/dislikes.ts";
import { fillByPopularity } from "../rank/fill-by-popularity.ts";
import { lastIdFirst } from "../rank/last-id-first.ts";
import { topKInto } from "../rank/top-k.ts";
import { explain } from "./explain.ts";
import { indexOfId } from "./index-of-id.ts";
import type { Servable } from "./model-artifact.ts";

export interface RecommendationRequest {
  /** Absent or unknown: only `itemIds` are known of the user. */
  readonly userId?: string;
  /** Items that the user likes now; ids unknown to the model are dropped. */
  readonly itemIds?: readonly string[];
  /** Ranks `offset + 1 … offset + limit` are returned. */
  readonly offset: number;
  readonly limit: number;
  /** How many reasons to give for each item; none by default. */
  readonly reasons?: number;
  /**
   * The scores unchanged: an item without an opinion keeps its score of 0 and its place, an unknown user gets popularity as
   * scores, and among equal scores the last id comes first.
   */
  readonly asScored?: boolean;
}

export interface RecommendedItem {
  readonly itemId: string;
  /** The model's score; in a `popular` list, which has no opinion of the model, the number of users of the item. */
  readonly score: number;
  /** Whether the model has no opinion of the item, which fills a list of another strategy by its popularity. Its score is 0. */
  readonly isFilled: boolean;
  /** Present on request: the user's items that contribute most to the score. Empty for models without explanations. */
  readonly reasons?: readonly {
    readonly itemId: string;
    readonly contribution: number;
    readonly share: number;
  }[];
}

export interface RecommendationList {
  readonly strategy: Strategy;
  readonly items: readonly RecommendedItem[];
  /** How many items could be recommended to this user: those not seen yet. */
  readonly total: number;
}

/**
 * Recommends to a known user, to one who likes the given items, or to an unknown one. Seen, disliked and given items are left
 * out; the list is empty only if everything was seen. Items without an opinion of the model (a score of exactly 0) follow those
 * it recommends, the most popular first, before those it advises against. Equal scores are ordered by index, which is the order
 * of ids.
 */
export function recommend(servable: Servable, request: RecommendationRequest): RecommendationList {
  const known = profileOf(servable, request);
  const scores = new Float32Array(servable.items.size);
  if (known.profile.indices.length > 0) servable.model.scoreProfileInto(known.profile, scores);
  else if (request.asScored) scores.set(servable.popularity);
  const excludedCount =
    excludeFrom(scores, known.profile.indices) + excludeFrom(scores, dislikedBy(servable, request.userId));
  const best = rankingOf(servable, scores, request);
  const hasOpinion = request.asScored || best.length === 0 || scores[best[0] as number] !== 0;
  const strategy = hasOpinion ? known.strategy : "popular";
  const items = [...best.subarray(request.offset)].map((itemIndex): RecommendedItem => {
    const score = scores[itemIndex] as number;
    const isFilled = strategy !== "popular" && !request.asScored && score === 0;
    const isCounted = !hasOpinion && score === 0;
    const item = {
      itemId: servable.items.idAt(itemIndex),
      score: isCounted ? (servable.popularity[itemIndex] as number) : score,
      isFilled,
    };
    if (request.reasons === undefined) return item;
    const hasReasons = strategy !== "popular" && !isFilled;
    const reasons = hasReasons ? reasonsFor(servable, known.profile, itemIndex, request.reasons) : [];
    return { ...item, reasons };
  });
  return { strategy, items, total: scores.length - excludedCount };
}

/** @returns How many of them were not excluded before. */
function excludeFrom(scores: Float32Array, itemIndices: Uint32Array): number {
  let count = 0;
  for (const itemIndex of itemIndices) {
    if (scores[itemIndex] !== Number.NEGATIVE_INFINITY) count++;
    scores[itemIndex] = Number.NEGATIVE_INFINITY;
  }
  return count;
}

/** The best items from rank 1 to the end of the page. */
function rankingOf(
  { items, popular }: Servable,
  scores: Float32Array,
  { offset, limit, asScored }: RecommendationRequest,
): Uint32Array {
  const best = new Uint32Array(Math.min(scores.length, offset + limit));
  const ranking = best.subarray(0, topKInto(scores, best.length, best));
  if (asScored) lastIdFirst(scores, ranking, (index) => items.idAt(index));
  else fillByPopularity(scores, ranking, popular);
  return ranking;
}

function reasonsFor({ model, items }: Servable, profile: Profile, itemIndex: number, limit: number) {
  const reasons = explain(model, profile, itemIndex, limit) ?? [];
  return reasons.map(({ itemIndex: own, ...reason }) => ({ itemId: items.idAt(own), ...reason }));
}

function dislikedBy({ users, disliked }: Servable, userId: string | undefined): Uint32Array {
  const userIndex = userId === undefined ? -1 : indexOfId(users, userId);
  return userIndex < 0 ? new Uint32Array() : dislikesOf(disliked ?? undefined, userIndex);
}

function profileOf(
  { users, items, history }: Servable,
  { userId, itemIds = [] }: RecommendationRequest,
): { profile: Profile; strategy: Strategy } {
  const userIndex = userId === undefined ? -1 : indexOfId(users, userId);
  const known = userIndex >= 0 ? csrRow(history, userIndex) : NOTHING;
  const given = itemIds.map((id) => indexOfId(items, id)).filter((itemIndex) => itemIndex >= 0);
  if (given.length === 0)
    return { profile: known, strategy: known.indices.length > 0 ? "personal" : "popular" };
  const weights = new Map(Array.from(known.indices, (itemIndex, at) => [itemIndex, known.weights[at] ?? 0]));
  for (const itemIndex of given) weights.set(itemIndex, weights.get(itemIndex) ?? 1);
  const indices = Uint32Array.from(weights.keys()).sort();
  const profile = {
    indices,
    weights: Float32Array.from(indices, (itemIndex) => weights.get(itemIndex) ?? 0),
  };
  return { profile, strategy: "profile" };
}

const NOTHING: Profile = { indices: new Uint32Array(), weights: new Float32Array() };
