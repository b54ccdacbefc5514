/**
 * The list of popular items for a request that no model has an opinion of. Popularity has its order already, so the list needs a look at no
 * more items than it has places, and at those that boosts may lift into it. It is the list that scoring every item gives.
 */
import type { ItemRules } from "../rank/item-rules.ts";
import { topKInto } from "../rank/top-k.ts";
import type { Servable } from "./model-artifact.ts";
import type { Popularity } from "./popular-now.ts";
import { type QuickList, wantedOf } from "./quick-list.ts";
import type { RecommendationRequest } from "./recommendation.ts";
import { coldStartFor } from "./score-user.ts";
import { isKnownTo, type UserProfile } from "./user-profile.ts";

/** More candidates, as a share of all items, are found faster by scoring everything. */
const MAX_SHARE = 1 / 8;

export interface PopularRequest extends Pick<RecommendationRequest, "adjust" | "itemRules" | "isBoosted"> {
  /** Ranks that are needed. */
  readonly length: number;
  /** Items to leave out. */
  readonly excluded: readonly Uint32Array[];
}

/** Whether a list is of popular items alone, in their order. */
export function isOfPopular(
  { model }: Pick<Servable, "model">,
  user: UserProfile,
  request: RecommendationRequest,
): boolean {
  const { asScored, arrange, diversity, similarTo, explore } = request;
  const isPlain = !asScored && !arrange && !similarTo && !explore && !(diversity && diversity.share > 0);
  return isPlain && !isKnownTo(model, user.profile) && !coldStartFor(user, request);
}

/** Scores are what the items are ordered by. Null where scoring everything is the faster way, or the only one. */
export function popularList(
  servable: Pick<Servable, "items" | "popularity" | "popular">,
  popularity: Popularity,
  request: PopularRequest,
): QuickList | null {
  const { itemRules: rules = null, isBoosted = false, adjust, length } = request;
  if (adjust && !rules) return null;
  const { total, isWanted } = wantedOf(servable.items.size, request.excluded, rules);
  const choice = { order: popularity.order, scoreOf: scoresBy(servable, popularity), isWanted };
  const first = nextWanted(choice, 0, length);
  if (!rules || !isBoosted) {
    const items = Uint32Array.from(first.items);
    return { items, scores: Float32Array.from(items, choice.scoreOf), total };
  }
  const list = liftedList(choice, first, rules, length);
  return list && { ...list, total };
}

/** By users in the training data; those with events in the window come before all others. */
function scoresBy(
  { popularity, popular }: Pick<Servable, "popularity" | "popular">,
  { counts }: Popularity,
): (item: number) => number {
  if (counts.size === 0) return (item) => popularity[item] as number;
  const most = popularity[popular[0] ?? 0] ?? 0;
  return (item) => {
    const count = counts.get(item);
    return count === undefined ? (popularity[item] as number) : Math.fround(most + count);
  };
}

interface Choice {
  /** By falling scores. */
  readonly order: Uint32Array;
  readonly scoreOf: (item: number) => number;
  /** Neither left out nor removed by a filter. */
  readonly isWanted: (item: number) => boolean;
}

interface Found {
  readonly items: number[];
  /** Where the order goes on. */
  readonly end: number;
}

function nextWanted({ order, isWanted }: Choice, from: number, count: number): Found {
  const items: number[] = [];
  let end = from;
  for (; end < order.length && items.length < count; end++) {
    const item = order[end] as number;
    if (isWanted(item)) items.push(item);
  }
  return { items, end };
}

/** The first items give a bar. Items follow as long as boosts may lift them to it. */
function liftedList(choice: Choice, first: Found, rules: ItemRules, length: number) {
  const { order, scoreOf, isWanted } = choice;
  if (first.items.length < length) return null;
  const lifted = (item: number) => Math.fround(rules.adjusted(item, scoreOf(item)));
  let bar = Number.POSITIVE_INFINITY;
  for (const item of first.items) bar = Math.min(bar, lifted(item));
  const least = bar > 0 ? rules.leastScoreFor(bar) : 0;
  if (!(least > 0)) return null;
  const found = first.items;
  const most = Math.max(length, order.length * MAX_SHARE);
  for (let at = first.end; at < order.length; at++) {
    const item = order[at] as number;
    if (scoreOf(item) < least) break;
    if (!isWanted(item)) continue;
    if (found.length >= most) return null;
    found.push(item);
  }
  // Ascending, as equal scores are in the order of indices.
  const candidates = Uint32Array.from(found).sort();
  const scores = Float32Array.from(candidates, lifted);
  const best = new Uint32Array(length);
  topKInto(scores, length, best);
  return {
    items: best.map((at) => candidates[at] as number),
    scores: Float32Array.from(best, (at) => scores[at] as number),
  };
}
