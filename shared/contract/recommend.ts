/** `POST /v1/recommend`, `/v1/similar`, `/v1/batch`, `GET /v1/popular` and `/v1/trending`: requests and answers. */
import * as z from "zod";
import { COLD_START_RULES } from "./cold-start.ts";
import { idAsText } from "./inference.ts";
import {
  MAX_BATCH_ITEMS,
  MAX_BATCH_REQUESTS,
  MAX_EXCLUDED_ITEMS,
  MAX_ITEM_REASONS,
  MAX_ITEM_TEXT,
  MAX_ITEM_WEIGHT,
  MAX_PREDICT_CUTOFF,
  MAX_PROFILE_ITEMS,
  MAX_REQUEST_PROPERTIES,
  MAX_REQUEST_RULE_LENGTH,
  MAX_REQUEST_RULES,
  MAX_SIMILAR_TO,
  MAX_TIME_MS,
} from "./limits.ts";
import { name256, rowId } from "./primitives.ts";
import { wholeNumber } from "./query-number.ts";

/**
 * Why an item is in its place, in the order of the strategies. `personal`: by the user's training history. `profile`: by history,
 * live events and the request. `features`: by properties, of the user alone, or of an item that is newer than the model. `explore`: to find out whether people want
 * it, as it is newer than the model and has few impressions. `cold_start`: by the project's rules for people with few interactions. `similar`: similar to recent items. `trending`: more events than in the window before. `popular_now`: many events in the window. `popular`: many users in
 * the training data. `newest`: newer than the model, the newest first.
 */
export const ITEM_STRATEGIES = [
  "personal",
  "profile",
  "features",
  "explore",
  "cold_start",
  "similar",
  "trending",
  "popular_now",
  "popular",
  "newest",
] as const;
export type ItemStrategy = (typeof ITEM_STRATEGIES)[number];

/** Why a list is empty. */
export const EMPTY_REASONS = ["all_left_out", "past_the_end", "no_model"] as const;
export type EmptyReason = (typeof EMPTY_REASONS)[number];

/**
 * Whether the profile has the user's events since the training: `late` if they did not come in time, `failed` if they could not be
 * read, `none` without a user.
 */
export const LIVE_EVENTS_STATES = ["used", "late", "failed", "none"] as const;
export type LiveEventsState = (typeof LIVE_EVENTS_STATES)[number];

const page = {
  limit: wholeNumber({ min: 1, max: MAX_PREDICT_CUTOFF }).default(10).meta({ default: 10 }),
  offset: wholeNumber({ min: 0, max: Number.MAX_SAFE_INTEGER }).default(0).meta({ default: 0 }),
};

const ruleText = z.string().max(MAX_REQUEST_RULE_LENGTH);
const properties = z
  .record(z.string(), z.unknown())
  .refine((given) => Object.keys(given).length <= MAX_REQUEST_PROPERTIES, {
    message: `More than ${MAX_REQUEST_PROPERTIES} properties`,
  });

const common = {
  ...page,
  exclude: z.array(idAsText).max(MAX_EXCLUDED_ITEMS).optional(),
  /** Only items for which this holds, in the language of docs/guides/rules.md. */
  filter: ruleText.optional(),
  /** Further rules of the request: boosts, pins and caps. One text, or several. */
  boost: z
    .union([ruleText, z.array(ruleText).max(MAX_REQUEST_RULES)])
    .transform((rules) => (typeof rules === "string" ? [rules] : rules))
    .optional(),
  /** What rules read as `user.…` and `context.…`. */
  user: properties.optional(),
  context: properties.optional(),
  /** 0: the best items; 1: the most different ones. */
  diversity: z.number().min(0).max(1).default(0),
  include_metadata: z.boolean().default(false),
  /** The name or id of a slot; by default the project's weights decide. */
  slot: z.union([rowId, name256]).optional(),
};

/** An item with its weight for the user, 1 by default. Zero and below: not liked, and left out. */
export const givenItem = z.strictObject({
  item_id: idAsText,
  weight: z.number().min(-MAX_ITEM_WEIGHT).max(MAX_ITEM_WEIGHT).default(1),
});

/** What the user did in this session; the type's weight is the item's. */
export const sessionItem = z.strictObject({
  item_id: idAsText,
  type: z.string().min(1).max(64).default("view"),
  /** Epoch milliseconds; now by default. */
  at: z.number().min(0).max(MAX_TIME_MS).optional(),
});
export type SessionItem = z.infer<typeof sessionItem>;

/** Items by their ids, or all items with exactly this title in the newest table of items. */
const namedItems = {
  item_ids: z.array(idAsText).min(1).max(MAX_SIMILAR_TO).optional(),
  title: z.string().min(1).max(MAX_ITEM_TEXT).optional(),
};
const namesItemsOnce = ({ item_ids, title }: { item_ids?: unknown; title?: unknown }): boolean =>
  (item_ids === undefined) !== (title === undefined);
const ONE_OF_BOTH = { message: "Send item_ids or title" };

/** Items that are similar to these share the places of the list with those for the user. */
export const similarTo = z
  .strictObject({
    ...namedItems,
    /** The share of the places, as long as there are similar items. */
    share: z.number().min(0).max(1).default(0.5),
  })
  .refine(namesItemsOnce, ONE_OF_BOTH);

export const recommendRequest = z.strictObject({
  user_id: idAsText.optional(),
  items: z.array(givenItem).max(MAX_PROFILE_ITEMS).optional(),
  session: z.array(sessionItem).max(MAX_PROFILE_ITEMS).optional(),
  similar_to: similarTo.optional(),
  ...common,
  /** How many of the user's items to name as reasons for each item. */
  reasons: wholeNumber({ min: 0, max: MAX_ITEM_REASONS }).default(0).meta({ default: 0 }),
});
export type RecommendRequest = z.infer<typeof recommendRequest>;

export const similarRequest = z
  .strictObject({ ...namedItems, ...common })
  .refine(namesItemsOnce, ONE_OF_BOTH);
export type SimilarRequest = z.infer<typeof similarRequest>;

/** Each request has one of both. */
export const batchRequest = z
  .strictObject({
    requests: z
      .array(z.union([recommendRequest, similarRequest]))
      .min(1)
      .max(MAX_BATCH_REQUESTS),
  })
  .refine(({ requests }) => requests.reduce((sum, { limit }) => sum + limit, 0) <= MAX_BATCH_ITEMS, {
    path: ["requests"],
    message: `The limits of all requests add up to more than ${MAX_BATCH_ITEMS}.`,
  });
export type BatchRequest = z.infer<typeof batchRequest>;

export const POPULAR_WINDOWS = ["5m", "1h", "1d", "7d", "30d"] as const;
export type PopularWindow = (typeof POPULAR_WINDOWS)[number];

/** What an event may name in its metadata. */
const eventGroup = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => !text.includes("\n"), { message: "A line feed is not allowed" })
  .optional();

const crowdQuery = z.object({
  ...page,
  include_metadata: z.enum(["true", "false"]).default("false"),
  filter: ruleText.optional(),
  /** Only events with this `metadata.category`, or this `metadata.country`, count; one of both. */
  category: eventGroup,
  country: eventGroup,
});

const isOneGroup = ({ category, country }: { category?: string | undefined; country?: string | undefined }) =>
  category === undefined || country === undefined;
const ONE_GROUP = { path: ["country"], message: "Send a category or a country, not both" };

export const popularQuery = crowdQuery
  .extend({
    /** Events of this time come first. */
    window: z.enum(POPULAR_WINDOWS).default("7d"),
  })
  .refine(isOneGroup, ONE_GROUP);

export const trendingQuery = crowdQuery
  .extend({
    /** Compared with as much time before it. */
    window: z.enum(POPULAR_WINDOWS).default("1d"),
  })
  .refine(isOneGroup, ONE_GROUP);

const weightOfReason = {
  /** What it adds to the score; of models whose scores are no sum over the user's items, how similar both items are. */
  contribution: z.number(),
  /** Of the sum of all positive contributions. */
  share: z.number(),
};
/** An item of the user's. */
export const itemReason = z.object({ item_id: z.string(), ...weightOfReason });
/** A property of a new item, of an item that the cold-start rules chose, or of a user who is known by properties alone. */
export const propertyReason = z.object({
  of: z.enum(["item", "user"]),
  /** The cold-start rule that reads the property. */
  rule: z.enum(COLD_START_RULES).optional(),
  column: z.string(),
  value: z.union([z.string(), z.number()]),
  ...weightOfReason,
});

export const recommendedItem = z.object({
  item_id: z.string(),
  /**
   * The model's score. For `popular` the number of users, for `popular_now` of events, for `trending` the growth; 0 where these fill
   * another list.
   */
  score: z.number(),
  strategy: z.enum(ITEM_STRATEGIES),
  /** Of an interleaved list: the slot that picked the item. */
  slot_id: z.number().int().nonnegative().optional(),
  /** Of a list that may explore: the probability that the position explores, or that it does not, whichever it did. */
  propensity: z.number().min(0).max(1).optional(),
  reasons: z.array(z.union([itemReason, propertyReason])).optional(),
  metadata: z.record(z.string(), z.unknown()).nullable().optional(),
});
export type V1Item = z.infer<typeof recommendedItem>;

export const recommendResponse = z.object({
  request_id: z.string(),
  items: z.array(recommendedItem),
  /** Of the first item; null without items. */
  strategy: z.enum(ITEM_STRATEGIES).nullable(),
  /** Items of all pages. */
  total: z.number().int().nonnegative(),
  live_events: z.enum(LIVE_EVENTS_STATES),
  /** Only if `items` is empty. */
  reason: z.enum(EMPTY_REASONS).optional(),
  /** Rules that were left out, and values of the request whose type no rule could use. Only if there are any. */
  warnings: z.array(z.string()).optional(),
  /** Null if the project has no model. */
  model_id: rowId.nullable(),
  /** Its number within the project; null if unknown. */
  model_version: z.number().int().positive().nullable(),
  slot_id: z.number().int().nonnegative().nullable(),
  slot_name: z.string().nullable(),
  /** The probability that this request gets this slot; 1 if the request names it. */
  propensity: z.number().min(0).max(1).nullable(),
  /** The experiment that the list is part of. */
  experiment_id: rowId.optional(),
  /** Present while the project has a holdout: whether the person is in it. */
  held_out: z.boolean().optional(),
});
export type RecommendResponse = z.infer<typeof recommendResponse>;

/** One answer for each request, in their order. */
export const batchResponse = z.object({ request_id: z.string(), answers: z.array(recommendResponse) });
export type BatchResponse = z.infer<typeof batchResponse>;
