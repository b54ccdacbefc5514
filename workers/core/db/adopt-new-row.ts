/**
 * Writes a retraining run and the row of its work, a job or a model, in one batch. So every such job belongs to a run, and every run
 * that waits has its job.
 */
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Database } from "./database.ts";
import { isHeld, type Lease, RELEASED } from "./lease.ts";
import { retrainingRun } from "./retraining-schema.ts";

/** The condition for inserting the row of the work: the run waits to begin, and this worker still holds its lease. */
export function isBeginning(run: Lease): SQL {
  return sql`exists (select 1 from ${retrainingRun} where ${isWaiting(run)})`;
}

/** Makes the row that the previous statement of the same batch inserted, under `isBeginning`, the work of the run. */
export function adoptNewRow(db: Database, run: Lease, column: "modelId" | "tuningJobId", now: number) {
  return db
    .update(retrainingRun)
    .set({ status: "RUNNING", [column]: sql`last_insert_rowid()`, updatedAt: now, ...RELEASED })
    .where(isWaiting(run));
}

/** Makes the data that the previous statement of the same batch inserted those of the run, which goes on waiting for them. */
export function adoptNewData(db: Database, run: Lease, now: number) {
  return db
    .update(retrainingRun)
    .set({ eventDataId: sql`last_insert_rowid()`, updatedAt: now, ...RELEASED })
    .where(isWaiting(run));
}

function isWaiting(run: Lease): SQL | undefined {
  return and(isHeld(retrainingRun, run), eq(retrainingRun.status, "PENDING"));
}

/** Why nothing was inserted for a run. */
export function lostRun({ id }: Lease): Error {
  return new Error(`retraining run ${id} was given up and begun by another worker`);
}
