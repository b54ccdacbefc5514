/** Tests of two slots against each other, with Recotem's fields and texts. */
import * as z from "zod";
import { choiceWith, float, integer, reference } from "./field.ts";
import { name256, rowId, timestamp } from "./primitives.ts";

export const AB_TEST_STATUSES = ["DRAFT", "RUNNING", "COMPLETED", "CANCELLED"] as const;
export type AbTestStatus = (typeof AB_TEST_STATUSES)[number];

/** What counts as a conversion: clicks, purchases, or both. */
export const AB_METRICS = ["ctr", "purchase_rate", "conversion_rate"] as const;
export type AbMetric = (typeof AB_METRICS)[number];

export const abTestRequest = z.object({
  project: reference(),
  name: name256,
  control_slot: reference(),
  variant_slot: reference(),
  target_metric_name: choiceWith(
    AB_METRICS,
    (given) => `Invalid metric '${given}'. Valid options: ${AB_METRICS.join(", ")}`,
  ).default("ctr"),
  /** Impressions of both slots from which the results say `sufficient_data`. */
  min_sample_size: integer().default(1_000),
  confidence_level: float({ min: 0.5, max: 0.99 }).default(0.95),
});
export type AbTestRequest = z.infer<typeof abTestRequest>;

export const abTestResponse = z.object({
  id: rowId,
  project: rowId,
  name: z.string(),
  status: z.enum(AB_TEST_STATUSES),
  control_slot: rowId,
  variant_slot: rowId,
  target_metric_name: z.enum(AB_METRICS),
  min_sample_size: z.number().int(),
  confidence_level: z.number(),
  started_at: timestamp.nullable(),
  ended_at: timestamp.nullable(),
  winner_slot: rowId.nullable(),
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type AbTestResponse = z.infer<typeof abTestResponse>;

/** The two-proportion z-test over conversion events. `lift` is in percent, the interval is of variant − control. */
export const abTestResults = z.object({
  /** Requests: impressions of one request count once. */
  control_impressions: z.number().int(),
  /** Events, each counted. */
  control_conversions: z.number().int(),
  control_rate: z.number(),
  variant_impressions: z.number().int(),
  variant_conversions: z.number().int(),
  variant_rate: z.number(),
  z_score: z.number(),
  p_value: z.number(),
  significant: z.boolean(),
  lift: z.number(),
  confidence_interval: z.array(z.number()).length(2),
  min_sample_size: z.number().int(),
  sufficient_data: z.boolean(),
});
export type AbTestResults = z.infer<typeof abTestResults>;

export const promoteWinnerRequest = z.object({ slot_id: z.unknown().optional() });
export const promotedResponse = z.object({ status: z.literal("promoted"), winner_slot_id: rowId });
/** A refused step of a test. */
export const abTestRefusal = z.object({ error: z.string() });

/** How a report decides. `sequential` stays right however often one looks; `fixed` is for one look at the end; `bayesian` gives probabilities. */
export const REPORT_METHODS = ["sequential", "fixed", "bayesian"] as const;
export type ReportMethod = (typeof REPORT_METHODS)[number];

/** What is compared: people with a conversion, lists with one, or the values of a person's conversions together. */
export const REPORT_METRICS = ["conversion", "per_list", "revenue"] as const;
export type ReportMetric = (typeof REPORT_METRICS)[number];

export const abTestReportQuery = z.object({
  method: z.enum(REPORT_METHODS).default("sequential"),
  metric: z.enum(REPORT_METRICS).default("conversion"),
  /** The effect that one wants to find, as a share of the control: it says how long the test has to run. */
  effect: z.coerce.number().positive().max(10).default(0.05),
});
export type AbTestReportQuery = z.infer<typeof abTestReportQuery>;

/** What a report advises. */
export const REPORT_VERDICTS = [
  "mismatch",
  "too_early",
  "better",
  "worse",
  "undecided",
  "no_difference",
] as const;
export type ReportVerdict = (typeof REPORT_VERDICTS)[number];

const interval = z.object({ estimate: z.number(), low: z.number(), high: z.number() });
const reportVariant = z.object({
  slot: rowId,
  people: z.number().int(),
  lists: z.number().int(),
  /** Mean of each metric over the people of the variant. */
  conversion: z.number(),
  per_list: z.number(),
  revenue: z.number(),
});

/**
 * What conversion events and live events say of a test, person by person. A person is in the variant whose lists they saw; who saw lists of both
 * is in none. Means of `conversion` and `revenue` are adjusted by what people did in the four weeks before the test.
 */
export const abTestReport = z.object({
  method: z.enum(REPORT_METHODS),
  metric: z.enum(REPORT_METRICS),
  from: timestamp,
  to: timestamp,
  control: reportVariant,
  variant: reportVariant,
  /** People who saw lists of both, callers with too many lists for a person, and people who are two users. */
  left_out: z.object({ mixed: z.number().int(), robots: z.number().int(), merged: z.number().int() }),
  /** The share of people that the figures are of; below 1 for very large tests. */
  sampled: z.number(),
  /** How likely such numbers of people are with the slots' weights. Null if the weights have changed, or one is 0. */
  sample_ratio_p: z.number().nullable(),
  /** (variant − control) / control. Null without figures to compare. */
  relative: interval.nullable(),
  /** variant − control. */
  absolute: interval.nullable(),
  /** Null for `bayesian`. */
  p_value: z.number().nullable(),
  /** The probability that the variant is better, and what one loses on average by each choice, as a share of the control. For `bayesian`. */
  win_probability: z.number().nullable(),
  risk: z.object({ control: z.number(), variant: z.number() }).nullable(),
  /** The smallest effect that the people so far show with a power of .8. Null if nothing can be said. */
  minimum_detectable_effect: z.number().nullable(),
  /** Days until the test shows the effect that was asked for, at the rate so far. */
  days_left: z.number().nullable(),
  verdict: z.enum(REPORT_VERDICTS),
  /** What to do, in a sentence. */
  advice: z.string(),
});
export type AbTestReport = z.infer<typeof abTestReport>;
