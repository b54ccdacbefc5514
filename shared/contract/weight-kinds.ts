/** The choices of what numbers of interactions are, with their names. */

/**
 * What a number says:
 * - weights: itself, zero and below is a dislike
 * - ratings: a grade on a scale, which is the weight
 * - likes: a grade on a scale; from `likes_from` up the interaction weighs 1
 * - counts: how often, a whole number above 0
 * - hours, revenue: an amount above 0
 */
export const WEIGHT_KINDS = ["weights", "ratings", "likes", "counts", "hours", "revenue"] as const;
export type WeightKind = (typeof WEIGHT_KINDS)[number];
export const WEIGHT_KIND_NAMES: Readonly<Record<WeightKind, string>> = {
  weights: "Weights as they are",
  ratings: "Ratings on a scale",
  likes: "Ratings that become likes",
  counts: "How often",
  hours: "How many hours",
  revenue: "How much money",
};

/** What happens to a rating below `likes_from`: its row is left out, or its item counts as seen and is not recommended. */
export const BELOW_LIKES = ["drop", "seen"] as const;
export type BelowLikes = (typeof BELOW_LIKES)[number];
export const BELOW_LIKES_NAMES: Readonly<Record<BelowLikes, string>> = {
  drop: "Left out",
  seen: "Seen, and not recommended",
};

/** log: log(1 + x) in place of a number x above 0. */
export const WEIGHT_SCALES = ["linear", "log"] as const;
export const WEIGHT_SCALE_NAMES = { linear: "As it is", log: "log(1 + x)" } as const;
