/** Events: what people do with items, sent as it happens. `POST /v1/events` takes them. */
import * as z from "zod";
import {
  EVENT_TYPE_FORM,
  EVENT_TYPE_TEXT,
  MAX_EVENT_WEIGHT,
  STORED_TYPE_FORM,
  STORED_TYPE_TEXT,
} from "./event-type.ts";
import { reference } from "./field.ts";
import { HALF_CHARACTER, HALF_CHARACTER_TEXT } from "./half-character.ts";
import { idAsText, validationProblem } from "./inference.ts";
import { jsonProblem } from "./json-bounds.ts";
import { MAX_EVENT_TEXT_LENGTH } from "./limits.ts";
import { weightRule } from "./weight-rule.ts";

/** Of `value`, positive or negative. */
const MAX_EVENT_VALUE = 1e12;

/** `event_id`, `request_id` and `session_id`. */
export const eventText = z
  .string()
  .min(1)
  .max(MAX_EVENT_TEXT_LENGTH)
  .refine((text) => !HALF_CHARACTER.test(text), { message: HALF_CHARACTER_TEXT });
export const eventValue = z.number().min(-MAX_EVENT_VALUE).max(MAX_EVENT_VALUE);
export const eventMetadata = z.record(z.string(), z.unknown()).superRefine((value, context) => {
  const message = jsonProblem(value);
  if (message !== null) context.addIssue({ code: "custom", message });
});

/**
 * One event. `value` is what the type says: the rating, the price. `time` is a text or an epoch number as in files, now by default.
 * An event with the `event_id` of an earlier event of the same user counts once. `metadata.category` and `metadata.country` are
 * counted separately, too.
 */
export const eventRequest = z.strictObject({
  type: z.string().regex(EVENT_TYPE_FORM, EVENT_TYPE_TEXT),
  user_id: idAsText,
  item_id: idAsText,
  value: eventValue.nullish(),
  time: z.union([z.string(), z.number()]).nullish(),
  event_id: eventText.nullish(),
  request_id: eventText.nullish(),
  session_id: eventText.nullish(),
  metadata: eventMetadata.nullish(),
});
export type EventRequest = z.infer<typeof eventRequest>;

/** The same from a client of another system, which may name types otherwise. */
export const foreignEventRequest = eventRequest.extend({
  type: z.string().regex(STORED_TYPE_FORM, STORED_TYPE_TEXT),
});

/** One event, a list of events, or `{"events": […]}`. Lines of JSON (NDJSON) are taken, too. */
export const eventsRequest = z.union([
  eventRequest,
  z.array(eventRequest),
  z.strictObject({
    events: z.array(eventRequest),
    /** A browser key and a user token, for beacons, which have no headers. */
    api_key: z.string().optional(),
    user_token: z.string().optional(),
  }),
]);

/** `atomic=true`: takes all events or none. */
export const eventsQuery = z.object({ atomic: z.enum(["true", "false"]).default("false") });

/** An event that was not taken. */
export const rejectedEvent = z.object({
  /** From 0 in a list; in NDJSON empty lines do not count. */
  position: z.number().int().nonnegative(),
  /** From 1, for NDJSON only. */
  line: z.number().int().positive().optional(),
  detail: z.array(validationProblem),
});
export type RejectedEvent = z.infer<typeof rejectedEvent>;

/** The columns of a file that is made of events. */
export const EVENT_DATA_COLUMNS = {
  user: "user_id",
  item: "item_id",
  time: "time",
  weight: "weight",
  /** Files of earlier releases have none. */
  session: { column: "session_id", isOptional: true },
} as const;

/** Makes training data of a project's events so far. */
export const eventDataRequest = z.strictObject({
  /** A file of the project whose interactions come first; null for none; the newest uploaded one by default. */
  base: reference().nullish(),
  /** By type, instead of the project's weights or in addition to them. */
  weights: z
    .record(
      z.string().regex(STORED_TYPE_FORM, STORED_TYPE_TEXT),
      z.number().min(-MAX_EVENT_WEIGHT).max(MAX_EVENT_WEIGHT),
    )
    .default({}),
});
export type EventDataRequest = z.infer<typeof eventDataRequest>;

/** Kept with a file that is made of events: what it is made of. */
export const eventDataSettings = z.object({
  /** Events that arrived until then, epoch milliseconds. */
  up_to: z.number().int().nonnegative(),
  /** The row of the file whose interactions come first. */
  base: z.number().int().positive().nullable(),
  weights: z.record(z.string(), z.number()),
  /** Days after which an interaction counts half; absent for files of earlier versions, and if none is set. */
  half_life_days: z.number().positive().optional(),
  /** The most that a user's interactions with an item weigh together. */
  cap: z.number().positive().optional(),
  /** The cap is at most this quantile of the weights of all pairs. */
  cap_quantile: z.number().positive().max(1).optional(),
  /** What the values of events are; absent if ratings alone have one. */
  rule: weightRule.optional(),
});
export type EventDataSettings = z.infer<typeof eventDataSettings>;

/** Sent after the events are stored. With status 207 if some were rejected. */
export const eventsResponse = z.object({
  accepted: z.number().int().nonnegative(),
  /** Not stored again: their `event_id` was known. */
  duplicates: z.number().int().nonnegative(),
  rejected: z.number().int().nonnegative(),
  /** The first 100 of the rejected events. */
  errors: z.array(rejectedEvent),
  request_id: z.string(),
});
export type EventsResponse = z.infer<typeof eventsResponse>;
