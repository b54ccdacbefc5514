/** Endpoints of projects: making and changing them, their secrets, tests, and sending dead letters again. */
import { eq, sql } from "drizzle-orm";
import type { z } from "zod";
import {
  type endpointSecretResponse,
  type endpointTestResponse,
  MAX_ENDPOINTS,
  MAX_WAITING_CALLS,
  PREVIOUS_SECRET_HOURS,
  TEST_EVENT,
  type WebhookEndpointRequest,
} from "#contract/webhook-endpoint.ts";
import type { Database } from "#db/database.ts";
import { insertWhere } from "#db/insert-where.ts";
import { webhookCall, webhookEndpoint } from "#db/webhook-schema.ts";
import { referable, requireReference } from "../access/references.ts";
import { AppError, fieldError, notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { isoTime } from "../resources/iso-time.ts";
import type { WebhookCallRow } from "../resources/webhook-call.ts";
import {
  type WebhookEndpointRow,
  webhookEndpointCodec,
  webhookEndpoints,
} from "../resources/webhook-endpoint.ts";
import type { Viewer } from "../viewer.ts";
import { bodyOf } from "../webhooks/announce.ts";
import { callAddress, type OutboundDeps } from "../webhooks/call-address.ts";
import { headersFor } from "../webhooks/drive-endpoints.ts";
import { newSecret, shownSecret } from "../webhooks/signing.ts";
import { type AddressRules, webhookProblem } from "../webhooks/webhook-address.ts";

type Deps = Pick<ServiceDeps, "db" | "clock" | "randomBytes" | "wakeAddress"> & {
  readonly webhookRules: AddressRules;
};

const TOO_MANY = `A project has at most ${MAX_ENDPOINTS} endpoints. Delete one first.`;
const OF_APP =
  "The endpoint belongs to an app: only its address's state, secret and calls can be changed here.";
const NOT_REPLAYED =
  "Only a call that was given up can be sent again, while fewer calls wait for its endpoint than its queue holds.";
const HOUR_MS = 3_600_000;

export async function createEndpoint(
  deps: Deps,
  viewer: Viewer,
  request: WebhookEndpointRequest,
): Promise<WebhookEndpointRow> {
  const { db, clock, randomBytes } = deps;
  const owned = await requireReference(db, viewer, referable.project, "project", request.project);
  refuseBadAddress(deps, request.url);
  const now = clock();
  const hasRoom = sql`(select count(*) from webhook_endpoint where project_id = ${owned.id}) < ${MAX_ENDPOINTS}`;
  const values = {
    ...webhookEndpointCodec.set(request),
    ...{ accountId: owned.ownerId, projectId: owned.id, secret: newSecret(randomBytes) },
    ...{ createdAt: now, updatedAt: now },
  };
  const [row] = await insertWhere(db, webhookEndpoint, values, hasRoom);
  if (row === undefined) throw fieldError("project", TOO_MANY);
  return row;
}

/** Changes an endpoint. Another address, or switching it on, lets what waits go out at once. */
export async function updateEndpoint(
  deps: Deps,
  row: WebhookEndpointRow,
  changes: Partial<WebhookEndpointRequest>,
): Promise<WebhookEndpointRow> {
  const isApp = row.projectId === null;
  if (isApp && (changes.url !== undefined || changes.events !== undefined))
    throw new AppError("invalid", OF_APP);
  if (changes.project !== undefined && changes.project !== row.projectId) {
    throw fieldError("project", "An endpoint stays in its project.");
  }
  if (changes.url !== undefined) refuseBadAddress(deps, changes.url);
  const isFresh = (changes.url !== undefined && changes.url !== row.url) || changes.is_enabled === true;
  const [updated] = await deps.db
    .update(webhookEndpoint)
    .set({
      ...webhookEndpointCodec.set(changes),
      ...(isFresh && { failures: 0, retryAt: 0, disabledReason: null }),
      updatedAt: deps.clock(),
    })
    .where(eq(webhookEndpoint.id, row.id))
    .returning();
  if (updated === undefined) throw notFound(webhookEndpoints.model);
  if (isFresh) await wake(deps, row.id);
  return updated;
}

/** Its calls go with it. */
export async function deleteEndpoint({ db }: Pick<Deps, "db">, row: WebhookEndpointRow): Promise<void> {
  if (row.projectId === null) throw new AppError("invalid", OF_APP);
  await db.delete(webhookEndpoint).where(eq(webhookEndpoint.id, row.id));
}

function refuseBadAddress({ webhookRules }: Deps, url: string): void {
  const problem = webhookProblem(url, webhookRules);
  if (problem !== null) throw fieldError("url", problem);
}

/** Makes another secret, which is shown only this time. The one before signs for a day, too; no older one does. */
export async function rotateSecret(
  { db, clock, randomBytes }: Deps,
  { id }: WebhookEndpointRow,
): Promise<z.infer<typeof endpointSecretResponse>> {
  const now = clock();
  const secret = newSecret(randomBytes);
  const until = now + PREVIOUS_SECRET_HOURS * HOUR_MS;
  const changed = await db
    .update(webhookEndpoint)
    .set({
      ...{ secret, previousSecret: sql`${webhookEndpoint.secret}`, previousSecretUntil: until },
      updatedAt: now,
    })
    .where(eq(webhookEndpoint.id, id))
    .returning({ id: webhookEndpoint.id });
  if (changed.length === 0) throw notFound(webhookEndpoints.model);
  return { secret: shownSecret(secret), previous_until: isoTime(until) };
}

/** Sends a test event at once, beside the queue and the breaker. */
export async function testEndpoint(
  deps: Deps & OutboundDeps,
  row: WebhookEndpointRow,
): Promise<z.infer<typeof endpointTestResponse>> {
  const now = deps.clock();
  const body = bodyOf(TEST_EVENT, { endpoint: row.id }, now);
  const headers = await headersFor(row, { id: null, body }, now);
  const { status, error } = await callAddress(deps, { url: row.url, body, headers }, now);
  return { status, error };
}

function wake({ clock, wakeAddress }: Deps, id: number): Promise<void> {
  return wakeAddress({ kind: "endpoint", id }, clock());
}

/** Puts a dead letter behind everything that waits, with the id that it had. */
export async function replayCall(deps: Deps, row: WebhookCallRow): Promise<WebhookCallRow> {
  const { db, clock } = deps;
  const replayed = await requeue(db, { endpointId: row.endpointId, callId: row.id, now: clock() });
  if (replayed === 0) throw new AppError("conflict", NOT_REPLAYED);
  await wake(deps, row.endpointId);
  const [updated] = await db.select().from(webhookCall).where(eq(webhookCall.id, row.id));
  return updated ?? row;
}

/** Puts the dead letters of an endpoint into its queue in their order, as many as have room. Returns their number. */
export async function replayCalls(deps: Deps, { id }: WebhookEndpointRow): Promise<number> {
  const replayed = await requeue(deps.db, { endpointId: id, callId: null, now: deps.clock() });
  if (replayed > 0) await wake(deps, id);
  return replayed;
}

interface Requeued {
  readonly endpointId: number;
  /** Null: all of them. */
  readonly callId: number | null;
  readonly now: number;
}

async function requeue(db: Database, { endpointId, callId, now }: Requeued): Promise<number> {
  const ofEndpoint = sql`from webhook_call other where other.endpoint_id = ${endpointId}`;
  const room = sql`(select ${MAX_WAITING_CALLS} - count(*) ${ofEndpoint} and other.status = 'PENDING')`;
  const moved = sql`select id, row_number() over (order by position) +
      (select max(other.position) ${ofEndpoint}) as place
    from webhook_call where endpoint_id = ${endpointId} and status = 'FAILED'
      and (${callId} is null or id = ${callId}) order by position limit max(0, ${room})`;
  const rows = await db.all(sql`update webhook_call
    set status = 'PENDING', attempts = 0, response_status = null, error = null,
      queued_at = ${now}, updated_at = ${now}, position = moved.place
    from (${moved}) moved where webhook_call.id = moved.id returning webhook_call.id`);
  return rows.length;
}
