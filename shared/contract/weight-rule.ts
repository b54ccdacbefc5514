/** What the numbers of a project's interactions are, and how they become weights. */
import * as z from "zod";
import { BELOW_LIKES, WEIGHT_KINDS, WEIGHT_SCALES } from "./weight-kinds.ts";

/** Of a rating. */
export const MAX_RATING = 1e6;

export const weightRule = z.object({
  weight_kind: z.enum(WEIGHT_KINDS),
  weight_scale: z.enum(WEIGHT_SCALES),
  /** The ends of the scale of `ratings` and `likes`; numbers outside of it are wrong. */
  rating_min: z.number(),
  rating_max: z.number(),
  likes_from: z.number(),
  below_likes: z.enum(BELOW_LIKES),
});
export type WeightRule = z.infer<typeof weightRule>;

export const DEFAULT_WEIGHT_RULE: WeightRule = {
  weight_kind: "weights",
  weight_scale: "linear",
  rating_min: 1,
  rating_max: 5,
  likes_from: 4,
  below_likes: "drop",
};

/** The rule in settings that may have more fields, or lack some; null if numbers are weights as they are. */
export function weightRuleOf(settings: Partial<WeightRule> | null | undefined): WeightRule | null {
  const rule = weightRule.parse({ ...DEFAULT_WEIGHT_RULE, ...settings });
  return rule.weight_kind === "weights" && rule.weight_scale === "linear" ? null : rule;
}

export interface WeightRuleProblem {
  readonly field: keyof WeightRule;
  readonly message: string;
}

/** What contradicts itself in a rule; null if nothing does. */
export function weightRuleProblem(rule: WeightRule): WeightRuleProblem | null {
  const { weight_kind: kind, rating_min: min, rating_max: max, likes_from: from } = rule;
  if (min >= max) {
    return { field: "rating_max", message: `The scale of ratings ends above its begin, ${min}.` };
  }
  if (kind !== "likes") return null;
  if (from <= min || from > max) {
    return {
      field: "likes_from",
      message: `Likes begin above ${min} and at most at ${max}, on the scale of ratings.`,
    };
  }
  if (rule.weight_scale === "linear") return null;
  return { field: "weight_scale", message: "Likes all weigh 1, so a logarithm says nothing." };
}
