/**
 * Deletions: data are marked first, so that nothing shows or serves them, and then erased in bounded slices from every store.
 * After a kill the row of a deletion is enough to continue; each slice is repeatable.
 */
import { eq } from "drizzle-orm";
import type { DeletionKind } from "#contract/deletion.ts";
import { deletion } from "#db/deletion-schema.ts";
import { isHeld, RELEASED, renewLease, takeLease } from "#db/lease.ts";
import { attemptEach } from "../cron/attempt-each.ts";
import type { DeletionRow } from "../resources/deletion.ts";
import { rebuildManifest } from "../serving/routing.ts";
import { eraseAccountSlice } from "./account-erasure.ts";
import { ordersInTurn } from "./deletion-orders.ts";
import { DELETION_LEASE_MS, type DeletionDeps, type SliceOutcome } from "./deletion-slice.ts";
import { eraseProjectSlice } from "./project-erasure.ts";
import { eraseUserSlice } from "./user-erasure.ts";

/** Slices in one request: each is up to fifty calls, and a Worker has a thousand. */
const SLICES_AT_ONCE = 20;
/** For all requests together; most slices are a few calls. */
const SLICES_PER_TICK = 100;
/** By then a worker that was busy has certainly lost its claim, and written its objects. */
const LAST_LOOK_AFTER_MS = 60_000;

const eraseSlice: Readonly<
  Record<DeletionKind, (deps: DeletionDeps, row: DeletionRow) => Promise<SliceOutcome>>
> = {
  PROJECT: eraseProjectSlice,
  ACCOUNT: eraseAccountSlice,
  PERSON: eraseUserSlice,
  IMPORT: eraseProjectSlice,
};

/** Continues unfinished deletions: each request gets the same share of the run. */
export async function driveDeletions(deps: DeletionDeps): Promise<void> {
  const orders = await ordersInTurn(deps.db, deps.clock());
  const share = Math.min(SLICES_AT_ONCE, Math.ceil(SLICES_PER_TICK / orders.length));
  await attemptEach(orders, "deletions", ({ id }) => advanceOrStepBack(deps, id, share));
}

/** A failing request goes behind the others, and is tried again. */
async function advanceOrStepBack(deps: DeletionDeps, id: number, share: number): Promise<void> {
  try {
    await advanceDeletion(deps, id, share);
  } catch (error) {
    await deps.db.update(deletion).set({ isWaiting: true }).where(eq(deletion.id, id));
    throw error;
  }
}

/**
 * Erases some slices. A call that finds nothing left, a minute after the last slice, ends the deletion. Anything written by late
 * workers in that minute would have been found.
 */
export async function advanceDeletion(
  deps: DeletionDeps,
  id: number,
  slices: number = SLICES_AT_ONCE,
): Promise<void> {
  let row = await takeOrder(deps, id);
  for (let slice = 0; row !== null && slice < slices; slice++) {
    const outcome: SliceOutcome = await eraseSlice[row.kind](deps, row);
    if (outcome.type === "lost") return;
    if (outcome.type === "wait") return release(deps, row, true);
    if (outcome.type === "nothing") return settle(deps, row);
    row = await renewed(deps, {
      ...row,
      report: outcome.report,
      sweepAt: deps.clock() + LAST_LOOK_AFTER_MS,
    });
  }
  if (row !== null) await release(deps, row, false);
}

/** The request with its lease; null when another worker has it, or it is done. */
async function takeOrder({ db, clock }: DeletionDeps, id: number): Promise<DeletionRow | null> {
  const condition = eq(deletion.status, "RUNNING");
  return takeLease(db, deletion, id, { now: clock(), ttl: DELETION_LEASE_MS, condition });
}

async function renewed({ db, clock }: DeletionDeps, row: DeletionRow): Promise<DeletionRow | null> {
  const lease = await renewLease(db, deletion, row, { now: clock(), ttl: DELETION_LEASE_MS });
  return lease && { ...row, leaseUntil: lease.leaseUntil };
}

async function settle(deps: DeletionDeps, row: DeletionRow): Promise<void> {
  const now = deps.clock();
  if (row.sweepAt === null || now < row.sweepAt) {
    return release(deps, { ...row, sweepAt: row.sweepAt ?? now + LAST_LOOK_AFTER_MS }, false);
  }
  if (row.projectId !== null && row.kind !== "PERSON") await rebuildManifest(deps, row.projectId);
  await deps.db
    .update(deletion)
    .set({ status: "COMPLETED", subject: null, completedAt: now, updatedAt: now, ...RELEASED })
    .where(isHeld(deletion, row));
}

async function release({ db, clock }: DeletionDeps, row: DeletionRow, isWaiting: boolean): Promise<void> {
  const { sweepAt } = row;
  const released = { ...RELEASED, sweepAt, isWaiting, updatedAt: clock() };
  await db.update(deletion).set(released).where(isHeld(deletion, row));
}
