import * as z from "zod";
import { rowId, timestamp } from "./primitives.ts";

/**
 * A call to a project's own address. Its headers: `X-Edgewise-Event`, `X-Edgewise-Delivery` (the id, the same in every attempt),
 * `X-Edgewise-Timestamp` (seconds since the epoch, of this attempt) and `X-Edgewise-Signature`. The signature is `sha256=` and a
 * hex HMAC-SHA256 under the schedule's webhook secret. It signs the timestamp, a full stop and the body.
 */
export const WEBHOOK_HEADERS = {
  event: "X-Edgewise-Event",
  delivery: "X-Edgewise-Delivery",
  timestamp: "X-Edgewise-Timestamp",
  signature: "X-Edgewise-Signature",
} as const;

export const RETRAINING_FAILED = "retraining.failed";

/** The body of such a call. */
export const retrainingFailedEvent = z.object({
  event: z.literal(RETRAINING_FAILED),
  project: rowId,
  schedule: rowId,
  run: rowId,
  error: z.string(),
  attempts: z.number().int(),
  failed_at: timestamp,
});
export type RetrainingFailedEvent = z.infer<typeof retrainingFailedEvent>;

export const DELIVERY_STATUSES = ["PENDING", "DELIVERED", "FAILED"] as const;

export const webhookDeliveryResponse = z.object({
  id: rowId,
  schedule: rowId,
  run: rowId,
  event: z.string(),
  url: z.string(),
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.number().int(),
  /** The status of the last attempt's answer; null if there was no answer. */
  response_status: z.number().int().nullable(),
  /** Why the last attempt failed. */
  error: z.string().nullable(),
  /** Null once it is delivered or given up. */
  next_attempt_at: timestamp.nullable(),
  ins_datetime: timestamp,
  delivered_at: timestamp.nullable(),
});
export type WebhookDeliveryResponse = z.infer<typeof webhookDeliveryResponse>;

/** Shown only this time. */
export const webhookSecretResponse = z.object({ secret: z.string() });
