/** What a column of an item or user table says of its row. */

/**
 * `title` and `text` are words; `category` is one value or a path of levels; `tags` a set of values; `flag` a tag in a column of its
 * own, 0 or 1; `ignored` says nothing, as ids and addresses do.
 */
export const FEATURE_TYPES = [
  "title",
  "text",
  "category",
  "tags",
  "flag",
  "number",
  "date",
  "ignored",
] as const;
export type FeatureType = (typeof FEATURE_TYPES)[number];

export interface FeatureColumn {
  readonly name: string;
  readonly type: FeatureType;
  /** Of `category`: what stands between the levels. Of `tags`: what separates values that come as one text. */
  readonly separator?: string;
}

/** The properties of one item or user by column; null, "" and an absent column mean that nothing is known. */
export type FeatureRow = Readonly<Record<string, unknown>>;
