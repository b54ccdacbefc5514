/**
 * Requests and answers of `/v1`, written out so that the package needs nothing else. `test/sdk/types.test.ts` holds them equal to
 * the contract.
 */

/** A rule's view of a user or of the request: properties by name. */
export type Properties = Record<string, unknown>;

export interface ListOptions {
  /** 1 to 1,000; 10 by default. */
  readonly limit?: number;
  readonly offset?: number;
  readonly exclude?: readonly string[];
  /** A condition in the rules language. */
  readonly filter?: string;
  /** Boosts, pins and caps in the rules language. */
  readonly boost?: string | readonly string[];
  readonly user?: Properties;
  readonly context?: Properties;
  /** From 0, the best items, to 1, the most different ones. */
  readonly diversity?: number;
  readonly include_metadata?: boolean;
  /** The name or id of a slot. */
  readonly slot?: string | number;
}

export interface GivenItem {
  readonly item_id: string;
  /** 1 by default; 0 and below for what the user does not like. */
  readonly weight?: number;
}

export interface SessionItem {
  readonly item_id: string;
  /** `view` by default. */
  readonly type?: string;
  /** Epoch milliseconds; now by default. */
  readonly at?: number;
}

export interface RecommendRequest extends ListOptions {
  readonly user_id?: string;
  readonly items?: readonly GivenItem[];
  readonly session?: readonly SessionItem[];
  /** Items that are similar to these share the list; `share` is .5 by default. */
  readonly similar_to?: NamedItems & { readonly share?: number };
  /** How many of the user's items to name as reasons for each item, up to 10. */
  readonly reasons?: number;
}

/** One of both. */
export interface NamedItems {
  readonly item_ids?: readonly string[];
  /** All items with exactly this title. */
  readonly title?: string;
}

export interface SimilarRequest extends ListOptions, NamedItems {}

export type Window = "5m" | "1h" | "1d" | "7d" | "30d";

export interface CrowdQuery {
  readonly window?: Window;
  readonly limit?: number;
  readonly offset?: number;
  readonly filter?: string;
  readonly category?: string;
  readonly country?: string;
  readonly include_metadata?: boolean;
}

export type Strategy =
  | "personal"
  | "profile"
  | "features"
  | "explore"
  | "cold_start"
  | "similar"
  | "trending"
  | "popular_now"
  | "popular"
  | "newest";

/** An item of the user's. */
export interface ItemReason {
  readonly item_id: string;
  /** What it adds to the score. */
  readonly contribution: number;
  /** Of the sum of all positive contributions. */
  readonly share: number;
}

/** A property of a new item, of an item that the cold-start rules chose, or of a user who is known by properties alone. */
export interface PropertyReason {
  readonly of: "item" | "user";
  /** The cold-start rule that reads the property. */
  readonly rule?: "community" | "tags" | "recency" | "popularity";
  readonly column: string;
  readonly value: string | number;
  readonly contribution: number;
  readonly share: number;
}

export interface RecommendedItem {
  readonly item_id: string;
  readonly score: number;
  readonly strategy: Strategy;
  /** Of a list that may explore: the probability that the position explores, or that it does not, whichever it did. */
  readonly propensity?: number;
  /** Of an interleaved list: the slot that picked the item. */
  readonly slot_id?: number;
  readonly reasons?: readonly (ItemReason | PropertyReason)[];
  readonly metadata?: Properties | null;
}

export interface Recommendations {
  readonly request_id: string;
  readonly items: readonly RecommendedItem[];
  /** Of the first item; null without items. */
  readonly strategy: Strategy | null;
  readonly total: number;
  readonly live_events: "used" | "late" | "failed" | "none";
  /** Why `items` is empty. */
  readonly reason?: "all_left_out" | "past_the_end" | "no_model";
  readonly warnings?: readonly string[];
  readonly model_id: number | null;
  readonly model_version: number | null;
  readonly slot_id: number | null;
  readonly slot_name: string | null;
  readonly propensity: number | null;
  /** The experiment that the list is part of. */
  readonly experiment_id?: number;
  /** Present while the project has a holdout: whether the person is in it. */
  readonly held_out?: boolean;
}

export interface BatchAnswer {
  readonly request_id: string;
  readonly answers: readonly Recommendations[];
}

/** What a user did with an item. */
export interface EdgewiseEvent {
  readonly type: string;
  readonly user_id: string;
  readonly item_id: string;
  readonly value?: number | null;
  /** Epoch number or ISO 8601; when the event arrives by default. */
  readonly time?: string | number | null;
  /** An event counts once, however often it is sent. */
  readonly event_id?: string | null;
  /** The `request_id` of the answer that led to the event. */
  readonly request_id?: string | null;
  readonly session_id?: string | null;
  readonly metadata?: Properties | null;
}

export interface EventsAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** The first 100 of the rejected events. */
  readonly errors: readonly {
    readonly position: number;
    readonly line?: number;
    readonly detail: readonly FieldProblem[];
  }[];
  readonly request_id: string;
}

export interface FieldProblem {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input?: unknown;
}

export interface ItemState {
  readonly properties?: Properties;
  /** A hidden item is in no list. */
  readonly hidden?: boolean;
  readonly created_at?: string | number;
}

/** One item of many. `deleted: true` deletes it. */
export interface BulkItem extends ItemState {
  readonly item_id: string;
  readonly deleted?: true;
}

export interface ItemsAnswer {
  readonly accepted: number;
  /** Accepted ones that were so already. */
  readonly unchanged: number;
  readonly rejected: number;
  /** The first 100 of the rejected items. */
  readonly errors: EventsAnswer["errors"];
  readonly request_id: string;
}

export interface UserMerge {
  readonly from: string;
  readonly to: string;
  /** Who both are in the end. */
  readonly user_id: string;
}

export interface User {
  readonly user_id: string;
  readonly properties: Properties;
  /** Epoch milliseconds; null for a user that only files know. */
  readonly updated_at: number | null;
}

export interface Item {
  readonly item_id: string;
  readonly properties: Properties;
  readonly hidden: boolean;
  readonly created_at: number | null;
  readonly updated_at: number | null;
}

export interface UserToken {
  readonly token: string;
  readonly user_id: string;
  /** ISO 8601. */
  readonly expires_at: string;
  readonly request_id: string;
}
