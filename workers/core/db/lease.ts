/**
 * Leases: of several workers that see the same row, one works on it, for a limited time. A worker that dies loses its lease when
 * the time is over. Every write of a holder names its lease (`isHeld`), so a replaced worker can change nothing.
 *
 * The column `lease_until` holds the end of the present lease, 0 when there is none. The end identifies a lease: a worker that
 * takes over from a dead one gets a later end, also when the clock went back meanwhile. A clock that goes back makes leases
 * longer, never shorter.
 */
import { and, eq, lte, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "./database.ts";

export interface LeasedTable extends SQLiteTable {
  readonly id: SQLiteColumn;
  readonly leaseUntil: SQLiteColumn;
}

/** A row and the end of its lease, epoch milliseconds. A row that was read when its lease was taken is one. */
export interface Lease {
  readonly id: number;
  readonly leaseUntil: number;
}

/** The current time and the length of the lease, in milliseconds. */
export interface LeaseTime {
  readonly now: number;
  readonly ttl: number;
}

/** Rows that nobody holds at this time. */
export function isFree(table: LeasedTable, now: number): SQL {
  return lte(table.leaseUntil, now);
}

/** The row as long as this lease is the present one, also past its end: until another worker takes it. */
export function isHeld(table: LeasedTable, { id, leaseUntil }: Lease): SQL {
  return sql`(${table.id} = ${id} and ${table.leaseUntil} = ${leaseUntil})`;
}

/**
 * Takes the lease of a row that nobody holds, where `condition` holds too. Returns the row with the lease; null when another
 * worker has it, or the condition fails. If two try in the same instant, each runs one statement, and the second finds the lease
 * of the first.
 */
export async function takeLease<T extends LeasedTable>(
  db: Database,
  table: T,
  id: number,
  { now, ttl, condition }: LeaseTime & { readonly condition?: SQL | undefined },
): Promise<T["$inferSelect"] | null> {
  const [row] = await db
    .update(table as LeasedTable)
    .set({ leaseUntil: sql`max(${now + ttl}, ${table.leaseUntil} + 1)` } as never)
    .where(and(eq(table.id, id), isFree(table, now), condition))
    .returning();
  return (row as T["$inferSelect"] | undefined) ?? null;
}

/** Extends a lease once a quarter of it is used up. Returns the present lease; null when another worker has the row. */
export async function renewLease(
  db: Database,
  table: LeasedTable,
  lease: Lease,
  { now, ttl }: LeaseTime,
): Promise<Lease | null> {
  if (lease.leaseUntil - now > ttl * 0.75) return lease;
  const leaseUntil = Math.max(now + ttl, lease.leaseUntil + 1);
  const renewed = await db
    .update(table)
    .set({ leaseUntil } as never)
    .where(isHeld(table, lease))
    .returning({ id: table.id });
  return renewed.length === 0 ? null : { id: lease.id, leaseUntil };
}

/** Columns that end a lease, to set together with the result of the work, under `isHeld`. */
export const RELEASED = { leaseUntil: 0 } as const;
