import { and, eq, sql } from "drizzle-orm";
import type { Database } from "#db/database.ts";
import { retrainingRun } from "#db/retraining-schema.ts";

/**
 * Makes the row that the statement before it in the same batch inserted the work of a retraining run. Together they leave nothing
 * behind: neither a job that no run knows nor a run that waits for nothing.
 */
export function adoptNewRow(
  db: Database,
  run: { readonly id: number },
  column: "modelId" | "tuningJobId",
  now: number,
) {
  return db
    .update(retrainingRun)
    .set({ status: "RUNNING", [column]: sql`last_insert_rowid()`, updatedAt: now })
    .where(and(eq(retrainingRun.id, run.id), eq(retrainingRun.status, "PENDING")));
}
