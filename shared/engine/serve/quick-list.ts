/**
 * The best items without more work than a list needs. A model that has all scores is read once. Of others, some items that seem to be good are
 * scored and give a bar. Then every item whose score can reach the bar is scored. No other item can belong to the list, so it is the one
 * that scoring everything gives, to the last bit.
 */
import type { Shortlist } from "../algorithms/fit/algorithm.ts";
import { bestKnown, MOST_BEST_KNOWN } from "../rank/best-known.ts";
import { chosenItems } from "../rank/chosen-items.ts";
import type { ItemRules } from "../rank/item-rules.ts";
import { scoresAt } from "../rank/scores-at.ts";
import { topKInto } from "../rank/top-k.ts";
import type { Servable } from "./model-artifact.ts";
import type { RecommendationRequest } from "./recommendation.ts";
import type { UserProfile } from "./user-profile.ts";
import { wholeShortlist } from "./whole-shortlist.ts";

export interface QuickList {
  /** Item indices from rank 1 on, best first. */
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

/** More ranks are found faster by scoring everything. */
const MAX_LENGTH = 500;
/** A list of fewer items scores them all. */
const FEW_ITEMS = 512;
/** The same, as a share of all items: a sample has too few of them. */
const FEW_SHARE = 1 / 128;
/** More candidates, as a share of all items, are found faster by scoring everything. */
const MAX_SHARE = 1 / 8;
/** Wanted items that seem to be good and give the first bar: a sample finds them, so they are more than the list needs. */
const NEAR_ITEMS = 64;
const NEAR_SHARE = 1 / 400;
/** Scores are of 32 bits: two that are as near as this may round to the same. */
const ROUNDED_DOWN = 1 - 2 ** -22;

/** `length` items with scores above 0. Null where the list cannot be proven, or is not wholly of items that the model recommends. */
export function quickList(
  { model, items }: Pick<Servable, "model" | "items">,
  user: Pick<UserProfile, "profile">,
  request: QuickRequest,
): QuickList | null {
  const { length, itemRules: rules = null } = request;
  if (length > MAX_LENGTH || (request.adjust && !rules)) return null;
  const { total, isWanted } = wantedOf(items.size, request.excluded, rules);
  if (total < length) return null;
  const shortlist = model.shortlist?.(user.profile) ?? wholeShortlist(model, user.profile);
  if (shortlist.known && length <= MOST_BEST_KNOWN) {
    const list = bestKnown(shortlist.known, length, isWanted, rules);
    return list && { ...list, total };
  }
  const choice = { shortlist, isWanted, rules, length, itemCount: items.size };
  const isFew = total <= Math.max(FEW_ITEMS, items.size * FEW_SHARE);
  const candidates = isFew ? wantedItems(choice) : candidatesOf(choice);
  const list = candidates && rank(candidates, choice);
  return list && { ...list, total };
}

/** The items that a list may have: neither left out nor removed by a filter. */
export function wantedOf(
  itemCount: number,
  excluded: readonly Uint32Array[],
  rules: ItemRules | null,
): { readonly total: number; readonly isWanted: (item: number) => boolean } {
  const leftOut = new Set<number>();
  for (const list of excluded) for (const item of list) leftOut.add(item);
  const isWanted = rules
    ? (item: number) => rules.isAllowed(item) && !leftOut.has(item)
    : (item: number) => !leftOut.has(item);
  return { total: totalOf(itemCount, leftOut, rules), isWanted };
}

function totalOf(itemCount: number, leftOut: ReadonlySet<number>, rules: ItemRules | null): number {
  if (!rules) return itemCount - leftOut.size;
  let total = rules.allowedCount;
  for (const item of leftOut) if (rules.isAllowed(item)) total--;
  return total;
}

interface Choice {
  readonly shortlist: Shortlist;
  /** Neither left out nor removed by a filter. */
  readonly isWanted: (item: number) => boolean;
  readonly rules: ItemRules | null;
  readonly length: number;
  readonly itemCount: number;
}

function wantedItems({ isWanted, itemCount }: Choice): Uint32Array {
  const items: number[] = [];
  for (let item = 0; item < itemCount; item++) if (isWanted(item)) items.push(item);
  return Uint32Array.from(items);
}

/** Every wanted item that may belong to the list, ascending; null if that cannot be known, or if they are too many. */
function candidatesOf(choice: Choice): Uint32Array | null {
  const { shortlist, rules, length, itemCount, isWanted } = choice;
  const most = Math.ceil(itemCount * MAX_SHARE);
  const nearCount = Math.max(2 * length + NEAR_ITEMS, itemCount * NEAR_SHARE);
  const near = shortlist.near(nearCount, isWanted);
  const seeds = rank(bestByBound(near, choice), choice);
  if (!seeds) return null;
  const least = ROUNDED_DOWN * (seeds.scores[length - 1] as number);
  const bar = rules ? rules.leastScoreFor(seeds.scores[length - 1] as number) : least;
  const reaching = bar > 0 ? shortlist.above(bar, most) : null;
  if (!reaching) return null;
  return chosenItems(reaching, (item) => isWanted(item) && mostOf(item, choice) >= least).sort();
}

/** The score of an item is not above this once rules have adjusted it. */
function mostOf(item: number, { shortlist, rules }: Choice): number {
  const bound = shortlist.boundOf(item);
  return rules ? rules.adjusted(item, bound) : bound;
}

/** The items with the highest bounds, as many as the list has, ascending. */
function bestByBound(near: Uint32Array, choice: Choice): Uint32Array {
  const bounds = new Float32Array(near.length);
  for (let at = 0; at < near.length; at++) bounds[at] = mostOf(near[at] as number, choice);
  const best = new Uint32Array(Math.min(choice.length, near.length));
  const count = topKInto(bounds, choice.length, best);
  const items = best.subarray(0, count).map((at) => near[at] as number);
  return items.sort();
}

/**
 * @param candidates Wanted items, ascending, as equal scores are in the order of indices.
 * @returns Null without enough scores above 0.
 */
function rank(candidates: Uint32Array, { shortlist, rules, length }: Choice) {
  if (candidates.length < length) return null;
  const exact = shortlist.scoresOf(candidates);
  const scores = new Float32Array(candidates.length);
  let hasOpinion = false;
  for (let at = 0; at < candidates.length; at++) {
    const score = exact[at] as number;
    if (!Number.isFinite(score)) return null;
    hasOpinion ||= score > 0;
    scores[at] = rules ? rules.adjusted(candidates[at] as number, score) : score;
  }
  const best = new Uint32Array(length);
  if (!hasOpinion || topKInto(scores, length, best) < length) return null;
  if (!((scores[best[length - 1] as number] as number) > 0)) return null;
  return {
    items: best.map((at) => candidates[at] as number),
    scores: scoresAt(scores, best),
  };
}
