/** The strategies in their order: rules for a person with few interactions, the model's opinion of the profile, similar to recent items, popular. */
import { type ColdStart, isCold } from "./cold-start.ts";
import { indexOfId } from "./index-of-id.ts";
import type { Servable } from "./model-artifact.ts";
import type { Popularity } from "./popular-now.ts";
import type { ListStrategy, RecommendationRequest } from "./recommendation.ts";
import { NEVER_AGAIN, seenItems } from "./seen-rule.ts";
import { isKnownTo, recentItems, type UserProfile } from "./user-profile.ts";

type ScoringRequest = Pick<
  RecommendationRequest,
  "asScored" | "seen" | "exclude" | "hidden" | "adjust" | "similar" | "coldStart"
> & {
  readonly popularity: Popularity;
};

export interface ScoredItems {
  /** By item index; -Infinity for items that are left out. */
  readonly scores: Float32Array;
  readonly strategy: ListStrategy;
  /** Items that are not left out. */
  readonly total: number;
}

/** Recent items that a `similar` list is based on. */
const RECENT_ITEMS = 10;
const NO_ITEMS = new Uint32Array();
const LEFT_OUT = Number.NEGATIVE_INFINITY;

/** Scores all items for a user by the first strategy that has an opinion of an item. */
export function scoreUser(servable: Servable, user: UserProfile, request: ScoringRequest): ScoredItems {
  return scoreCold(servable, user, request) ?? scoreByModel(servable, user, request);
}

/** The cold-start rules that hold for a user; null if none do. */
export function coldStartFor(
  user: UserProfile,
  { coldStart, asScored, similar }: Pick<RecommendationRequest, "coldStart" | "asScored" | "similar">,
): ColdStart | null {
  return coldStart && !asScored && similar !== "only" && isCold(coldStart, user) ? coldStart : null;
}

/** Null if no rule holds for the user, or none leaves an item. */
function scoreCold(servable: Servable, user: UserProfile, request: ScoringRequest): ScoredItems | null {
  const rules = coldStartFor(user, request);
  if (!rules) return null;
  const scores = new Float32Array(servable.items.size);
  rules.scoreInto(scores);
  const total = scores.length - leaveOut(scores, leftOutOf(servable, user, request));
  const ruled = adjusted({ scores, strategy: "cold_start", total }, request);
  return ruled.scores.some((score) => score > 0) ? ruled : null;
}

/** With the rules of the request. */
function adjusted(scored: ScoredItems, { adjust }: Pick<ScoringRequest, "adjust">): ScoredItems {
  if (!adjust) return scored;
  adjust(scored.scores);
  return { ...scored, total: scored.scores.reduce((count, score) => count + (score > LEFT_OUT ? 1 : 0), 0) };
}

function scoreByModel(servable: Servable, user: UserProfile, request: ScoringRequest): ScoredItems {
  const scores = new Float32Array(servable.items.size);
  const isKnown = isKnownTo(servable.model, user.profile);
  if (isKnown && request.similar !== "only") servable.model.scoreProfileInto(user.profile, scores);
  else if (request.asScored) scores.set(servable.popularity);
  const excluded = leftOutOf(servable, user, request);
  const total = scores.length - leaveOut(scores, excluded);
  let strategy = isKnown ? strategyOf(user) : "popular";
  if (!request.asScored && lacksOpinion(scores)) {
    strategy = "popular";
    const sources = request.similar
      ? recentItems(user, request.similar === "only" ? undefined : RECENT_ITEMS)
      : [];
    if (scoreSimilar(servable, sources, scores, excluded)) strategy = "similar";
    else scorePopular(servable, request.popularity, scores);
  }
  return adjusted({ scores, strategy, total }, request);
}

/** Of a user whom the model has an opinion of. */
export function strategyOf({ profile, hasOwn }: Pick<UserProfile, "profile" | "hasOwn">): ListStrategy {
  if (profile.indices.length === 0) return "features";
  return hasOwn ? "profile" : "personal";
}

/** Seen items by the rule, disliked, excluded and hidden ones. */
export function leftOutOf(
  servable: Pick<Servable, "items">,
  user: UserProfile,
  { seen, exclude = [], hidden }: Pick<RecommendationRequest, "seen" | "exclude" | "hidden">,
): Uint32Array[] {
  return [
    seenItems(user, seen?.rule ?? NEVER_AGAIN, seen?.at ?? { now: 0, trainedAt: null }),
    user.disliked,
    indicesOf(servable, exclude),
    hidden ?? NO_ITEMS,
  ];
}

function indicesOf({ items }: Pick<Servable, "items">, ids: readonly string[]): Uint32Array {
  return Uint32Array.from(ids.map((id) => indexOfId(items, id)).filter((itemIndex) => itemIndex >= 0));
}

/** @returns How many items were left out. */
function leaveOut(scores: Float32Array, lists: readonly Uint32Array[]): number {
  let count = 0;
  for (const list of lists) {
    for (const itemIndex of list) {
      if (scores[itemIndex] !== LEFT_OUT) count++;
      scores[itemIndex] = LEFT_OUT;
    }
  }
  return count;
}

/** Whether the best score is 0. Ends at the first item that the model recommends. */
function lacksOpinion(scores: Float32Array): boolean {
  let hasZero = false;
  for (let item = 0; item < scores.length; item++) {
    if ((scores[item] as number) > 0) return false;
    if (scores[item] === 0) hasZero = true;
  }
  return hasZero;
}

/** Sums the similarities to some items. @returns False, with unchanged scores, if no item is similar to any. */
function scoreSimilar(
  { model }: Servable,
  sources: readonly number[],
  scores: Float32Array,
  excluded: readonly Uint32Array[],
): boolean {
  if (sources.length === 0) return false;
  const sums = new Float32Array(scores.length);
  const row = new Float32Array(scores.length);
  for (const itemIndex of sources) {
    model.similarItemsInto(itemIndex, row);
    for (let item = 0; item < sums.length; item++) {
      sums[item] = (sums[item] as number) + (row[item] as number);
    }
  }
  leaveOut(sums, excluded);
  if (!sums.some((sum) => sum > 0)) return false;
  scores.set(sums);
  return true;
}

/** Gives items without an opinion their popularity: those with events in the window before all others. */
function scorePopular(servable: Servable, { counts }: Popularity, scores: Float32Array): void {
  const { popularity, popular } = servable;
  const most = counts.size > 0 ? (popularity[popular[0] ?? 0] ?? 0) : 0;
  for (let item = 0; item < scores.length; item++) {
    if (scores[item] === 0) scores[item] = popularity[item] as number;
  }
  for (const [item, count] of counts) {
    if ((scores[item] as number) >= 0) scores[item] = most + count;
  }
}
