/**
 * Sends what the addresses of retraining schedules are told: right after a run has failed, when a wait after a failure is over, and by the
 * cron what nobody woke. The waits and the number of attempts are those of endpoints. The calls of a schedule go out one after
 * another, in the order of its runs.
 */
import { and, asc, eq, isNull, lte, sql } from "drizzle-orm";
import { WEBHOOK_HEADERS } from "#contract/webhook.ts";
import { isFree, isHeld, RELEASED, takeLease } from "#db/lease.ts";
import { retrainingSchedule, webhookDelivery } from "#db/retraining-schema.ts";
import { project } from "#db/schema.ts";
import type { WebhookDeliveryRow } from "../resources/webhook-delivery.ts";
import { callAddress } from "./call-address.ts";
import { type Attempt, afterAttempt } from "./delivery-policy.ts";
import { CALLS_PER_TURN, type DriveDeps, randomOf, SENDING_MS, TURN_MS } from "./drive-endpoints.ts";
import { signature } from "./signing.ts";

export const SCHEDULES_PER_TICK = 20;
/** However many schedules of one account have calls. */
const SCHEDULES_PER_OWNER = 5;

/** For the cron: schedules with calls that may go out now, of each owner in turn. */
export async function driveSchedules(deps: DriveDeps): Promise<void> {
  const due = await schedulesInTurn(deps);
  const outcomes = await Promise.allSettled(due.map(({ id }) => driveSchedule(deps, id)));
  const troubles = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  if (troubles.length > 0) throw new AggregateError(troubles, "Some calls of schedules could not be stored.");
}

/** For each owner the schedule whose call is due longest, then the second of each, and so on. */
function schedulesInTurn({ db, clock }: DriveDeps): Promise<{ id: number }[]> {
  const now = clock();
  const isHead = sql`not exists (select 1 from webhook_delivery earlier where earlier.status = 'PENDING'
    and earlier.schedule_id = ${webhookDelivery.scheduleId} and earlier.id < ${webhookDelivery.id})`;
  const place = sql<number>`row_number() over
    (partition by ${project.ownerId} order by ${webhookDelivery.nextAttemptAt}, ${webhookDelivery.id})`;
  const queue = db
    .select({
      id: webhookDelivery.scheduleId,
      dueAt: webhookDelivery.nextAttemptAt,
      place: place.as("place"),
    })
    .from(webhookDelivery)
    .innerJoin(project, eq(project.id, webhookDelivery.projectId))
    .where(and(isDue(now), isFree(webhookDelivery, now), isHead))
    .as("queue");
  return db
    .select({ id: queue.id })
    .from(queue)
    .where(lte(queue.place, SCHEDULES_PER_OWNER))
    .orderBy(asc(queue.place), asc(queue.dueAt), asc(queue.id))
    .limit(SCHEDULES_PER_TICK);
}

function isDue(now: number) {
  return and(eq(webhookDelivery.status, "PENDING"), lte(webhookDelivery.nextAttemptAt, now));
}

/** Sends what waits for a schedule's address, until it fails or the turn is over, and has the rest sent when its time has come. */
export async function driveSchedule(deps: DriveDeps, id: number): Promise<void> {
  const next = await takeTurn(deps, id);
  if (next !== null) await deps.wakeAddress({ kind: "schedule", id }, next);
}

/** Returns when to look again; null when no call waits. */
async function takeTurn(deps: DriveDeps, scheduleId: number): Promise<number | null> {
  const { db, clock } = deps;
  const until = clock() + TURN_MS;
  for (let left = CALLS_PER_TURN; ; left--) {
    const head = await headOf(deps, scheduleId);
    if (head === null) return null;
    const now = clock();
    // Also the end of another Worker's lease: it may have been killed.
    const dueAt = Math.max(head.delivery.nextAttemptAt ?? 0, head.delivery.leaseUntil);
    if (dueAt > now) return dueAt;
    if (left === 0 || now >= until) return now;
    const claim = { now, ttl: SENDING_MS, condition: isDue(now) };
    const delivery = await takeLease(db, webhookDelivery, head.delivery.id, claim);
    if (delivery !== null) await conclude(deps, delivery, await attempt(deps, delivery, head.secret));
  }
}

/** The call that goes out next, and what signs it; none of a project that waits to be erased. */
async function headOf({ db }: DriveDeps, scheduleId: number) {
  const [found] = await db
    .select({ delivery: webhookDelivery, secret: retrainingSchedule.webhookSecret })
    .from(webhookDelivery)
    .innerJoin(retrainingSchedule, eq(retrainingSchedule.id, webhookDelivery.scheduleId))
    .innerJoin(project, and(eq(project.id, webhookDelivery.projectId), isNull(project.deletedAt)))
    .where(and(eq(webhookDelivery.scheduleId, scheduleId), eq(webhookDelivery.status, "PENDING")))
    .orderBy(asc(webhookDelivery.id))
    .limit(1);
  if (found === undefined || found.secret === null) return null;
  return { delivery: found.delivery, secret: found.secret };
}

async function attempt(deps: DriveDeps, delivery: WebhookDeliveryRow, secret: string): Promise<Attempt> {
  const now = deps.clock();
  const { url, body } = delivery;
  return callAddress(deps, { url, body, headers: await headersOf(delivery, secret, now) }, now);
}

async function headersOf(
  { id, event, body }: WebhookDeliveryRow,
  secret: string,
  now: number,
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000));
  return {
    [WEBHOOK_HEADERS.event]: event,
    [WEBHOOK_HEADERS.delivery]: String(id),
    [WEBHOOK_HEADERS.timestamp]: timestamp,
    [WEBHOOK_HEADERS.signature]: `sha256=${await signature(secret, `${timestamp}.${body}`)}`,
  };
}

/** Writes what an attempt came to, if this Worker still has the call. */
async function conclude(deps: DriveDeps, delivery: WebhookDeliveryRow, attempt: Attempt): Promise<void> {
  const { db, clock } = deps;
  const now = clock();
  const before = { failures: delivery.attempts, attempts: delivery.attempts, queuedAt: delivery.createdAt };
  const { status, retryAt } = afterAttempt(before, attempt, { now, random: randomOf(deps) });
  await db
    .update(webhookDelivery)
    .set({
      status,
      attempts: delivery.attempts + 1,
      responseStatus: attempt.status,
      error: attempt.error,
      nextAttemptAt: status === "PENDING" ? retryAt : null,
      deliveredAt: status === "DELIVERED" ? now : null,
      updatedAt: now,
      ...RELEASED,
    })
    .where(isHeld(webhookDelivery, delivery));
}
