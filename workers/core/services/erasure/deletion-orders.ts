/** Requests to delete: a repeated request is the same one. The cron gives each owner a fair share. */
import { and, asc, eq, lte, type SQL, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import type { DeletionKind, DeletionReport } from "#contract/deletion.ts";
import type { Database } from "#db/database.ts";
import { deletion } from "#db/deletion-schema.ts";
import { insertWhere } from "#db/insert-where.ts";
import { isFree } from "#db/lease.ts";
import type { DeletionRow } from "../resources/deletion.ts";
import type { DeletionDeps } from "./deletion-slice.ts";

export interface NewOrder {
  readonly kind: Exclude<DeletionKind, "IMPORT">;
  readonly projectId: number | null;
  readonly ownerId: number;
  readonly requestedBy: number;
  /** The user to erase. */
  readonly subject: string | null;
  readonly report: DeletionReport;
}

/**
 * Writes a request, unless the same one is open already. Returns the open one; null if there is none, because `condition` does
 * not hold.
 *
 * @param alongside Statements of the same transaction, after the request.
 */
export async function placeOrder(
  { db, clock }: Pick<DeletionDeps, "db" | "clock">,
  order: NewOrder,
  condition?: SQL,
  alongside: readonly BatchItem<"sqlite">[] = [],
): Promise<DeletionRow | null> {
  const now = clock();
  const isSame = and(
    eq(deletion.kind, order.kind),
    eq(deletion.ownerId, order.ownerId),
    sql`${deletion.projectId} is ${order.projectId}`,
    sql`${deletion.subject} is ${order.subject}`,
    eq(deletion.status, "RUNNING"),
  );
  const isNew = sql`not exists (select 1 from ${deletion} where ${isSame})`;
  const values = { ...order, createdAt: now, updatedAt: now };
  await db.batch([insertWhere(db, deletion, values, and(condition, isNew)), ...alongside]);
  const [row] = await db.select().from(deletion).where(isSame).orderBy(asc(deletion.id)).limit(1);
  return row ?? null;
}

/** Requests that the cron processes in a minute. */
export const ORDERS_PER_TICK = 20;
/** Some of these are reserved for requests that wait for something else, so that neither kind starves. */
const WAITING_PER_TICK = 5;
/** However many requests of one owner are open. */
const ORDERS_PER_OWNER = 5;

/**
 * The next requests: for each owner the one that was processed longest ago, then the second of each, and so on. Waiting and
 * failing requests have a separate queue.
 */
export async function ordersInTurn(db: Database, now: number): Promise<{ id: number }[]> {
  const active = await queued(db, now, false, ORDERS_PER_TICK);
  const room = Math.max(WAITING_PER_TICK, ORDERS_PER_TICK - active.length);
  const waiting = await queued(db, now, true, room);
  return [...active.slice(0, ORDERS_PER_TICK - waiting.length), ...waiting];
}

function queued(db: Database, now: number, isWaiting: boolean, limit: number): Promise<{ id: number }[]> {
  const isOpen = and(eq(deletion.status, "RUNNING"), isFree(deletion, now));
  const place = sql<number>`row_number() over
    (partition by ${deletion.ownerId} order by ${deletion.updatedAt}, ${deletion.id})`;
  const queue = db
    .select({ id: deletion.id, updatedAt: deletion.updatedAt, place: place.as("place") })
    .from(deletion)
    .where(and(isOpen, eq(deletion.isWaiting, isWaiting)))
    .as("queue");
  return db
    .select({ id: queue.id })
    .from(queue)
    .where(lte(queue.place, ORDERS_PER_OWNER))
    .orderBy(asc(queue.place), asc(queue.updatedAt), asc(queue.id))
    .limit(limit);
}
