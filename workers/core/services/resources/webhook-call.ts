import { desc } from "drizzle-orm";
import { CALL_STATUSES, type WebhookCallResponse } from "#contract/webhook-endpoint.ts";
import { project } from "#db/schema.ts";
import { webhookCall, webhookEndpoint } from "#db/webhook-schema.ts";
import { leftOut, shownCodec } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type WebhookCallRow = typeof webhookCall.$inferSelect;

export const webhookCalls: Resource<typeof webhookCall> = {
  model: "WebhookCall",
  path: "webhook_call",
  one: "a call to an endpoint",
  many: "calls to endpoints",
  table: webhookCall,
  ...ofProject(webhookCall.projectId),
  filters: {
    project: { kind: "reference", column: webhookCall.projectId, to: project },
    endpoint: { kind: "reference", column: webhookCall.endpointId, to: webhookEndpoint },
    event: { kind: "text", column: webhookCall.event },
    status: { kind: "choice", column: webhookCall.status, choices: CALL_STATUSES },
  },
  order: [desc(webhookCall.id)],
};

export const webhookCallCodec = shownCodec<WebhookCallRow, WebhookCallResponse>(
  "Calls are of what happened elsewhere.",
)({
  id: { api: "id" },
  endpointId: { api: "endpoint" },
  projectId: { api: "project" },
  event: { api: "event" },
  eventKey: { api: leftOut("What keeps an event from being told twice.") },
  body: { api: leftOut("It is for the address alone.") },
  position: { api: leftOut("Calls are listed by their ids.") },
  status: { api: "status" },
  attempts: { api: "attempts" },
  responseStatus: { api: "response_status" },
  error: { api: "error" },
  queuedAt: { api: leftOut("An inner matter of the queue.") },
  deliveredAt: { api: { time: "delivered_at" } },
  createdAt: { api: { time: "ins_datetime" } },
  updatedAt: { api: leftOut("The answer has the times of creation and arrival.") },
});
