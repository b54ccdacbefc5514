import type { Strategy } from "#contract/inference.ts";
import type { Profile } from "../algorithms/algorithm.ts";
import { csrRow } from "../data/csr-row.ts";
import { lastIdFirst } from "../rank/last-id-first.ts";
import { topKInto } from "../rank/top-k.ts";
import { explain } from "./explain.ts";
import { indexOfId } from "./index-of-id.ts";
import type { Servable } from "./model-artifact.ts";

export interface RecommendationRequest {
  /** Absent or unknown: nothing is known of the person but `itemIds`. */
  readonly userId?: string;
  /** Items the person likes now; ids the model does not know are dropped. */
  readonly itemIds?: readonly string[];
  /** Ranks `offset + 1 … offset + limit` are returned. */
  readonly offset: number;
  readonly limit: number;
  /** How many reasons to give for each item; none by default. */
  readonly reasons?: number;
  /** Whether equal scores go by id, the last first, as in irspack; otherwise by index, which costs nothing. */
  readonly lastIdFirst?: boolean;
}

export interface RecommendedItem {
  readonly itemId: string;
  readonly score: number;
  /** Present when asked for: the person's items that contribute most to the score. Empty where the model cannot tell. */
  readonly reasons?: readonly {
    readonly itemId: string;
    readonly contribution: number;
    readonly share: number;
  }[];
}

export interface RecommendationList {
  readonly strategy: Strategy;
  readonly items: readonly RecommendedItem[];
  /** How many items could be recommended to this person in all: those not seen yet. */
  readonly total: number;
}

/**
 * Recommends to a known person, to whoever likes the given items, or to anybody. Seen, disliked and given items are left out; the list is
 * never empty unless everything was seen. For `popular`, a score is the number of users of an item.
 */
export function recommend(servable: Servable, request: RecommendationRequest): RecommendationList {
  const { profile, strategy } = profileOf(servable, request);
  const scores = new Float32Array(servable.items.size);
  if (strategy === "popular") scores.set(servable.popularity);
  else servable.model.scoreProfileInto(profile, scores);
  const excluded = new Set([...profile.indices, ...dislikesOf(servable, request.userId)]);
  for (const itemIndex of excluded) scores[itemIndex] = Number.NEGATIVE_INFINITY;
  const best = new Uint32Array(Math.min(scores.length, request.offset + request.limit));
  const count = topKInto(scores, best.length, best);
  if (request.lastIdFirst)
    lastIdFirst(scores, best.subarray(0, count), (index) => servable.items.idAt(index));
  const items = [...best.subarray(request.offset, count)].map((itemIndex): RecommendedItem => {
    const item = { itemId: servable.items.idAt(itemIndex), score: scores[itemIndex] as number };
    if (request.reasons === undefined) return item;
    const isPersonal = strategy !== "popular";
    return { ...item, reasons: isPersonal ? reasonsFor(servable, profile, itemIndex, request.reasons) : [] };
  });
  return { strategy, items, total: scores.length - excluded.size };
}

function reasonsFor({ model, items }: Servable, profile: Profile, itemIndex: number, limit: number) {
  const reasons = explain(model, profile, itemIndex, limit) ?? [];
  return reasons.map(({ itemIndex: own, ...reason }) => ({ itemId: items.idAt(own), ...reason }));
}

function dislikesOf({ users, disliked }: Servable, userId: string | undefined): Uint32Array {
  const userIndex = userId === undefined ? -1 : indexOfId(users, userId);
  return disliked && userIndex >= 0 ? csrRow(disliked, userIndex).indices : new Uint32Array();
}

function profileOf(
  { users, items, history }: Servable,
  { userId, itemIds = [] }: RecommendationRequest,
): { profile: Profile; strategy: Strategy } {
  const weights = new Map<number, number>();
  const userIndex = userId === undefined ? -1 : indexOfId(users, userId);
  if (userIndex >= 0) {
    const row = csrRow(history, userIndex);
    for (const [at, itemIndex] of row.indices.entries()) weights.set(itemIndex, row.weights[at] as number);
  }
  const hasHistory = weights.size > 0;
  const given = itemIds.map((id) => indexOfId(items, id)).filter((itemIndex) => itemIndex >= 0);
  for (const itemIndex of given) weights.set(itemIndex, weights.get(itemIndex) ?? 1);
  const indices = Uint32Array.from([...weights.keys()].sort((a, b) => a - b));
  const profile = {
    indices,
    weights: Float32Array.from(indices, (itemIndex) => weights.get(itemIndex) ?? 0),
  };
  if (given.length > 0) return { profile, strategy: "profile" };
  return { profile, strategy: hasHistory ? "personal" : "popular" };
}
