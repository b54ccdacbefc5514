import { webhookEndpointRequest, webhookEndpointResponse } from "#contract/webhook-endpoint.ts";
import {
  createEndpoint,
  deleteEndpoint,
  replayCall,
  replayCalls,
  rotateSecret,
  testEndpoint,
  updateEndpoint,
} from "#services/endpoints/webhook-endpoints.ts";
import { isoTime } from "#services/resources/iso-time.ts";
import { webhookCallCodec, webhookCalls } from "#services/resources/webhook-call.ts";
import {
  type WebhookEndpointRow,
  webhookEndpointCodec,
  webhookEndpoints,
} from "#services/resources/webhook-endpoint.ts";
import { breakerState } from "#services/webhooks/delivery-policy.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes, rowHandler } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const READ_ONLY = Object.keys(webhookEndpointResponse.shape).filter(
  (name) => !(name in webhookEndpointRequest.shape),
);

export function webhookEndpointRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const outbound = { ...deps, ...deps.outbound };
  const toResponse = (row: WebhookEndpointRow) => ({
    ...webhookEndpointCodec.show(row),
    state: breakerState(row, deps.clock()),
    retry_at: row.retryAt === 0 ? null : isoTime(row.retryAt),
  });
  resourceRoutes(endpoint, deps.db, {
    resource: webhookEndpoints,
    toResponse,
    schema: webhookEndpointRequest,
    readOnly: READ_ONLY,
    create: (viewer, body) => createEndpoint(outbound, viewer, body),
    update: (_viewer, row, changes) => updateEndpoint(outbound, row, changes),
    remove: (_viewer, row) => deleteEndpoint(deps, row),
  });
  endpoint("/webhook_endpoint/:id/secret", {
    POST: rowHandler(deps.db, webhookEndpoints, async (c, row) => c.json(await rotateSecret(outbound, row))),
  });
  endpoint("/webhook_endpoint/:id/test", {
    POST: rowHandler(deps.db, webhookEndpoints, async (c, row) => c.json(await testEndpoint(outbound, row))),
  });
  endpoint("/webhook_endpoint/:id/replay", {
    POST: rowHandler(deps.db, webhookEndpoints, async (c, row) =>
      c.json({ replayed: await replayCalls(outbound, row) }),
    ),
  });
  resourceRoutes(endpoint, deps.db, { resource: webhookCalls, toResponse: webhookCallCodec.show });
  endpoint("/webhook_call/:id/replay", {
    POST: rowHandler(deps.db, webhookCalls, async (c, row) =>
      c.json(webhookCallCodec.show(await replayCall(outbound, row))),
    ),
  });
}
