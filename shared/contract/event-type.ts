/** Types of events. */

/** Types with a meaning of their own. Any other name of the same form is a custom type. */
export const EVENT_TYPES = [
  "view",
  "click",
  "like",
  "comment",
  "purchase",
  "rating",
  "impression",
  "dislike",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export const EVENT_TYPE_FORM = /^[a-z][a-z0-9_.-]{0,63}$/;
export const EVENT_TYPE_TEXT =
  "An event type is 1 to 64 small letters, digits, hyphens, dots and underscores, and begins with a letter.";

/**
 * A type that may be stored: a client of another system may name any text. Types of settings have this form, too, so that they can name
 * them. No control characters, halves of surrogate pairs, spaces at the beginning and the end, commas and equals signs: those separate types in lists.
 */
export const STORED_TYPE_FORM =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it refuses
  /^(?![\s_])(?!.*\s$)(?:[^\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff,=]|[\ud800-\udbff][\udc00-\udfff]){1,64}$/;
export const STORED_TYPE_TEXT =
  "An event type is a text of 1 to 64 characters without commas, equals signs and control characters, and does not begin or end with a space, or begin with an underscore.";

/** What a shadow slot would have shown. */
export const SHADOW_IMPRESSION = "shadow_impression";
/** A list without items, of a person in an experiment; its `item_id` is a hyphen. */
export const EMPTY_LIST = "empty_list";
/** The platform alone writes events of these types. Nobody has seen an item. */
export const PLATFORM_EVENT_TYPES: readonly string[] = [SHADOW_IMPRESSION, EMPTY_LIST];
/**
 * What the platform writes in the metadata of impressions. A page could write there that another slot or model answered, or with another
 * probability, so these names are ignored in events of browser keys.
 */
export const PLATFORM_METADATA = [
  "slot_id",
  "model_id",
  "model_version",
  "propensity",
  "rate",
  "automatic",
  "explored",
  "position_propensity",
  "place_propensity",
  "experiment_id",
  "held_out",
  "ms",
  "cold",
  "score",
] as const;

/** Types that say nothing of what a person wants. */
export const SILENT_EVENT_TYPES: readonly string[] = ["impression", ...PLATFORM_EVENT_TYPES];

/** Of one event's weight, positive or negative. */
export const MAX_EVENT_WEIGHT = 1e6;
