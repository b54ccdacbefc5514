import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { EMPTY_REPORT } from "#contract/deletion.ts";
import { openDatabase } from "#db/database.ts";
import { deletion } from "#db/deletion-schema.ts";
import { isFree, isHeld, RELEASED, renewLease, takeLease } from "#db/lease.ts";

const NOW = 1_800_000_000_000;
const TTL = 60_000;
const db = openDatabase(env.DB);

/** A row that nobody has; deletions are one of the tables with leases. */
async function freeRow(): Promise<number> {
  const values = { ownerId: 1, requestedBy: 1, report: EMPTY_REPORT, createdAt: NOW, updatedAt: NOW };
  const [row] = await db
    .insert(deletion)
    .values({ kind: "ACCOUNT", ...values })
    .returning();
  if (row === undefined) throw new Error("insert returned no row");
  return row.id;
}

const take = (id: number, now: number) => takeLease(db, deletion, id, { now, ttl: TTL });

async function taken(id: number, now: number) {
  const row = await take(id, now);
  if (row === null) throw new Error("the lease was not free");
  return row;
}

const endOf = async (id: number) =>
  (await db.select().from(deletion).where(eq(deletion.id, id)))[0]?.leaseUntil;

describe("a lease", () => {
  it("is taken by one of many that try in the same instant, and ends after its time", async () => {
    const id = await freeRow();
    const rows = await Promise.all(Array.from({ length: 8 }, () => take(id, NOW)));
    expect(rows.filter((row) => row !== null)).toMatchObject([{ id, leaseUntil: NOW + TTL }]);
  });

  it("of a worker that died is free when its time is over, and not a millisecond before", async () => {
    const id = await freeRow();
    await taken(id, NOW);
    expect(await take(id, NOW + TTL - 1)).toBeNull();
    expect(await take(id, NOW + TTL)).toMatchObject({ leaseUntil: NOW + 2 * TTL });
  });

  it("that another worker took over writes and renews nothing for the first one", async () => {
    const id = await freeRow();
    const first = await taken(id, NOW);
    const second = await taken(id, NOW + TTL);
    const late = await db
      .update(deletion)
      .set({ isWaiting: true })
      .where(isHeld(deletion, first))
      .returning();
    expect(late).toEqual([]);
    expect(await renewLease(db, deletion, first, { now: NOW + TTL, ttl: TTL })).toBeNull();
    await db.update(deletion).set(RELEASED).where(isHeld(deletion, first));
    expect(await endOf(id)).toBe(second.leaseUntil);
  });

  it("stays with its worker after its end until another worker takes it over", async () => {
    const id = await freeRow();
    const lease = await taken(id, NOW);
    const renewed = await renewLease(db, deletion, lease, { now: NOW + 3 * TTL, ttl: TTL });
    expect(renewed).toEqual({ id, leaseUntil: NOW + 4 * TTL });
    expect(await take(id, NOW + 4 * TTL - 1)).toBeNull();
  });

  it("is renewed once a quarter of it is used up, without a call before", async () => {
    const id = await freeRow();
    const lease = await taken(id, NOW);
    expect(await renewLease(db, deletion, lease, { now: NOW + TTL / 4 - 1, ttl: TTL })).toBe(lease);
    const renewed = await renewLease(db, deletion, lease, { now: NOW + TTL / 4, ttl: TTL });
    expect(renewed).toEqual({ id, leaseUntil: NOW + (TTL * 5) / 4 });
    expect(await endOf(id)).toBe(NOW + (TTL * 5) / 4);
  });

  it("is free for others as soon as it is released", async () => {
    const id = await freeRow();
    const lease = await taken(id, NOW);
    await db.update(deletion).set(RELEASED).where(isHeld(deletion, lease));
    expect(await db.select().from(deletion).where(isFree(deletion, NOW))).toContainEqual(
      expect.objectContaining({ id }),
    );
    expect(await take(id, NOW + 1)).toMatchObject({ leaseUntil: NOW + 1 + TTL });
  });

  it("gets longer, never shorter, by a clock that goes back", async () => {
    const id = await freeRow();
    const lease = await taken(id, NOW);
    expect(await take(id, NOW - 1_000_000)).toBeNull();
    const renewed = await renewLease(db, deletion, lease, { now: NOW - 1_000_000, ttl: TTL });
    expect(renewed).toEqual(lease);
    const overdue = await taken(id, NOW + TTL);
    expect(overdue.leaseUntil).toBeGreaterThan(lease.leaseUntil);
  });

  it("ends later than the one it takes over, so that the two are never taken for each other", async () => {
    const id = await freeRow();
    const first = await taken(id, NOW);
    const second = await takeLease(db, deletion, id, { now: NOW + TTL, ttl: 0 });
    expect(second?.leaseUntil).toBe(first.leaseUntil + 1);
  });

  it("is not taken if the row does not meet its condition", async () => {
    const id = await freeRow();
    const condition = eq(deletion.status, "COMPLETED");
    expect(await takeLease(db, deletion, id, { now: NOW, ttl: TTL, condition })).toBeNull();
    expect(await endOf(id)).toBe(0);
  });
});
