import { desc } from "drizzle-orm";
import { DELIVERY_STATUSES, type WebhookDeliveryResponse } from "#contract/webhook.ts";
import { retrainingSchedule, webhookDelivery } from "#db/retraining-schema.ts";
import { leftOut, shownCodec } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type WebhookDeliveryRow = typeof webhookDelivery.$inferSelect;

export const webhookDeliveries: Resource<typeof webhookDelivery> = {
  model: "WebhookDelivery",
  path: "webhook_delivery",
  one: "a call to a webhook",
  many: "calls to webhooks",
  table: webhookDelivery,
  ...ofProject(webhookDelivery.projectId),
  filters: {
    schedule: { kind: "reference", column: webhookDelivery.scheduleId, to: retrainingSchedule },
    status: { kind: "choice", column: webhookDelivery.status, choices: DELIVERY_STATUSES },
  },
  order: [desc(webhookDelivery.id)],
};

export const webhookDeliveryCodec = shownCodec<WebhookDeliveryRow, WebhookDeliveryResponse>(
  "Calls are of what happened elsewhere.",
)({
  id: { api: "id" },
  projectId: { api: leftOut("The schedule names the project.") },
  scheduleId: { api: "schedule" },
  runId: { api: "run" },
  event: { api: "event" },
  url: { api: "url" },
  body: { api: leftOut("It was sent to the address alone.") },
  status: { api: "status" },
  attempts: { api: "attempts" },
  responseStatus: { api: "response_status" },
  error: { api: "error" },
  nextAttemptAt: { api: { time: "next_attempt_at" } },
  leaseUntil: { api: leftOut("Which worker has the row.") },
  deliveredAt: { api: { time: "delivered_at" } },
  createdAt: { api: { time: "ins_datetime" } },
  updatedAt: { api: leftOut("The answer has only the time of creation.") },
});
