/** A page of recommendations as the K-pop service's clients read it. */
import type { RecommendationList, RecommendedItem } from "#engine/serve/recommendation.ts";
import type { Page } from "./page-query.ts";

/** The most posts that the service recommends to a person. */
const MOST_POSTS = 100;
const LIST_SEPARATOR = "|";

/** What is asked of serving for a page: a list that is empty past the end would not say its total. */
export function rangeOf({ limit, offset }: Page): Page {
  const isPastEnd = offset >= MOST_POSTS;
  return isPastEnd ? { limit: 1, offset: 0 } : { offset, limit: Math.min(limit, MOST_POSTS - offset) };
}

export interface KpopPage {
  readonly items: readonly RecommendedItem[];
  readonly total: number;
  /** Null for a known person to whom nothing can be recommended. */
  readonly strategy: "cold_start" | "hybrid" | null;
}

/**
 * The part of a list that the service has: posts of followed communities for a person with few interactions, else what the model says of their
 * interactions. Nothing for others: the service has no popular posts for everybody.
 */
export function kpopPageOf(list: RecommendationList, { offset }: Page): KpopPage {
  const isByRules = list.strategy === "cold_start";
  if (!isByRules && list.strategy !== "personal" && list.strategy !== "profile") {
    return { items: [], total: 0, strategy: null };
  }
  const total = Math.min(MOST_POSTS, isByRules ? (list.ruledTotal ?? 0) : list.total);
  const items = offset >= total ? [] : list.items.filter(({ isFilled }) => !isByRules || !isFilled);
  return { items, total, strategy: isByRules ? "cold_start" : "hybrid" };
}

/** The tags where the service has them, and where its documents say that they are. */
export function postMetadataOf(row: Readonly<Record<string, unknown>> | null) {
  const { tags, communityId } = row ?? {};
  const list = typeof tags === "string" ? tags.split(LIST_SEPARATOR).filter(Boolean) : (tags ?? []);
  const community = communityId === undefined || communityId === null ? null : String(communityId);
  return { metadata: { tags: list }, communityId: community, tags: list };
}
