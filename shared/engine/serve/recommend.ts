import { fillByPopularity } from "../rank/fill-by-popularity.ts";
import { lastIdFirst } from "../rank/last-id-first.ts";
import { topKInto } from "../rank/top-k.ts";
import { diversify } from "./diversify.ts";
import { explain, explainBySimilarity } from "./explain.ts";
import { type PropertyReason, reasonsOfNewItem, reasonsOfUser } from "./explain-features.ts";
import { type ExploredRanking, type Explorer, explorerOf } from "./explore.ts";
import { similarityOf } from "./item-similarity.ts";
import type { Servable } from "./model-artifact.ts";
import { isOfPopular, popularList } from "./popular-list.ts";
import { type Popularity, popularityOf } from "./popular-now.ts";
import { quickList } from "./quick-list.ts";
import type {
  ItemReason,
  ListStrategy,
  RecommendationList,
  RecommendationRequest,
  RecommendedItem,
} from "./recommendation.ts";
import { coldStartFor, leftOutOf, scoreUser, strategyOf } from "./score-user.ts";
import { similarPlaces } from "./similar-share.ts";
import { isKnownTo, type UserProfile, userProfileOf } from "./user-profile.ts";

/** Places that diversity fills; the items after them keep their order. Pages of one list therefore fit together. */
export const DIVERSE_PLACES = 200;

/**
 * Recommends to a known user, to one who likes the given items, or to an unknown one. Seen items (by the rule), disliked, given and
 * excluded ones are left out; the list is empty only if nothing is left. Items without an opinion of the model (a score of exactly
 * 0) follow those it recommends, the most popular first, before those it advises against. Equal scores are ordered by index, which
 * is the order of ids.
 */
export function recommend(servable: Servable, request: RecommendationRequest): RecommendationList {
  const user = userProfileOf(servable, request);
  return quickListOf(servable, user, request) ?? slowListOf(servable, user, request);
}

/** `recommend` by a popularity that is asked for only if the list needs it: one of items that the model recommends does not. */
export async function recommendAsking(
  servable: Servable,
  request: RecommendationRequest,
  askPopularity: () => Promise<Popularity>,
): Promise<RecommendationList> {
  const user = userProfileOf(servable, request);
  const quick = quickListOf(servable, user, request);
  return quick ?? slowListOf(servable, user, { ...request, popularity: await askPopularity() });
}

/** The list that needs popularity. */
function slowListOf(
  servable: Servable,
  user: UserProfile,
  request: RecommendationRequest,
): RecommendationList {
  return popularListOf(servable, user, request) ?? wholeListOf(servable, user, request);
}

/** The list of popular items in their order; null if all items must be scored. */
function popularListOf(
  servable: Servable,
  user: UserProfile,
  request: RecommendationRequest,
): RecommendationList | null {
  if (!isOfPopular(servable, user, request)) return null;
  const { offset, limit, reasons, isBoosted, popularity = popularityOf(servable) } = request;
  const excluded = leftOutOf(servable, user, request);
  const list = popularList(servable, popularity, { ...request, length: offset + limit, excluded });
  if (!list) return null;
  const items: RecommendedItem[] = [];
  for (let at = offset; at < list.items.length; at++) {
    const itemIndex = list.items[at] as number;
    const events = popularity.counts.get(itemIndex);
    items.push({
      itemId: servable.items.idAt(itemIndex),
      score: isBoosted ? (list.scores[at] as number) : (events ?? (servable.popularity[itemIndex] as number)),
      isFilled: false,
      ...placeOf(servable, itemIndex, events),
      ...(reasons !== undefined && { reasons: [] }),
    });
  }
  return { strategy: "popular", items, total: list.total };
}

/** The list by the scores of all items. */
function wholeListOf(
  servable: Servable,
  user: UserProfile,
  request: RecommendationRequest,
): RecommendationList {
  const popularity = request.popularity ?? popularityOf(servable);
  const { scores, strategy, total } = scoreUser(servable, user, { ...request, popularity });
  const length = request.offset + request.limit;
  const explorer = explorerFor(servable, request, {
    mayShow: (item) => scores[item] !== Number.NEGATIVE_INFINITY,
    scoreOf: (item) => scores[item] as number,
  });
  const similar =
    request.similarTo && !request.asScored ? similarPlaces(servable, scores, request.similarTo) : null;
  let exploredRanking: ExploredRanking | null = null;
  const ranked = (count: number) => {
    const own = rankingOf(servable, scores, { ...request, length: count, popularity, strategy });
    const ranking = similar?.into(own) ?? own;
    if (!explorer) return ranking;
    exploredRanking = explorer.into(ranking);
    return exploredRanking.order;
  };
  const ranking = { ranked, scores, popular: popularity.order };
  const listed = request.arrange ? Uint32Array.from(request.arrange({ ...ranking, length })) : ranked(length);
  const isPopular = strategy === "popular" && !request.asScored;
  const reasonsOf = request.reasons === undefined ? null : reasonsFor(servable, { user, strategy }, request);
  const items = Array.from(listed.subarray(request.offset), (itemIndex): RecommendedItem => {
    const similarity = similar?.similarityOf(itemIndex);
    if (similarity !== undefined) return similarItem(servable, itemIndex, similarity);
    const score = scores[itemIndex] as number;
    const isFilled = strategy !== "popular" && !request.asScored && score === 0;
    const events = popularity.counts.get(itemIndex);
    const isCounted = isPopular && score >= 0;
    const item = {
      itemId: servable.items.idAt(itemIndex),
      score: isCounted && !request.isBoosted ? (events ?? (servable.popularity[itemIndex] as number)) : score,
      isFilled,
      ...exploredBy(exploredRanking, itemIndex),
      ...(isFilled || isCounted
        ? placeOf(servable, itemIndex, events)
        : scoredBy(servable, itemIndex, strategy)),
    };
    if (reasonsOf === null) return item;
    const hasReasons = strategy !== "popular" && !isFilled;
    return { ...item, reasons: hasReasons ? reasonsOf(itemIndex) : [] };
  });
  const count = request.countArranged?.({ ...ranking, length: total }) ?? total;
  const ruled = strategy === "cold_start" ? { ruledTotal: countAbove(scores) } : {};
  return { strategy, items, total: count, ...ruled };
}

/** Items with a score above 0. */
function countAbove(scores: Float32Array): number {
  let count = 0;
  for (let item = 0; item < scores.length; item++) if ((scores[item] as number) > 0) count++;
  return count;
}

function similarItem({ items }: Servable, itemIndex: number, score: number): RecommendedItem {
  return { itemId: items.idAt(itemIndex), score, isFilled: false, isSimilar: true };
}

/** The list by candidates alone; null if all items must be scored. */
function quickListOf(
  servable: Servable,
  user: UserProfile,
  request: RecommendationRequest,
): RecommendationList | null {
  const { asScored, arrange, diversity, similar, similarTo, offset, limit } = request;
  const isPlain =
    !asScored && !arrange && !similarTo && similar !== "only" && !(diversity && diversity.share > 0);
  if (!isPlain || !isKnownTo(servable.model, user.profile) || coldStartFor(user, request)) return null;
  const excluded = leftOutOf(servable, user, request);
  const leftOut = new Set(request.explore && excluded.flatMap((list) => [...list]));
  const mayShow = (item: number) => !leftOut.has(item) && (request.itemRules?.isAllowed(item) ?? true);
  const scoreOf = newItemScores(servable, user, request);
  const explorer = explorerFor(servable, request, { mayShow, scoreOf });
  const list = quickList(servable, user, { ...request, length: offset + limit, excluded });
  if (!list) return null;
  const ranking = explorer?.explores(offset + limit) ? explorer.into(list.items) : null;
  const unexplored = explorer && request.explore ? { propensity: 1 - request.explore.rate } : {};
  const ranked = ranking?.order ?? list.items;
  const scores = new Map(Array.from(list.items, (itemIndex, at) => [itemIndex, list.scores[at] as number]));
  const strategy = strategyOf(user);
  const reasonsOf = request.reasons === undefined ? null : reasonsFor(servable, { user, strategy }, request);
  const items = Array.from(ranked.subarray(offset), (itemIndex): RecommendedItem => {
    const score = scores.get(itemIndex) ?? scoreOf(itemIndex);
    const item = {
      itemId: servable.items.idAt(itemIndex),
      score,
      isFilled: score === 0,
      ...(ranking ? exploredBy(ranking, itemIndex) : unexplored),
      ...scoredBy(servable, itemIndex, strategy),
    };
    if (reasonsOf === null) return item;
    return { ...item, reasons: reasonsOf(itemIndex) };
  });
  return { strategy, items, total: list.total };
}

/** Null where nothing is explored. */
function explorerFor(
  servable: Servable,
  { explore, asScored, similar }: RecommendationRequest,
  items: { readonly mayShow: (item: number) => boolean; readonly scoreOf: (item: number) => number },
): Explorer | null {
  if (!explore || asScored || similar === "only") return null;
  return explorerOf(servable, explore, items.mayShow, items.scoreOf);
}

/** The scores of new items, found when one is first asked for. */
function newItemScores(
  { model, newFeatures, newFrom = 0 }: Servable,
  { profile }: UserProfile,
  { itemRules }: RecommendationRequest,
): (item: number) => number {
  let scores: Float32Array | null = null;
  return (item) => {
    if (!scores && newFeatures) {
      scores = new Float32Array(newFeatures.rowCount);
      model.scoreNewItemsInto?.(profile, newFeatures, scores);
    }
    const row = item - newFrom;
    const isDescribed = newFeatures !== undefined && newFeatures.indptr[row] !== newFeatures.indptr[row + 1];
    const score = isDescribed ? (scores?.[row] ?? 0) : 0;
    return itemRules?.adjusted(item, score) ?? score;
  };
}

function exploredBy(ranking: ExploredRanking | null, itemIndex: number) {
  const propensity = ranking?.propensities.get(itemIndex);
  return {
    ...(ranking?.explored.has(itemIndex) && { isExplored: true as const }),
    ...(propensity !== undefined && { propensity }),
  };
}

/** Why an item without an opinion of the model is in its place; nothing is said of its users in the training data. */
function placeOf({ newFrom }: Servable, itemIndex: number, events: number | undefined) {
  if (events !== undefined) return { isPopularNow: true as const };
  return newFrom !== undefined && itemIndex >= newFrom ? { isNew: true as const } : {};
}

/** Whether an item's score comes of its properties, as it is newer than the model. */
function scoredBy({ newFrom, newFeatures }: Servable, itemIndex: number, strategy: ListStrategy) {
  if (newFrom === undefined || !newFeatures || itemIndex < newFrom) return {};
  const row = itemIndex - newFrom;
  const isDescribed = newFeatures.indptr[row] !== newFeatures.indptr[row + 1];
  const isByModel = strategy !== "popular" && strategy !== "similar" && strategy !== "cold_start";
  return isDescribed && isByModel ? { isByFeatures: true as const } : {};
}

type RankingRequest = Pick<RecommendationRequest, "asScored" | "diversity"> & {
  readonly length: number;
  readonly popularity: Popularity;
  readonly strategy: ListStrategy;
};

/** The best items from rank 1 on. */
function rankingOf(servable: Servable, scores: Float32Array, request: RankingRequest): Uint32Array {
  const { asScored, diversity, popularity, strategy } = request;
  const length = Math.min(scores.length, request.length);
  const isDiverse = diversity !== undefined && diversity.share > 0;
  const best = new Uint32Array(
    isDiverse ? Math.min(scores.length, Math.max(length, DIVERSE_PLACES)) : length,
  );
  const ranking = best.subarray(0, topKInto(scores, best.length, best));
  if (asScored) lastIdFirst(scores, ranking, (index) => servable.items.idAt(index));
  else fillByPopularity(scores, ranking, popularity.order);
  if (!isDiverse) return ranking;
  const places = ranking
    .subarray(0, DIVERSE_PLACES)
    .filter((itemIndex) => (scores[itemIndex] as number) >= 0);
  const similarityInto = similarityOf(servable, strategy !== "popular", diversity.groupOf);
  ranking.set(diversify({ pool: places, scores, diversity: diversity.share, length, similarityInto }));
  return ranking.subarray(0, length);
}

/** The reasons of an item: properties where the score comes of these, else the user's items. They never name a hidden item, though it counts in the shares of the others. */
function reasonsFor(
  servable: Servable,
  { user: { profile }, strategy }: { readonly user: UserProfile; readonly strategy: ListStrategy },
  { hidden, reasons: limit = 0, coldStart }: Pick<RecommendationRequest, "hidden" | "reasons" | "coldStart">,
): (itemIndex: number) => readonly (ItemReason | PropertyReason)[] {
  const { model, items } = servable;
  const own = new Set(hidden && hidden.length > 0 ? profile.indices : []);
  const unnamed = new Set(hidden?.filter((itemIndex) => own.has(itemIndex)));
  if (strategy === "cold_start") return (itemIndex) => coldStart?.reasonsOf(itemIndex).slice(0, limit) ?? [];
  let ofUser: ((itemIndex: number) => PropertyReason[]) | null = null;
  return (itemIndex) => {
    if (scoredBy(servable, itemIndex, strategy).isByFeatures) {
      return reasonsOfNewItem(servable, profile, itemIndex).slice(0, limit);
    }
    if (strategy === "features") {
      ofUser ??= reasonsOfUser(servable, profile);
      return ofUser(itemIndex).slice(0, limit);
    }
    if (strategy === "popular") return [];
    const wanted = limit + unnamed.size;
    const reasons =
      explain(model, profile, itemIndex, wanted) ?? explainBySimilarity(model, profile, itemIndex, wanted);
    return reasons
      .filter((reason) => !unnamed.has(reason.itemIndex))
      .slice(0, limit)
      .map(({ itemIndex: named, ...reason }) => ({ itemId: items.idAt(named), ...reason }));
  };
}
