/** What the numbers of a weight column are, and how much they may weigh; the same for every command that reads interactions. */

import { BELOW_LIKES, WEIGHT_KINDS, WEIGHT_SCALES } from "#contract/weight-kinds.ts";
import {
  DEFAULT_WEIGHT_RULE,
  type WeightRule,
  weightRuleOf,
  weightRuleProblem,
} from "#contract/weight-rule.ts";
import type { DatasetRules } from "#engine/data/dataset-rules.ts";
import { decimal, oneOf, type Values } from "./command-line.ts";
import { UsageError } from "./usage-error.ts";

export const WEIGHT_OPTIONS = {
  "weight-kind": {
    type: "string",
    value: WEIGHT_KINDS.join("|"),
    help: "what the weight column holds; weights as they are by default",
  },
  "weight-scale": { type: "string", value: WEIGHT_SCALES.join("|"), help: "log: log(1 + x) of every number" },
  "rating-min": { type: "string", value: "N", help: "begin of the scale of ratings, 1 by default" },
  "rating-max": { type: "string", value: "N", help: "end of the scale of ratings, 5 by default" },
  "likes-from": {
    type: "string",
    value: "N",
    help: "the lowest rating that is a like, with --weight-kind likes; 4 by default",
  },
  "below-likes": {
    type: "string",
    value: BELOW_LIKES.join("|"),
    help: "rows rated lower: left out by default, or seen and not recommended",
  },
  cap: { type: "string", value: "N", help: "the most that all interactions of a user with an item weigh" },
  "cap-quantile": {
    type: "string",
    value: "Q",
    help: "caps weights of pairs at this quantile, such as 0.99",
  },
} as const;

type WeightValues = Values<typeof WEIGHT_OPTIONS>;

/** Which option sets a field of the rule. */
const OPTION_OF: Readonly<Record<keyof WeightRule, keyof typeof WEIGHT_OPTIONS>> = {
  weight_kind: "weight-kind",
  weight_scale: "weight-scale",
  rating_min: "rating-min",
  rating_max: "rating-max",
  likes_from: "likes-from",
  below_likes: "below-likes",
};

/** The rule of the options; null for weights as they are. Throws `UsageError` for options that are wrong, alone or together. */
export function weightRuleIn(values: WeightValues, hasColumn: boolean): WeightRule | null {
  const given = Object.values(OPTION_OF).find((name) => values[name] !== undefined);
  if (given === undefined) return null;
  if (!hasColumn) throw new UsageError(`--${given} needs --weight-column.`);
  const number = (name: "rating-min" | "rating-max" | "likes-from", usual: number) => {
    const text = values[name];
    return text === undefined ? usual : decimal(name, text, Number.NEGATIVE_INFINITY);
  };
  const { "weight-kind": kind, "weight-scale": scale, "below-likes": below } = values;
  const usual = DEFAULT_WEIGHT_RULE;
  const rule: WeightRule = {
    weight_kind: kind === undefined ? usual.weight_kind : oneOf("weight-kind", kind, WEIGHT_KINDS),
    weight_scale: scale === undefined ? usual.weight_scale : oneOf("weight-scale", scale, WEIGHT_SCALES),
    rating_min: number("rating-min", usual.rating_min),
    rating_max: number("rating-max", usual.rating_max),
    likes_from: number("likes-from", usual.likes_from),
    below_likes: below === undefined ? usual.below_likes : oneOf("below-likes", below, BELOW_LIKES),
  };
  refuseUnused(values, rule);
  const problem = weightRuleProblem(rule);
  if (problem) throw new UsageError(`--${OPTION_OF[problem.field]}: ${problem.message}`);
  return weightRuleOf(rule);
}

/** An option without an effect is a mistake. */
function refuseUnused(values: WeightValues, { weight_kind: kind }: WeightRule): void {
  const forLikes = (["likes-from", "below-likes"] as const).find((name) => values[name] !== undefined);
  if (forLikes && kind !== "likes") throw new UsageError(`--${forLikes} needs --weight-kind likes.`);
  const forRatings = (["rating-min", "rating-max"] as const).find((name) => values[name] !== undefined);
  if (forRatings && kind !== "likes" && kind !== "ratings") {
    throw new UsageError(`--${forRatings} needs --weight-kind ratings or likes.`);
  }
}

/** The caps of the options. */
export function capsIn(values: WeightValues): Pick<DatasetRules, "maxWeight" | "capQuantile"> {
  const { cap, "cap-quantile": quantile } = values;
  const maxWeight = cap === undefined ? undefined : decimal("cap", cap, 0);
  if (maxWeight === 0) throw new UsageError("--cap must be above 0.");
  return {
    ...(maxWeight !== undefined && { maxWeight }),
    ...(quantile !== undefined && { capQuantile: decimal("cap-quantile", quantile, 0.5, 1) }),
  };
}
