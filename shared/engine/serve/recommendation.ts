/** What is asked of a model for a user, and the list that comes of it. */
import type { ItemRules } from "../rank/item-rules.ts";
import type { ColdStart } from "./cold-start.ts";
import type { PropertyReason } from "./explain-features.ts";
import type { Exploration } from "./explore.ts";
import type { GroupOf } from "./item-similarity.ts";
import type { Popularity } from "./popular-now.ts";
import type { SeenAt, SeenRule } from "./seen-rule.ts";
import type { SimilarShare } from "./similar-share.ts";
import type { KnownOfUser } from "./user-profile.ts";

/**
 * How a list was made. `personal`: from the training history of the user. `profile`: from what the request and live events say, too.
 * `features`: from the user's properties alone. `cold_start`: by the rules for people with few interactions.
 * `similar`: similar to the user's recent items, as the model has no opinion of the profile. `popular`: for all the same.
 */
export type ListStrategy = "personal" | "profile" | "features" | "cold_start" | "similar" | "popular";

/** A ranking that a list may be chosen from. */
export interface Ranking {
  /** The best items by index, at most `count`; a longer ranking begins with the shorter one. Without items that are left out. */
  readonly ranked: (count: number) => Uint32Array;
  /** By item index; -Infinity for items that are left out. */
  readonly scores: Float32Array;
  /** All items, the most popular first: the order of those with a score of 0. */
  readonly popular: Uint32Array;
  /** The list ends at this rank. */
  readonly length: number;
}

export interface RecommendationRequest extends KnownOfUser {
  /** Ranks `offset + 1 … offset + limit` are returned. */
  readonly offset: number;
  readonly limit: number;
  /** How many reasons to give for each item; none by default. */
  readonly reasons?: number;
  /**
   * The scores unchanged. An item without an opinion keeps its score of 0 and its place. An unknown user gets popularity as
   * scores, and among equal scores the last id comes first.
   */
  readonly asScored?: boolean;
  /** Which seen items are left out: all of them by default. */
  readonly seen?: { readonly rule: SeenRule; readonly at: SeenAt };
  /** Items to leave out; ids unknown to the model are no error. */
  readonly exclude?: readonly string[];
  /** Indices of items that nobody may get. */
  readonly hidden?: Uint32Array;
  /** Applies rules to the scores of all items; -Infinity removes an item. */
  readonly adjust?: (scores: Float32Array) => void;
  /**
   * Whether `adjust` changes scores and does not only remove items. A `popular` list then shows the scores that it is ordered by: numbers
   * of events and users alone would not tell its order.
   */
  readonly isBoosted?: boolean;
  /** The same as `adjust`, which must be there, too: lists are then found without a look at every item. */
  readonly itemRules?: ItemRules;
  /** Puts pins and caps into the list. */
  readonly arrange?: (ranking: Ranking) => ArrayLike<number>;
  /** How many items all pages have together under caps, given the ranking of `length` items. Absent without caps. */
  readonly countArranged?: (ranking: Ranking) => number;
  /** Popularity of the moment; that of the training data by default. */
  readonly popularity?: Popularity;
  /** From 0 (by default), the best items, to 1, the most different ones. */
  readonly diversity?: { readonly share: number; readonly groupOf: GroupOf | null };
  /**
   * `after_profile`: items that are similar to recent ones come before popular ones, if the model has no opinion of the profile.
   * `only`: the list is made by similarity to `itemIds` alone. By default it is never used.
   */
  readonly similar?: "after_profile" | "only";
  /** Shares the places with items that are similar to some. Never with `asScored`. */
  readonly similarTo?: SimilarShare;
  /** Makes the list of a person with few interactions by rules. Never with `asScored`, nor by similarity alone. */
  readonly coldStart?: ColdStart;
  /** Gives some positions to new items. Never with `asScored`, nor by similarity alone. */
  readonly explore?: Exploration;
}

export interface RecommendedItem {
  readonly itemId: string;
  /**
   * The model's score. A `popular` list has no opinion of the model. Its scores are the number of events of an item that is popular
   * now, else the number of its users; with boosts what they make of these.
   */
  readonly score: number;
  /** Whether the model has no opinion of the item, which fills a list of another strategy by its popularity. Its score is 0. */
  readonly isFilled: boolean;
  /** Present if the item is in its place for the events of the moment. */
  readonly isPopularNow?: true;
  /** Present if the item is in its place because it is newer than the model. */
  readonly isNew?: true;
  /** Present if the item is similar to those that the request names; its score is then the similarity. */
  readonly isSimilar?: true;
  /** Present if the position explores: the item is newer than the model and has few impressions. */
  readonly isExplored?: true;
  /** Present where a list may explore: the probability that the position does what it did, to explore or not. */
  readonly propensity?: number;
  /** Present if the item is newer than the model, which scores it by its properties. */
  readonly isByFeatures?: true;
  /**
   * Present on request: the user's items that contribute most to the score, or are most similar where a score is no sum over items, or
   * properties where the score comes of them. Empty for popular items.
   */
  readonly reasons?: readonly (ItemReason | PropertyReason)[];
}

export interface ItemReason {
  readonly itemId: string;
  readonly contribution: number;
  readonly share: number;
}

export interface RecommendationList {
  readonly strategy: ListStrategy;
  readonly items: readonly RecommendedItem[];
  /** How many items could be recommended to this user: those not left out, and as many as caps allow. */
  readonly total: number;
  /** Of a list by the cold-start rules: how many of `total` these recommend. The others fill the list. */
  readonly ruledTotal?: number;
}
