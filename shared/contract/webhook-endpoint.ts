/**
 * Endpoints: addresses that a project tells of events. Headers and signature follow Standard Webhooks (standardwebhooks.com), so
 * any of its libraries verifies a call.
 */
import * as z from "zod";
import { boolean, reference, text } from "./field.ts";
import { rowId, timestamp } from "./primitives.ts";

/**
 * `webhook-id` is the same in every attempt of a call. `webhook-timestamp` is the time of this attempt in seconds since the epoch.
 * `webhook-signature` has a signature for each valid secret, with a space between: `v1,` and the base64 of HMAC-SHA256 over id,
 * timestamp and body, joined by full stops.
 */
export const STANDARD_HEADERS = {
  id: "webhook-id",
  timestamp: "webhook-timestamp",
  signature: "webhook-signature",
} as const;

/** Begins every secret; the base64 of 32 bytes follows. */
export const SECRET_PREFIX = "whsec_";
/** How long both secrets sign after a change. */
export const PREVIOUS_SECRET_HOURS = 24;
/** Receivers refuse a call whose timestamp is further away from their clock than this. */
export const REPLAY_WINDOW_SECONDS = 300;

export const MAX_ENDPOINTS = 20;
/** Calls that wait for one endpoint; later events are counted, and not kept. */
export const MAX_WAITING_CALLS = 1000;

/** What endpoints of projects may be told. */
export const PROJECT_EVENTS = [
  "model_ready",
  "training_failed",
  "deployed",
  "experiment_decided",
  "quality_dropped",
] as const;
export type ProjectEventName = (typeof PROJECT_EVENTS)[number];
/** A list that an app of AiREC's clients got; sent to the app alone. */
export const RECOMMENDATION_EVENT = "recommendation";
/** The test button's event. */
export const TEST_EVENT = "test";
export const EVENT_NAMES = [...PROJECT_EVENTS, RECOMMENDATION_EVENT] as const;
export type WebhookEventName = (typeof EVENT_NAMES)[number];

/** The part `data` of each event's body. */
export const EVENT_DATA = {
  model_ready: z.object({ project: rowId, model: rowId, version: z.number().int() }),
  training_failed: z.object({ project: rowId, model: rowId, version: z.number().int(), error: z.string() }),
  deployed: z.object({ project: rowId, slot: rowId, model: rowId, reason: z.string() }),
  experiment_decided: z.object({
    project: rowId,
    /** Of `ab_test`; null for one of `experiment`. */
    ab_test: rowId.nullable(),
    experiment: rowId.nullable(),
    /** That of the experiment's report; "promoted" when a slot of an A/B test was. */
    verdict: z.string(),
    winner_slot: rowId.nullable(),
    /** For people. */
    reason: z.string(),
  }),
  quality_dropped: z.object({
    project: rowId,
    slot: rowId,
    metric: z.string(),
    /** The measured value, and the one that it fell below (or rose above). */
    value: z.number(),
    expected: z.number(),
    /** The day in UTC, as YYYY-MM-DD. */
    day: z.string(),
  }),
} as const satisfies Record<ProjectEventName, z.ZodType>;
export type EventData<Name extends ProjectEventName> = z.infer<(typeof EVENT_DATA)[Name]>;

/** The body of a call. */
export const webhookBody = z.object({
  type: z.string(),
  timestamp,
  data: z.record(z.string(), z.unknown()),
});

const eventList = z
  .array(z.enum(PROJECT_EVENTS))
  .min(1)
  .max(PROJECT_EVENTS.length)
  .transform((names) => [...new Set(names)]);

export const webhookEndpointRequest = z.strictObject({
  project: reference(),
  url: text({ max: 2048 }),
  /** By default all. */
  events: eventList.default([...PROJECT_EVENTS]),
  is_enabled: boolean().default(true),
});
export type WebhookEndpointRequest = z.infer<typeof webhookEndpointRequest>;

/**
 * `CLOSED`: calls go out. `OPEN`: it failed several times in a row, and calls wait until `retry_at`. `HALF_OPEN`: one call tries
 * whether it is back.
 */
export const BREAKER_STATES = ["CLOSED", "OPEN", "HALF_OPEN"] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

export const webhookEndpointResponse = z.object({
  id: rowId,
  /** Null for the endpoint of an app of AiREC's clients. */
  project: rowId.nullable(),
  url: z.string(),
  events: z.array(z.enum(EVENT_NAMES)),
  is_enabled: z.boolean(),
  /** Why the platform switched it off. */
  disabled_reason: z.string().nullable(),
  state: z.enum(BREAKER_STATES),
  /** Failed attempts since the last success. */
  failures: z.number().int(),
  /** The earliest time of the next attempt after a failure. */
  retry_at: timestamp.nullable(),
  /** Events that were not kept because too many calls were waiting. */
  dropped: z.number().int(),
  ins_datetime: timestamp,
  updated_at: timestamp,
});
export type WebhookEndpointResponse = z.infer<typeof webhookEndpointResponse>;

/** Shown only this time. */
export const endpointSecretResponse = z.object({
  secret: z.string(),
  /** Until when the one before signs, too. */
  previous_until: timestamp,
});

/** What the address answered to a test event; `error` is null if it took the event. */
export const endpointTestResponse = z.object({
  status: z.number().int().nullable(),
  error: z.string().nullable(),
});

export const CALL_STATUSES = ["PENDING", "DELIVERED", "FAILED"] as const;

export const webhookCallResponse = z.object({
  id: rowId,
  endpoint: rowId,
  project: rowId,
  event: z.string(),
  status: z.enum(CALL_STATUSES),
  attempts: z.number().int(),
  /** The status of the last attempt's answer; null if there was no answer. */
  response_status: z.number().int().nullable(),
  /** Why the last attempt failed. */
  error: z.string().nullable(),
  ins_datetime: timestamp,
  delivered_at: timestamp.nullable(),
});
export type WebhookCallResponse = z.infer<typeof webhookCallResponse>;

export const replayResponse = z.object({ replayed: z.number().int() });
