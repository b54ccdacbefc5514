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
