/**
 * Sends the calls that wait for endpoints: right after what caused them and when a wait after a failure is over, in the endpoint's object,
 * and by the cron what nobody woke. One
 * Worker at a time sends for an endpoint, one call after another, so they arrive in order. A Worker that is killed loses its lease
 * after a while, and the next one sends the same call with the same id.
 */
import { and, asc, eq, isNull, lte, sql } from "drizzle-orm";
import { isFree, isHeld, type Lease, RELEASED, takeLease } from "#db/lease.ts";
import { project } from "#db/schema.ts";
import { webhookCall, webhookEndpoint } from "#db/webhook-schema.ts";
import type { ServiceDeps } from "../deps.ts";
import type { WebhookCallRow } from "../resources/webhook-call.ts";
import type { WebhookEndpointRow } from "../resources/webhook-endpoint.ts";
import { callAddress, type OutboundDeps } from "./call-address.ts";
import { type Attempt, afterAttempt, GIVE_UP_MS, GONE_TEXT } from "./delivery-policy.ts";
import { standardHeaders } from "./signing.ts";

export type DriveDeps = Pick<ServiceDeps, "db" | "clock" | "randomBytes" | "wakeAddress"> & OutboundDeps;

export const ENDPOINTS_PER_TICK = 20;
/** However many endpoints of one account have calls. */
const ENDPOINTS_PER_ACCOUNT = 5;
/** Calls that one Worker sends to an endpoint in a row; the rest waits for the next. */
export const CALLS_PER_TURN = 10;
/** A Worker begins no further call after this, so that it ends before the platform ends it. */
export const TURN_MS = 15_000;
/** Longer than the longest call: a Worker that sends is replaced after this. */
export const SENDING_MS = 30_000;
const TOO_OLD = "It waited for a day, and the address did not answer.";

/** For the cron: endpoints with calls that may go out now, of each account in turn. */
export async function driveEndpoints(deps: DriveDeps): Promise<void> {
  const due = await endpointsInTurn(deps);
  const outcomes = await Promise.allSettled(due.map(({ id }) => driveEndpoint(deps, id)));
  const troubles = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (troubles.length > 0) throw new AggregateError(troubles, "Some calls of endpoints could not be stored.");
}

function endpointsInTurn({ db, clock }: DriveDeps): Promise<{ id: number }[]> {
  const now = clock();
  const place = sql<number>`row_number() over
    (partition by ${webhookEndpoint.accountId} order by ${webhookEndpoint.updatedAt}, ${webhookEndpoint.id})`;
  const waiting = db
    .selectDistinct({ id: webhookCall.endpointId })
    .from(webhookCall)
    .where(eq(webhookCall.status, "PENDING"))
    .as("waiting");
  const queue = db
    .select({ id: webhookEndpoint.id, since: webhookEndpoint.updatedAt, place: place.as("place") })
    .from(waiting)
    .innerJoin(webhookEndpoint, eq(webhookEndpoint.id, waiting.id))
    .where(and(mayBeCalled(now), isFree(webhookEndpoint, now)))
    .as("queue");
  return db
    .select({ id: queue.id })
    .from(queue)
    .where(lte(queue.place, ENDPOINTS_PER_ACCOUNT))
    .orderBy(asc(queue.place), asc(queue.since), asc(queue.id))
    .limit(ENDPOINTS_PER_TICK);
}

/** Conditions on an endpoint's row. A closed account's endpoints are not called. */
function mayBeCalled(now: number) {
  const isOpen = sql`exists (select 1 from user where user.id = ${webhookEndpoint.accountId} and user.is_active = 1)`;
  return and(eq(webhookEndpoint.isEnabled, true), lte(webhookEndpoint.retryAt, now), isOpen);
}

/**
 * Sends what waits for an endpoint, until it fails or the turn is over, and has the rest sent when its time has come. While another Worker
 * does it, only looks again at the end of that one's lease.
 */
export async function driveEndpoint(deps: DriveDeps, id: number): Promise<void> {
  const next = await takeTurn(deps, id);
  if (next !== null) await deps.wakeAddress({ kind: "endpoint", id }, next);
}

/** Returns when to look again; null when no call waits, or the endpoint is switched off. */
async function takeTurn(deps: DriveDeps, id: number): Promise<number | null> {
  const { db, clock } = deps;
  const turn = { left: CALLS_PER_TURN, until: clock() + TURN_MS };
  // Again after the lease is given back: a call may have joined the queue after the last look.
  while ((await headOf(deps, id)) !== null) {
    const now = clock();
    if (turn.left === 0 || now >= turn.until) return now;
    const time = { now, ttl: SENDING_MS, condition: mayBeCalled(now) };
    const endpoint = await takeLease(db, webhookEndpoint, id, time);
    if (endpoint === null) return waitOf(deps, id);
    const held = await sendInOrder(deps, endpoint, turn);
    if (held === null) return waitOf(deps, id);
    await db.update(webhookEndpoint).set(RELEASED).where(isHeld(webhookEndpoint, held));
  }
  return null;
}

/**
 * When an endpoint that may not be called now may be called: at the end of its wait, and of the lease of another Worker, which may have
 * been killed. Null for one that is switched off or of a closed account.
 */
async function waitOf({ db, clock }: DriveDeps, id: number): Promise<number | null> {
  const now = clock();
  const [found] = await db
    .select({ retryAt: webhookEndpoint.retryAt, leaseUntil: webhookEndpoint.leaseUntil })
    .from(webhookEndpoint)
    .where(and(eq(webhookEndpoint.id, id), eq(webhookEndpoint.isEnabled, true)));
  const at = Math.max(found?.retryAt ?? 0, found?.leaseUntil ?? 0);
  return at > now ? at : null;
}

/** Returns the present lease; null when another Worker has the endpoint. */
async function sendInOrder(
  deps: DriveDeps,
  endpoint: WebhookEndpointRow,
  turn: { left: number; readonly until: number },
): Promise<Lease | null> {
  let state = endpoint;
  while (turn.left > 0 && deps.clock() < turn.until) {
    const call = await headOf(deps, state.id);
    if (call === null) return state;
    turn.left -= 1;
    const next = await conclude(deps, state, call, await send(deps, state, call));
    if (next === null || next.retryAt > 0 || !next.isEnabled) return next;
    state = next;
  }
  return state;
}

/** The call that goes out next; none of a project that waits to be erased. */
async function headOf({ db }: DriveDeps, endpointId: number): Promise<WebhookCallRow | null> {
  const [found] = await db
    .select({ call: webhookCall })
    .from(webhookCall)
    .innerJoin(project, eq(project.id, webhookCall.projectId))
    .where(
      and(
        eq(webhookCall.status, "PENDING"),
        eq(webhookCall.endpointId, endpointId),
        isNull(project.deletedAt),
      ),
    )
    .orderBy(asc(webhookCall.position))
    .limit(1);
  return found?.call ?? null;
}

async function send(deps: DriveDeps, endpoint: WebhookEndpointRow, call: WebhookCallRow): Promise<Attempt> {
  const now = deps.clock();
  const { url } = endpoint;
  return callAddress(deps, { url, body: call.body, headers: await headersFor(endpoint, call, now) }, now);
}

/** @param call.id Null for a test. @param now In epoch milliseconds. */
export function headersFor(
  { id: endpointId, secret, previousSecret, previousSecretUntil }: WebhookEndpointRow,
  call: { readonly id: number | null; readonly body: string },
  now: number,
): Promise<Record<string, string>> {
  const isBothValid = previousSecret !== null && (previousSecretUntil ?? 0) > now;
  const id = call.id === null ? `test-${endpointId}-${now}` : `call-${call.id}`;
  const timestamp = Math.floor(now / 1000);
  return standardHeaders(
    { id, timestamp, body: call.body },
    isBothValid ? [secret, previousSecret] : [secret],
  );
}

/** Writes what an attempt came to, if this Worker still has the endpoint. Returns its row with a new lease, else null. */
async function conclude(
  deps: DriveDeps,
  endpoint: WebhookEndpointRow,
  call: WebhookCallRow,
  attempt: Attempt,
): Promise<WebhookEndpointRow | null> {
  const { db, clock } = deps;
  const now = clock();
  const before = { failures: endpoint.failures, attempts: call.attempts, queuedAt: call.queuedAt };
  const { status, failures, retryAt, isGone } = afterAttempt(before, attempt, {
    now,
    random: randomOf(deps),
  });
  const isStillHeld = sql`exists (select 1 from webhook_endpoint held
    where held.id = ${endpoint.id} and held.lease_until = ${endpoint.leaseUntil})`;
  const isWaiting = and(eq(webhookCall.status, "PENDING"), eq(webhookCall.endpointId, endpoint.id));
  const [, , [next]] = await db.batch([
    db
      .update(webhookCall)
      .set({
        ...{ status, attempts: call.attempts + 1, responseStatus: attempt.status, error: attempt.error },
        ...{ deliveredAt: status === "DELIVERED" ? now : null, updatedAt: now },
      })
      .where(and(eq(webhookCall.id, call.id), isWaiting, isStillHeld)),
    // A dead address fails each call of a long queue once, not twelve times.
    db
      .update(webhookCall)
      .set({ status: "FAILED", error: TOO_OLD, updatedAt: now })
      .where(and(isWaiting, lte(webhookCall.queuedAt, now - GIVE_UP_MS), isStillHeld, sql`${failures} > 0`)),
    db
      .update(webhookEndpoint)
      .set({
        ...{ failures, retryAt, updatedAt: now },
        ...(isGone && { isEnabled: false, disabledReason: GONE_TEXT }),
        leaseUntil: Math.max(now + SENDING_MS, endpoint.leaseUntil + 1),
      })
      .where(isHeld(webhookEndpoint, endpoint))
      .returning(),
  ]);
  return next ?? null;
}

/** From 0 to 1, without 1. */
export function randomOf({ randomBytes }: Pick<DriveDeps, "randomBytes">): number {
  return new DataView(randomBytes(4).buffer).getUint32(0) / 2 ** 32;
}
