import { and, desc, eq, isNull, or, type SQL } from "drizzle-orm";
import type { WebhookEndpointResponse } from "#contract/webhook-endpoint.ts";
import { inVisibleProject, type RowViewer } from "#db/ownership.ts";
import { project } from "#db/schema.ts";
import { webhookEndpoint } from "#db/webhook-schema.ts";
import { leftOut, shownCodec } from "./codec.ts";
import type { Resource } from "./listing.ts";

export type WebhookEndpointRow = typeof webhookEndpoint.$inferSelect;

/** Endpoints of visible projects, and those of the caller's own apps; a key sees only its project's. */
function visibleTo(viewer: RowViewer): SQL | undefined {
  const ofProject = inVisibleProject(webhookEndpoint.projectId, viewer);
  if (viewer.key) return ofProject;
  return or(
    ofProject,
    and(isNull(webhookEndpoint.projectId), eq(webhookEndpoint.accountId, viewer.accountId)),
  );
}

export const webhookEndpoints: Resource<typeof webhookEndpoint> = {
  model: "WebhookEndpoint",
  path: "webhook_endpoint",
  one: "an endpoint for events",
  many: "endpoints for events",
  table: webhookEndpoint,
  visibleTo,
  filters: {
    project: { kind: "reference", column: webhookEndpoint.projectId, to: project },
    is_enabled: { kind: "flag", column: webhookEndpoint.isEnabled },
  },
  order: [desc(webhookEndpoint.id)],
};

export const webhookEndpointCodec = shownCodec<WebhookEndpointRow, WebhookEndpointResponse>(
  "Addresses and secrets belong to the deployment: a copy of a project must not tell them anything.",
)({
  id: { api: "id" },
  accountId: { api: leftOut("The project or the app names the owner.") },
  projectId: { api: "project" },
  url: { api: "url" },
  events: { api: "events" },
  secret: { api: leftOut("It is shown once, when it is made.") },
  previousSecret: { api: leftOut("A secret.") },
  previousSecretUntil: { api: leftOut("The answer to a change of secrets says it.") },
  isEnabled: { api: "is_enabled" },
  disabledReason: { api: "disabled_reason" },
  failures: { api: "failures" },
  retryAt: { api: leftOut("Shown as null where it is 0.") },
  dropped: { api: "dropped" },
  leaseUntil: { api: leftOut("Which Worker sends.") },
  createdAt: { api: { time: "ins_datetime" } },
  updatedAt: { api: { time: "updated_at" } },
});
