/** Calls to projects' own addresses: stored with their reports, then sent by the cron until they arrive or are given up. */
import { and, asc, eq, lte, sql } from "drizzle-orm";
import { WEBHOOK_HEADERS } from "#contract/webhook.ts";
import { isFree, isHeld, RELEASED, takeLease } from "#db/lease.ts";
import { retrainingSchedule, webhookDelivery } from "#db/retraining-schema.ts";
import { project } from "#db/schema.ts";
import { toHex } from "#platform/encoding.ts";
import { notFound } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { type RetrainingScheduleRow, retrainingSchedules } from "../resources/retraining-schedule.ts";
import type { WebhookDeliveryRow } from "../resources/webhook-delivery.ts";
import { callAddress, type OutboundDeps } from "./call-address.ts";
import type { Attempt } from "./delivery-policy.ts";
import { hmac, newSecret } from "./signing.ts";

export type WebhookDeps = Pick<ServiceDeps, "db" | "clock"> & OutboundDeps;

export const DELIVERIES_PER_TICK = 20;
/** However many calls of one owner are due. */
const DELIVERIES_PER_OWNER = 5;
/** A Worker that sends a call is replaced after this. */
const SENDING_MS = 60_000;
const MINUTE_MS = 60_000;
/** At 0, 1, 3, 7, … minutes: four hours in all. */
const MAX_ATTEMPTS = 9;

export function newWebhookSecret({ randomBytes }: Pick<ServiceDeps, "randomBytes">): string {
  return newSecret(randomBytes);
}

/** Gives a schedule's webhook another secret, which is shown only this time. */
export async function rotateWebhookSecret(
  deps: Pick<ServiceDeps, "db" | "clock" | "randomBytes">,
  row: RetrainingScheduleRow,
): Promise<string> {
  const secret = newWebhookSecret(deps);
  const changed = await deps.db
    .update(retrainingSchedule)
    .set({ webhookSecret: secret, updatedAt: deps.clock() })
    .where(eq(retrainingSchedule.id, row.id))
    .returning({ id: retrainingSchedule.id });
  if (changed.length === 0) throw notFound(retrainingSchedules.model);
  return secret;
}

/** Sends due calls. A failed call waits twice as long each time. */
export async function driveWebhooks(deps: WebhookDeps): Promise<void> {
  const due = await deliveriesInTurn(deps);
  const outcomes = await Promise.allSettled(due.map(({ id }) => deliver(deps, id)));
  const troubles = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (troubles.length > 0) throw new AggregateError(troubles, "Some webhook calls could not be stored.");
}

/**
 * For each owner the call that is due longest, then the second of each, and so on: no owner's calls wait for all of another's.
 */
function deliveriesInTurn({ db, clock }: WebhookDeps): Promise<{ id: number }[]> {
  const now = clock();
  const place = sql<number>`row_number() over
    (partition by ${project.ownerId} order by ${webhookDelivery.nextAttemptAt}, ${webhookDelivery.id})`;
  const queue = db
    .select({ id: webhookDelivery.id, dueAt: webhookDelivery.nextAttemptAt, place: place.as("place") })
    .from(webhookDelivery)
    .innerJoin(project, eq(project.id, webhookDelivery.projectId))
    .where(and(isDue(now), isFree(webhookDelivery, now)))
    .as("queue");
  return db
    .select({ id: queue.id })
    .from(queue)
    .where(lte(queue.place, DELIVERIES_PER_OWNER))
    .orderBy(asc(queue.place), asc(queue.dueAt), asc(queue.id))
    .limit(DELIVERIES_PER_TICK);
}

async function deliver(deps: WebhookDeps, id: number): Promise<void> {
  const delivery = await claim(deps, id);
  if (delivery === null) return;
  const [found] = await deps.db
    .select({ secret: retrainingSchedule.webhookSecret, deletedAt: project.deletedAt })
    .from(retrainingSchedule)
    .innerJoin(project, eq(project.id, retrainingSchedule.projectId))
    .where(eq(retrainingSchedule.id, delivery.scheduleId));
  if (!found?.secret || found.deletedAt !== null) return;
  await conclude(deps, delivery, await attempt(deps, delivery, found.secret));
}

async function claim({ db, clock }: WebhookDeps, id: number): Promise<WebhookDeliveryRow | null> {
  const now = clock();
  return takeLease(db, webhookDelivery, id, { now, ttl: SENDING_MS, condition: isDue(now) });
}

function isDue(now: number) {
  return and(eq(webhookDelivery.status, "PENDING"), lte(webhookDelivery.nextAttemptAt, now));
}

async function attempt(deps: WebhookDeps, delivery: WebhookDeliveryRow, secret: string): Promise<Attempt> {
  const { url, body } = delivery;
  const headers = await headersOf(deps, delivery, secret);
  return callAddress(deps, { url, body, headers }, deps.clock());
}

async function headersOf(
  { clock }: WebhookDeps,
  { id, event, body }: WebhookDeliveryRow,
  secret: string,
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(clock() / 1000));
  return {
    [WEBHOOK_HEADERS.event]: event,
    [WEBHOOK_HEADERS.delivery]: String(id),
    [WEBHOOK_HEADERS.timestamp]: timestamp,
    [WEBHOOK_HEADERS.signature]: `sha256=${await signature(secret, `${timestamp}.${body}`)}`,
  };
}

/** Hex HMAC-SHA256. */
export async function signature(secret: string, text: string): Promise<string> {
  return toHex(await hmac(new TextEncoder().encode(secret), text));
}

async function conclude(
  { db, clock }: WebhookDeps,
  delivery: WebhookDeliveryRow,
  { status: responseStatus, error }: Attempt,
): Promise<void> {
  const now = clock();
  const attempts = delivery.attempts + 1;
  const isLast = error === null || attempts >= MAX_ATTEMPTS;
  await db
    .update(webhookDelivery)
    .set({
      status: error === null ? "DELIVERED" : isLast ? "FAILED" : "PENDING",
      attempts,
      responseStatus,
      error,
      nextAttemptAt: isLast ? null : now + MINUTE_MS * 2 ** (attempts - 1),
      deliveredAt: error === null ? now : null,
      updatedAt: now,
      ...RELEASED,
    })
    .where(isHeld(webhookDelivery, delivery));
}
