/**
 * Puts events into the queues of the endpoints that want them. The statements go into the batch that makes the event happen, so
 * an event that happened is never lost, and one that did not happen is never told.
 */
import { getTableColumns, type SQL, sql } from "drizzle-orm";
import {
  type EventData,
  MAX_WAITING_CALLS,
  type ProjectEventName,
  type WebhookEventName,
} from "#contract/webhook-endpoint.ts";
import type { Database } from "#db/database.ts";
import { webhookCall, webhookEndpoint } from "#db/webhook-schema.ts";

export interface Announcement {
  readonly projectId: number;
  readonly event: WebhookEventName;
  /** Names what happened: an endpoint is told of it once. Null where each announcement is of something else. */
  readonly key: string | null;
  /** The exact text of the calls; an expression where it depends on the statements before. */
  readonly body: string | SQL;
  /** Which endpoints may be told; a condition on `webhook_endpoint`. */
  readonly endpoints: SQL;
  readonly now: number;
}

/** The statements that queue an event, for a batch; nothing happens without an endpoint that wants it. */
export function announcing(db: Database, announcement: Announcement) {
  const { projectId, event, key, body, now } = announcement;
  const wanted = wantedBy(announcement);
  const waiting = sql`(select count(*) from webhook_call waiting
    where waiting.status = 'PENDING' and waiting.endpoint_id = webhook_endpoint.id)`;
  const cells: Readonly<Record<string, SQL>> = {
    ...{ endpointId: sql`webhook_endpoint.id`, projectId: sql`${projectId}`, event: sql`${event}` },
    ...{ eventKey: sql`${key}`, body: sql`${body}`, position: LAST_PLACE, status: sql`'PENDING'` },
    ...{ attempts: sql`0`, queuedAt: sql`${now}`, createdAt: sql`${now}`, updatedAt: sql`${now}` },
  };
  const columns = Object.keys(getTableColumns(webhookCall)).map((name) => cells[name] ?? sql`null`);
  return [
    db
      .update(webhookEndpoint)
      .set({ dropped: sql`${webhookEndpoint.dropped} + 1` })
      .where(sql`${wanted} and ${waiting} >= ${MAX_WAITING_CALLS}`),
    db
      .insert(webhookCall)
      .select(
        sql`select ${sql.join(columns, sql`, `)} from webhook_endpoint where ${wanted} and ${waiting} < ${MAX_WAITING_CALLS}`,
      )
      .onConflictDoNothing(),
  ] as const;
}

/** Behind everything that waits for the endpoint of the row. */
const LAST_PLACE = sql`(select coalesce(max(other.position), 0) + 1 from webhook_call other
  where other.endpoint_id = webhook_endpoint.id)`;

function wantedBy({ event, key, endpoints }: Announcement): SQL {
  const isNew =
    key === null
      ? sql`true`
      : sql`not exists (select 1 from webhook_call told
          where told.endpoint_id = webhook_endpoint.id and told.event_key = ${key})`;
  return sql`(webhook_endpoint.is_enabled = 1 and ${endpoints} and ${isNew}
    and exists (select 1 from json_each(webhook_endpoint.events) where value = ${event}))`;
}

interface ProjectAnnouncement<Name extends ProjectEventName> {
  readonly event: Name;
  readonly key: string;
  readonly data: EventData<Name>;
  readonly now: number;
  /** What must be true in the batch, after the statements before; by default nothing. */
  readonly condition?: SQL;
}

/** The statements that tell a project's endpoints of an event. */
export function announcingOfProject<Name extends ProjectEventName>(
  db: Database,
  { event, key, data, now, condition = sql`true` }: ProjectAnnouncement<Name>,
) {
  const { project: projectId } = data;
  const body = bodyOf(event, data, now);
  const endpoints = sql`(webhook_endpoint.project_id = ${projectId} and ${condition})`;
  return announcing(db, { projectId, event, key, body, endpoints, now });
}

/** @param now In epoch milliseconds. */
export function bodyOf(type: string, data: object, now: number): string {
  return JSON.stringify({ type, timestamp: new Date(now).toISOString(), data });
}
