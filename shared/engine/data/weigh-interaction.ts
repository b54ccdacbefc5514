/** How much an interaction weighs by the number and the type that it has: the same in files, in events and in serving. */
import type { WeightRule } from "#contract/weight-rule.ts";

/** A rating below the one from which a project likes an item, where such rows are left out. Not an error. */
export const BELOW_LIKES_FROM = "is rated lower than a like";

export interface InteractionFacts {
  /** The number; NaN for one that cannot be read, undefined if there is none. */
  readonly value: number | undefined;
  /** The type of the event; undefined in a file without types. */
  readonly type: string | undefined;
  /** The weight of its type, 1 without a type. */
  readonly factor: number;
}

/**
 * The weight of an interaction, or what is wrong with its number: a predicate such as `has an amount of 0 or below`. Zero and below
 * is a dislike. With types, `ratings` and `likes` read the number of the type `rating` alone, the other kinds that of all other types;
 * an interaction whose number they do not read, or that has none, weighs as its type does.
 */
export function weighInteraction(
  rule: WeightRule,
  { value, type, factor }: InteractionFacts,
): number | string {
  const isRated = rule.weight_kind === "ratings" || rule.weight_kind === "likes";
  if (type === "rating") {
    if (value === undefined || !Number.isFinite(value)) return NOT_A_NUMBER;
    if (!isRated) return value * factor;
  } else if (value === undefined || (isRated && type !== undefined)) return factor;
  const counted = countOf(rule, value);
  return typeof counted === "number" ? counted * factor : counted;
}

const NOT_A_NUMBER = "has a weight that is not a number";

function countOf(rule: WeightRule, value: number): number | string {
  if (!Number.isFinite(value)) return NOT_A_NUMBER;
  switch (rule.weight_kind) {
    case "weights":
      return scaled(rule, value);
    case "ratings":
      return ratingProblem(rule, value) ?? scaled(rule, value);
    case "likes":
      return ratingProblem(rule, value) ?? liked(rule, value);
    case "counts":
      if (value > 0 && !Number.isInteger(value)) return "has a count that is not a whole number";
      return value > 0 ? scaled(rule, value) : "has a count of 0 or below";
    default:
      return value > 0 ? scaled(rule, value) : "has an amount of 0 or below";
  }
}

function ratingProblem({ rating_min: min, rating_max: max }: WeightRule, value: number): string | null {
  if (value < min) return `has a rating below ${min}, the rating_min of the scale`;
  return value > max ? `has a rating above ${max}, the rating_max of the scale` : null;
}

/** Seen alone weighs 0, as everything that is seen and not recommended. */
function liked({ likes_from: from, below_likes: below }: WeightRule, value: number): number | string {
  if (value >= from) return 1;
  return below === "seen" ? 0 : BELOW_LIKES_FROM;
}

/** log(1 + x) of a number above 0; a dislike stays what it is. */
function scaled({ weight_scale: scale }: WeightRule, value: number): number {
  return scale === "log" && value > 0 ? Math.log1p(value) : value;
}
