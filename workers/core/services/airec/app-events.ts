/** What apps of AiREC's clients are told at their addresses, with AiREC's own bodies. */
import { sql } from "drizzle-orm";
import { RECOMMENDATION_EVENT, type WebhookEventName } from "#contract/webhook-endpoint.ts";
import type { Database } from "#db/database.ts";
import { announcing } from "../webhooks/announce.ts";
import type { AirecProjectRow } from "./airec-facts.ts";

/** What the endpoint of every app is told. */
export const APP_EVENTS: WebhookEventName[] = ["model_ready", RECOMMENDATION_EVENT];

/** Tells all apps of a project's owner that its models are ready; once. AiREC also sends each app's key: it is not kept. */
export function announcingReady(db: Database, { projectId, name, modelType }: AirecProjectRow, now: number) {
  const timestamp = new Date(now).toISOString();
  const data = { project_id: projectId, project_name: name, model_type: modelType, timestamp };
  return announcing(db, {
    ...{ projectId, event: "model_ready", key: `model_ready:project:${projectId}`, now },
    body: JSON.stringify({ event: "model_ready", data }),
    endpoints: sql`(webhook_endpoint.project_id is null and webhook_endpoint.account_id =
      (select owner_id from project where id = ${projectId}))`,
  });
}

export interface ListForApp {
  readonly appId: number;
  readonly endpointId: number | null;
  readonly projectId: number;
  /** The answer, as the app got it. */
  readonly body: string;
  readonly now: number;
}

/** Sends a list that an app got to its address, too. */
export function announcingList(db: Database, { endpointId, projectId, body, now }: ListForApp) {
  return announcing(db, {
    ...{ projectId, event: RECOMMENDATION_EVENT, key: null, body, now },
    endpoints: sql`(webhook_endpoint.id = ${endpointId})`,
  });
}
