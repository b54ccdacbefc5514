import type { WebhookDeliveryResponse } from "#contract/webhook.ts";
import { type WebhookDeliveryRow, webhookDeliveries } from "#services/resources/resources.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { isoTime, isoTimeOrNull } from "../iso-time.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

function toWebhookDeliveryResponse(row: WebhookDeliveryRow): WebhookDeliveryResponse {
  return {
    id: row.id,
    schedule: row.scheduleId,
    run: row.runId,
    event: row.event,
    url: row.url,
    status: row.status,
    attempts: row.attempts,
    response_status: row.responseStatus,
    error: row.error,
    next_attempt_at: isoTimeOrNull(row.nextAttemptAt),
    ins_datetime: isoTime(row.createdAt),
    delivered_at: isoTimeOrNull(row.deliveredAt),
  };
}

export function webhookDeliveryRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    path: "webhook_delivery",
    resource: webhookDeliveries,
    toResponse: toWebhookDeliveryResponse,
  });
}
