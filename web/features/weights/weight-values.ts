/** What an interaction is worth, as form fields hold it. Pure. */

import type { ProjectResponse } from "#contract/project.ts";
import { BELOW_LIKES, WEIGHT_KINDS, WEIGHT_SCALES } from "#contract/weight-kinds.ts";
import { weightPreviewRequest } from "#contract/weight-report.ts";
import { weightRule, weightRuleProblem } from "#contract/weight-rule.ts";
import type { FieldErrors } from "../../api/api-error.ts";
import { t } from "../../words/words.ts";

const COLUMNS = ["weight_column", "event_type_column"] as const;
const CHOICES = ["weight_kind", "weight_scale", "below_likes"] as const;
const SCALE = ["rating_min", "rating_max", "likes_from"] as const;
const LIMITS = ["event_cap", "event_cap_quantile", "event_half_life_days"] as const;

const WEIGHT_FIELDS = [...COLUMNS, ...CHOICES, ...SCALE, ...LIMITS, "event_weights"] as const;
export type WeightField = (typeof WEIGHT_FIELDS)[number];
/** Texts; blank for a number or a column that is not set. */
export type WeightValues = Readonly<Record<WeightField, string>>;
export type WeightSettings = Pick<ProjectResponse, WeightField>;

/** What is stored: the part of a preview's request that names no data. */
export type WeightChoice = Partial<Omit<ReturnType<typeof weightPreviewRequest.parse>, "source" | "data">>;

export const kindOptions = () => WEIGHT_KINDS.map((value) => ({ value, label: t(`weights.kinds.${value}`) }));
export const scaleOptions = () =>
  WEIGHT_SCALES.map((value) => ({ value, label: t(`weights.scales.${value}`) }));
export const belowOptions = () =>
  BELOW_LIKES.map((value) => ({ value, label: t(`weights.belowLikes.${value}`) }));

export function toWeightValues(settings: WeightSettings): WeightValues {
  const text = (field: WeightField) => String(settings[field] ?? "");
  const texts = WEIGHT_FIELDS.map((field) => [field, text(field)] as const);
  const weights = Object.entries(settings.event_weights ?? {});
  return {
    ...(Object.fromEntries(texts) as Record<WeightField, string>),
    event_weights: weights.map(([type, weight]) => `${type} = ${weight}`).join("\n"),
  };
}

/** Whether a field matters with the others as they are; the form shows those alone. */
export function isAsked(field: WeightField, { weight_kind: kind }: WeightValues): boolean {
  if (field === "rating_min" || field === "rating_max") return kind === "ratings" || kind === "likes";
  if (field === "likes_from" || field === "below_likes") return kind === "likes";
  return field !== "weight_scale" || kind !== "likes";
}

/** The settings as the API takes them, or the errors by field. Fields that are not asked stay as they are stored. */
export function checkWeights(
  values: WeightValues,
  stored: WeightSettings,
): { readonly choice: WeightChoice } | { readonly problems: FieldErrors } {
  const asked = WEIGHT_FIELDS.filter((field) => isAsked(field, values));
  const weights = eventWeightsOf(values.event_weights);
  if (typeof weights === "string") return { problems: { event_weights: [weights] } };
  const sent = asked.map((field) => [field, values[field].trim() || null] as const);
  const parsed = weightPreviewRequest.safeParse({
    ...Object.fromEntries(sent),
    ...(values.weight_kind === "likes" && { weight_scale: "linear" }),
    event_weights: weights,
  });
  if (!parsed.success) {
    const found = parsed.error.issues.map(({ path, message }) => [String(path[0]), [message]] as const);
    return { problems: Object.fromEntries(found) };
  }
  const { source: _, data: __, ...choice } = parsed.data;
  const given = Object.entries({ ...stored, ...choice }).filter(([, value]) => value != null);
  const rule = weightRule.safeParse({ ...DEFAULTS, ...Object.fromEntries(given) });
  const problem = rule.success ? weightRuleProblem(rule.data) : null;
  return problem ? { problems: { [problem.field]: [problem.message] } } : { choice };
}

const DEFAULTS = { rating_min: 1, rating_max: 5, likes_from: 4 };

/** Weights by type, null for none, or what is wrong with a line. */
function eventWeightsOf(text: string): Record<string, number> | null | string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const weights = new Map<string, number>();
  for (const line of lines) {
    const [, type = "", weight] = /^\s*([^=]*?[^=\s])\s*[=:]\s*([+-]?\d+(?:\.\d+)?)\s*$/.exec(line) ?? [];
    if (weight === undefined) return t("weights.lineForm", line.trim());
    if (weights.has(type)) return t("weights.twice", type);
    weights.set(type, Number(weight));
  }
  return weights.size === 0 ? null : Object.fromEntries(weights);
}
