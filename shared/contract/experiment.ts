/** Experiments: two and more slots against each other, one list of two slots, and a group of people without personal lists. */
import * as z from "zod";
import { REPORT_METHODS, REPORT_METRICS } from "./ab-test.ts";
import { SILENT_EVENT_TYPES, STORED_TYPE_FORM, STORED_TYPE_TEXT } from "./event-type.ts";
import { choice, float, jsonList, jsonObject, reference, text, textList } from "./field.ts";
import { name256, rowId, timestamp } from "./primitives.ts";

export const EXPERIMENT_KINDS = ["ab", "interleave", "holdout"] as const;
export type ExperimentKind = (typeof EXPERIMENT_KINDS)[number];

export const EXPERIMENT_STATUSES = ["DRAFT", "RUNNING", "COMPLETED"] as const;
export type ExperimentStatus = (typeof EXPERIMENT_STATUSES)[number];

export const ALLOCATIONS = ["fixed", "thompson"] as const;
export type Allocation = (typeof ALLOCATIONS)[number];

export const MAX_VARIANTS = 10;
/** Of people who get the baseline. */
export const MAX_HELD_OUT = 0.5;
const MAX_CONVERSION_TYPES = 20;
const MAX_WEIGHT = 1e6;

/** What a list of variants has to be, whatever the kind. */
const variant = z.strictObject({
  /** Null for popular items, in a holdout only. */
  slot: rowId.nullable(),
  weight: z.number().positive().max(MAX_WEIGHT).default(1),
});
export type Variant = z.infer<typeof variant>;

/** Bounds of what no variant may do to people. */
export const guardrails = z.strictObject({
  /** 95 % of the lists take less, milliseconds. */
  latency_p95_ms: z.number().positive().max(60_000).nullish(),
  /** The most empty lists, as a share. */
  empty_share: z.number().min(0).max(1).nullish(),
  /** The fewest different items that a variant shows. */
  items_shown: z.number().int().positive().nullish(),
});
export type Guardrails = z.infer<typeof guardrails>;

function problemOf(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = issue?.path.join(".") ?? "";
  return place === "" ? (issue?.message ?? "") : `${place}: ${issue?.message}`;
}

const VARIANTS_TEXT = 'Must be a list of variants, the control first, such as {"slot": 3, "weight": 1}.';
const variantsField = jsonList(VARIANTS_TEXT).transform((given, context) => {
  const checked = z.array(variant).min(1).max(MAX_VARIANTS).safeParse(given);
  if (checked.success) return checked.data;
  context.issues.push({ code: "custom", message: problemOf(checked.error), input: given });
  return z.NEVER;
});
const guardrailsField = jsonObject("Must be an object of bounds.").transform((given, context) => {
  const checked = guardrails.safeParse(given);
  if (checked.success) return checked.data;
  context.issues.push({ code: "custom", message: problemOf(checked.error), input: given });
  return z.NEVER;
});

export const experimentRequest = z.strictObject({
  project: reference(),
  name: text({ max: 256 }),
  kind: choice(EXPERIMENT_KINDS, {
    ab: "each person gets the lists of one slot",
    interleave: "each list is made of two slots in turns",
    holdout: "a share of people gets popular items, or one slot",
  }).default("ab"),
  /** The control first. Interleaving takes two. A holdout takes one, whose weight is the share of people. */
  variants: variantsField,
  allocation: choice(ALLOCATIONS, {
    fixed: "the weights of the variants are their shares",
    thompson: "better variants get more people as the experiment goes on",
  }).default("fixed"),
  /** The least share of a variant with `thompson`. */
  floor: float({ min: 0, max: 0.5 }).default(0.1),
  /** Types of events that are conversions. */
  conversion_types: textList({
    notAList: "Must be a list of types of events.",
    max: MAX_CONVERSION_TYPES,
    check: (types) => {
      if (types.length === 0) return "Name at least one type.";
      const wrong = types.find((type) => !STORED_TYPE_FORM.test(type));
      if (wrong !== undefined) return STORED_TYPE_TEXT;
      const silent = types.find((type) => SILENT_EVENT_TYPES.includes(type));
      return silent === undefined ? null : `"${silent}" says nothing of what a person wants.`;
    },
  }).default(["click"]),
  metric: choice(REPORT_METRICS).default("conversion"),
  confidence_level: float({ min: 0.5, max: 0.999 }).default(0.95),
  guardrails: guardrailsField.default({}),
});
export type ExperimentRequest = z.infer<typeof experimentRequest>;

export const experimentResponse = z.object({
  id: rowId,
  project: rowId,
  name: name256,
  kind: z.enum(EXPERIMENT_KINDS),
  status: z.enum(EXPERIMENT_STATUSES),
  variants: z.array(variant),
  allocation: z.enum(ALLOCATIONS),
  floor: z.number(),
  conversion_types: z.array(z.string()),
  metric: z.enum(REPORT_METRICS),
  confidence_level: z.number(),
  guardrails,
  /** The shares of the variants now; empty before the start. */
  shares: z.array(z.number()),
  started_at: timestamp.nullable(),
  ended_at: timestamp.nullable(),
  winner_slot: rowId.nullable(),
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type ExperimentResponse = z.infer<typeof experimentResponse>;

const MAX_REASON = 1_000;
/** Why, for the audit log. */
export const reason = text({ max: MAX_REASON });
export const stepRequest = z.strictObject({ reason: reason.optional() });
export const promoteRequest = z.strictObject({ slot: reference(), reason });
export const rollBackRequest = z.strictObject({ reason });

export const experimentReportQuery = z.object({
  method: z.enum(REPORT_METHODS).default("sequential"),
  metric: z.enum(REPORT_METRICS).optional(),
  /** The effect that one wants to find, as a share of the control: it says how long the experiment has to run. */
  effect: z.coerce.number().positive().max(10).default(0.05),
});
export type ExperimentReportQuery = z.infer<typeof experimentReportQuery>;

export const planQuery = z.object({
  effect: z.coerce.number().positive().max(10).default(0.05),
  power: z.coerce.number().min(0.5).max(0.99).default(0.8),
  /** The past that says how people act. */
  days: z.coerce.number().int().min(1).max(90).default(14),
  method: z.enum(["sequential", "fixed"]).default("sequential"),
});
export type PlanQuery = z.infer<typeof planQuery>;

export const experimentPlan = z.object({
  /** People who saw lists in that time, and how they did. */
  days: z.number().int(),
  people: z.number().int(),
  people_per_day: z.number(),
  mean: z.number(),
  /** People of all variants together that show the effect; null if none are enough. */
  people_needed: z.number().int().nullable(),
  days_needed: z.number().nullable(),
  /** The smallest effect that as many people show as come in 7, 14 and 28 days. */
  detectable: z.array(z.object({ days: z.number().int(), effect: z.number().nullable() })),
  advice: z.string(),
});
export type ExperimentPlan = z.infer<typeof experimentPlan>;

export const EXPERIMENT_VERDICTS = [
  "guardrail",
  "mismatch",
  "too_early",
  "better",
  "worse",
  "undecided",
  "no_difference",
] as const;
export type ExperimentVerdict = (typeof EXPERIMENT_VERDICTS)[number];

const interval = z.object({ estimate: z.number(), low: z.number(), high: z.number() });
const reportedVariant = z.object({
  /** Null for popular items, and for everybody outside of a holdout. */
  slot: rowId.nullable(),
  /** The share of people that it should have, over all periods. */
  share: z.number(),
  people: z.number().int(),
  lists: z.number().int(),
  conversion: z.number(),
  per_list: z.number(),
  revenue: z.number(),
  latency_p95_ms: z.number().nullable(),
  empty_share: z.number().nullable(),
  /** Different items that it showed, to about 2 %. */
  items_shown: z.number().int(),
  /** Against the control; null for the control, and without figures to compare. */
  relative: interval.nullable(),
  absolute: interval.nullable(),
  p_value: z.number().nullable(),
  win_probability: z.number().nullable(),
  risk: z.object({ control: z.number(), variant: z.number() }).nullable(),
  verdict: z.enum(EXPERIMENT_VERDICTS).nullable(),
});
export type ReportedVariant = z.infer<typeof reportedVariant>;

export const experimentReport = z.object({
  kind: z.enum(EXPERIMENT_KINDS),
  method: z.enum(REPORT_METHODS),
  metric: z.enum(REPORT_METRICS),
  from: timestamp,
  to: timestamp,
  variants: z.array(reportedVariant),
  /** Of interleaving: from −1, people take from the first slot alone, to 1, from the second alone. Null for other kinds. */
  preference: z
    .object({
      people: z.number().int(),
      credits: z.array(z.number().int()).length(2),
      interval: interval.nullable(),
      p_value: z.number().nullable(),
    })
    .nullable(),
  left_out: z.object({
    mixed: z.number().int(),
    robots: z.number().int(),
    /** Two users who are one: the slot of each is drawn by itself. */
    merged: z.number().int(),
  }),
  /** The share of people that the figures are of, by hash; below 1 for very many people. */
  sampled: z.number(),
  /** Periods with shares of their own. */
  periods: z.number().int(),
  sample_ratio_p: z.number().nullable(),
  minimum_detectable_effect: z.number().nullable(),
  days_left: z.number().nullable(),
  breaches: z.array(
    z.object({ slot: rowId.nullable(), guardrail: z.string(), value: z.number(), bound: z.number() }),
  ),
  /** What happened to the slots meanwhile. */
  warnings: z.array(z.string()),
  verdict: z.enum(EXPERIMENT_VERDICTS),
  /** The slot that the verdict is about. */
  best: rowId.nullable(),
  advice: z.string(),
});
export type ExperimentReport = z.infer<typeof experimentReport>;
