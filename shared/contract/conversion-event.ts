/** Conversion events as Recotem's clients send them: what people did with the lists of a slot. `POST /v1/events` takes events at volume. */
import * as z from "zod";
import { choice, jsonValue, reference, text, uuid } from "./field.ts";
import { MAX_NAME_LENGTH, rowId, timestamp } from "./primitives.ts";

export const CONVERSION_TYPES = ["impression", "click", "purchase"] as const;
export type ConversionType = (typeof CONVERSION_TYPES)[number];

/** Events of one call of `batch`; more are refused. Recotem documents 1,000 and takes any number. */
export const MAX_CONVERSION_EVENTS = 2_000;

export const conversionEventRequest = z.object({
  project: reference(),
  deployment_slot: reference(),
  user_id: text({ max: MAX_NAME_LENGTH }),
  item_id: text({ max: MAX_NAME_LENGTH, blank: true }).default(""),
  event_type: choice(CONVERSION_TYPES),
  /** The `request_id` of the list. Impressions of one request count once. */
  recommendation_request_id: uuid().nullish(),
  metadata_json: jsonValue().default({}),
});
export type ConversionEventRequest = z.infer<typeof conversionEventRequest>;

export const conversionEventResponse = z.object({
  id: rowId,
  project: rowId,
  deployment_slot: rowId,
  user_id: z.string(),
  item_id: z.string(),
  event_type: z.enum(CONVERSION_TYPES),
  recommendation_request_id: z.string().nullable(),
  timestamp,
  metadata_json: z.unknown(),
});
export type ConversionEventResponse = z.infer<typeof conversionEventResponse>;

export const conversionEventsResponse = z.object({ created: z.number().int() });
