import type { WebhookDeliveryResponse } from "#contract/webhook.ts";
import {
  type WebhookDeliveryRow,
  webhookDeliveries,
  webhookDeliveryCodec,
} from "#services/resources/webhook-delivery.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const toWebhookDeliveryResponse: (row: WebhookDeliveryRow) => WebhookDeliveryResponse =
  webhookDeliveryCodec.show;

export function webhookDeliveryRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    resource: webhookDeliveries,
    toResponse: toWebhookDeliveryResponse,
  });
}
