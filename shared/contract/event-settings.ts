/** What a project says of its interactions: which items count as seen, and how much an interaction counts. */
import * as z from "zod";
import { MAX_EVENT_WEIGHT, SILENT_EVENT_TYPES, STORED_TYPE_FORM, STORED_TYPE_TEXT } from "./event-type.ts";
import type { OwnEventWeights } from "./event-weight.ts";
import { choice, float, integer, jsonObject, textList } from "./field.ts";
import { SEEN_RULES } from "./seen-rules.ts";
import {
  BELOW_LIKES,
  BELOW_LIKES_NAMES,
  WEIGHT_KIND_NAMES,
  WEIGHT_KINDS,
  WEIGHT_SCALE_NAMES,
  WEIGHT_SCALES,
} from "./weight-kinds.ts";
import { DEFAULT_WEIGHT_RULE, MAX_RATING, weightRule, weightRuleProblem } from "./weight-rule.ts";

const MAX_DAYS = 36_500;
const MAX_TYPES = 100;
const MIN_HALF_LIFE_DAYS = 0.01;
const MIN_CAP = 0.001;
/** A smaller quantile would cap more than half of the pairs. */
const MIN_CAP_QUANTILE = 0.5;

function typesProblem(types: readonly string[]): string | null {
  if (types.length === 0) return "Name at least one event type, or send null for all.";
  const wrong = types.find((type) => !STORED_TYPE_FORM.test(type));
  return wrong === undefined ? null : `"${wrong}": ${STORED_TYPE_TEXT}`;
}

/** The problem with weights by event type, or null. */
export function weightsProblem(weights: Readonly<Record<string, unknown>>): string | null {
  const entries = Object.entries(weights);
  if (entries.length > MAX_TYPES) return `Weights are for at most ${MAX_TYPES} event types.`;
  for (const [type, weight] of entries) {
    if (!STORED_TYPE_FORM.test(type)) return `"${type.slice(0, 100)}": ${STORED_TYPE_TEXT}`;
    const isWeight = typeof weight === "number" && Math.abs(weight) <= MAX_EVENT_WEIGHT;
    if (!isWeight) return `${type}: a weight is a number from -${MAX_EVENT_WEIGHT} to ${MAX_EVENT_WEIGHT}.`;
    if (SILENT_EVENT_TYPES.includes(type))
      return `${type}: showing an item says nothing of what a person wants.`;
    if (type === "dislike" && weight >= 0) return "dislike: its weight must be below 0.";
  }
  return null;
}

const weights = jsonObject("Must be an object of weights by event type.").transform((given, context) => {
  const problem = weightsProblem(given);
  if (problem === null) return given as OwnEventWeights;
  context.issues.push({ code: "custom", message: problem, input: given });
  return z.NEVER;
});

/** All fields are optional; null sets the default again. */
export const eventSettingsRequest = z.object({
  /** When an item that a person has seen may be recommended to them again. */
  seen_rule: choice(SEEN_RULES, {
    never: "Never again",
    after_days: "Again after some days",
    always: "At any time",
  }).nullish(),
  /** For `after_days`. */
  seen_days: integer({ min: 1, max: MAX_DAYS }).nullish(),
  /** The event types after which an item counts as seen; null: all that say something good of it. */
  seen_types: textList({
    notAList: "Must be a list of event types.",
    max: MAX_TYPES,
    check: typesProblem,
  }).nullish(),
  /** By type, instead of the usual weights or in addition to them. 0: such events do not count. */
  event_weights: weights.nullish(),
  /** The most that all interactions of a person with an item weigh together, in data that are read from now on. */
  event_cap: float({ min: MIN_CAP, max: MAX_EVENT_WEIGHT }).nullish(),
  /** The cap is at most this quantile of the weights of all pairs of a person and an item: 0.99 caps a hundredth of them. */
  event_cap_quantile: float({ min: MIN_CAP_QUANTILE, max: 1 }).nullish(),
  /** Days after which an interaction counts half, in data that are read from now on. */
  event_half_life_days: float({ min: MIN_HALF_LIFE_DAYS, max: MAX_DAYS }).nullish(),
  /** Days for which events are kept, at most those of the deployment. */
  event_retention_days: integer({ min: 1, max: MAX_DAYS }).nullish(),
  /** What the numbers in `weight_column`, and the values of events, are. */
  weight_kind: choice(WEIGHT_KINDS, WEIGHT_KIND_NAMES).nullish(),
  weight_scale: choice(WEIGHT_SCALES, WEIGHT_SCALE_NAMES).nullish(),
  /** The ends of the scale of ratings, for `ratings` and `likes`. */
  rating_min: float({ min: -MAX_RATING, max: MAX_RATING }).nullish(),
  rating_max: float({ min: -MAX_RATING, max: MAX_RATING }).nullish(),
  /** For `likes`: the lowest rating that is a like, and what happens to rows below it. */
  likes_from: float({ min: -MAX_RATING, max: MAX_RATING }).nullish(),
  below_likes: choice(BELOW_LIKES, BELOW_LIKES_NAMES).nullish(),
});
export type EventSettingsRequest = z.infer<typeof eventSettingsRequest>;

export const eventSettingsResponse = z.object({
  seen_rule: z.enum(SEEN_RULES),
  seen_days: z.number().int().nullable(),
  seen_types: z.array(z.string()).nullable(),
  /** Those that the project has set. */
  event_weights: z.record(z.string(), z.number()),
  event_cap: z.number().nullable(),
  event_half_life_days: z.number().nullable(),
  event_retention_days: z.number().int().nullable(),
  event_cap_quantile: z.number().nullable(),
  ...weightRule.shape,
});

/** The settings in force. */
export type EventSettings = z.infer<typeof eventSettingsResponse>;

export const DEFAULT_EVENT_SETTINGS: EventSettings = {
  seen_rule: "never",
  seen_days: null,
  seen_types: null,
  event_weights: {},
  event_cap: null,
  event_half_life_days: null,
  event_retention_days: null,
  event_cap_quantile: null,
  ...DEFAULT_WEIGHT_RULE,
};

export const EVENT_SETTING_FIELDS = Object.keys(DEFAULT_EVENT_SETTINGS) as readonly (keyof EventSettings)[];

/** The settings with those of a request. Null if the request has none. */
export function changedEventSettings(
  before: EventSettings | null,
  request: EventSettingsRequest,
): EventSettings | null {
  const given = EVENT_SETTING_FIELDS.filter((field) => request[field] !== undefined);
  if (given.length === 0) return null;
  const changes = given.map((field) => [field, request[field] ?? DEFAULT_EVENT_SETTINGS[field]]);
  return { ...DEFAULT_EVENT_SETTINGS, ...before, ...Object.fromEntries(changes) };
}

/** What contradicts itself in settings, by field; null if nothing does. */
export function eventSettingsProblem(
  settings: EventSettings,
): { readonly field: keyof EventSettings; readonly message: string } | null {
  const { seen_rule, seen_days } = settings;
  if (seen_rule === "after_days" && seen_days === null) {
    return { field: "seen_days", message: "Say after how many days an item may be recommended again." };
  }
  return weightRuleProblem(settings);
}
