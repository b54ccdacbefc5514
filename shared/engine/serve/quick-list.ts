/**
 * The best items without a look at every item's score. The first estimates name the candidates; the list is taken only if a bound proves
 * that no other item belongs to it. It is then the list that scoring everything gives, to the last bit.
 */
import type { Shortlist } from "../algorithms/fit/algorithm.ts";
import type { ItemRules } from "../rank/item-rules.ts";
import { topKInto } from "../rank/top-k.ts";
import type { Servable } from "./model-artifact.ts";
import type { RecommendationRequest } from "./recommendation.ts";
import type { UserProfile } from "./user-profile.ts";
import { wholeShortlist } from "./whole-shortlist.ts";

export interface QuickList {
  /** Item indices from rank 1 on, best first, `offset + limit` of them. All scores are above 0. */
  readonly items: Uint32Array;
  readonly scores: Float32Array;
  /** Items that are not left out. */
  readonly total: number;
}

export interface QuickRequest extends Pick<RecommendationRequest, "adjust" | "itemRules"> {
  /** Ranks that are needed. */
  readonly length: number;
  /** Items to leave out. */
  readonly excluded: readonly Uint32Array[];
}

/** More ranks, or candidates, are found faster by scoring everything. */
const MAX_LENGTH = 500;
const MAX_FIRST = 2_048;
/** Of all items. */
const MAX_SHARE = 1 / 8;

/** Null where the list cannot be proven, or is not wholly of items that the model recommends. */
export function quickList(
  { model, items }: Pick<Servable, "model" | "items">,
  user: Pick<UserProfile, "profile">,
  request: QuickRequest,
): QuickList | null {
  const { length, itemRules: rules = null } = request;
  if (length > MAX_LENGTH || (request.adjust && !rules)) return null;
  const leftOut = new Set<number>();
  for (const list of request.excluded) for (const item of list) leftOut.add(item);
  const total = totalOf(items.size, leftOut, rules);
  const share = total / items.size;
  const first = Math.ceil((2 * length + 16) / share) + leftOut.size;
  if (total < length || first > MAX_FIRST || first > items.size * MAX_SHARE) return null;
  const shortlist = model.shortlist?.(user.profile) ?? wholeShortlist(model, user.profile);
  const choice = { shortlist, leftOut, rules, length };
  const { items: candidates, othersAtMost } = shortlist.best(first);
  const ranked = rank(candidates.sort(), choice);
  if (!ranked) return null;
  const least = ranked.scores[length - 1] as number;
  const bar = rules ? rules.leastScoreFor(least) : least;
  if (othersAtMost < bar) return { ...ranked, total };
  const all = bar > 0 ? shortlist.above(bar, Math.ceil(items.size * MAX_SHARE)) : null;
  const whole = all && rank(all, choice);
  return whole && { ...whole, total };
}

function totalOf(itemCount: number, leftOut: ReadonlySet<number>, rules: ItemRules | null): number {
  if (!rules) return itemCount - leftOut.size;
  let total = rules.allowedCount;
  for (const item of leftOut) if (rules.isAllowed(item)) total--;
  return total;
}

interface Choice {
  readonly shortlist: Shortlist;
  readonly leftOut: ReadonlySet<number>;
  readonly rules: ItemRules | null;
  readonly length: number;
}

/** @param candidates Ascending, as equal scores are in the order of indices. @returns Null without enough scores above 0. */
function rank(candidates: Uint32Array, { shortlist, leftOut, rules, length }: Choice) {
  const exact = shortlist.scoresOf(candidates);
  const kept = new Uint32Array(candidates.length);
  const scores = new Float32Array(candidates.length);
  let count = 0;
  let hasOpinion = false;
  for (let at = 0; at < candidates.length; at++) {
    const item = candidates[at] as number;
    if (leftOut.has(item)) continue;
    const score = exact[at] as number;
    if (!Number.isFinite(score)) return null;
    hasOpinion ||= score > 0;
    if (rules && !rules.isAllowed(item)) continue;
    kept[count] = item;
    scores[count++] = rules ? rules.adjusted(item, score) : score;
  }
  const best = new Uint32Array(length);
  if (!hasOpinion || topKInto(scores.subarray(0, count), length, best) < length) return null;
  if (!((scores[best[length - 1] as number] as number) > 0)) return null;
  return {
    items: best.map((at) => kept[at] as number),
    scores: Float32Array.from(best, (at) => scores[at] as number),
  };
}
