/**
 * Puts events into the queues of the endpoints that want them. The statements run in the batch that makes the event happen, so
 * an event that happened is never lost, and one that did not happen is never told. Endpoints are woken as soon as the batch is written.
 */
import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { BatchItem, BatchResponse } from "drizzle-orm/batch";
import {
  type EventData,
  MAX_WAITING_CALLS,
  type ProjectEventName,
  type WebhookEventName,
} from "#contract/webhook-endpoint.ts";
import type { Database } from "#db/database.ts";
import { webhookCall, webhookEndpoint } from "#db/webhook-schema.ts";
import type { ServiceDeps } from "../deps.ts";

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

/** The statements that queue an event. Only `batchAndTell` runs them. */
export type Announcing = ReturnType<typeof announcing>;

/** Nothing happens without an endpoint that wants the event. */
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
  return {
    countDropped: db
      .update(webhookEndpoint)
      .set({ dropped: sql`${webhookEndpoint.dropped} + 1` })
      .where(sql`${wanted} and ${waiting} >= ${MAX_WAITING_CALLS}`),
    queue: db
      .insert(webhookCall)
      .select(
        sql`select ${sql.join(columns, sql`, `)} from webhook_endpoint where ${wanted} and ${waiting} < ${MAX_WAITING_CALLS}`,
      )
      .onConflictDoNothing()
      .returning({ endpointId: webhookCall.endpointId }),
  } as const;
}

export type TellDeps = Pick<ServiceDeps, "db" | "clock" | "wakeAddress">;

interface Telling {
  readonly announcements: readonly Announcing[];
  /** Statements that follow the announcements in the batch. */
  readonly after?: readonly BatchItem<"sqlite">[];
}

/**
 * Runs statements and announcements as one batch, and has what they queued sent at once. Returns the results of the statements
 * before. A Worker that is killed between the batch and the waking leaves the calls to the cron.
 */
export async function batchAndTell<const T extends readonly BatchItem<"sqlite">[]>(
  { db, clock, wakeAddress }: TellDeps,
  before: T,
  { announcements, after = [] }: Telling,
): Promise<BatchResponse<T>> {
  const queues = announcements.flatMap(({ countDropped, queue }) => [countDropped, queue]);
  const [first, ...others] = [...before, ...queues, ...after];
  if (first === undefined) return [] as BatchResponse<T>;
  const results: readonly unknown[] = await db.batch([first, ...others]);
  const told = announcements.flatMap(
    (_, at) => results[before.length + 2 * at + 1] as { readonly endpointId: number }[],
  );
  const ids = new Set(told.map(({ endpointId }) => endpointId));
  await Promise.all([...ids].map((id) => wakeAddress({ kind: "endpoint", id }, clock())));
  return results.slice(0, before.length) as BatchResponse<T>;
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

/** Tells a project's endpoints of an event. */
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
