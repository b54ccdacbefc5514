/** Erases a closed account: first its projects, then its configurations and other rows, then its own row. */
import { and, eq, isNull, sql } from "drizzle-orm";
import { account, evaluationConfig, project, splitConfig } from "#db/schema.ts";
import type { DeletionRow } from "../resources/deletion.ts";
import type { DeletionDeps, SliceOutcome } from "./deletion-slice.ts";
import { eraseRows, type RowsToErase } from "./erase-rows.ts";
import { markProject } from "./mark-project.ts";

const OWN: readonly RowsToErase[] = [
  { name: "split_config", table: splitConfig, where: (row) => eq(splitConfig.createdBy, row.ownerId) },
  {
    name: "evaluation_config",
    table: evaluationConfig,
    where: (row) => eq(evaluationConfig.createdBy, row.ownerId),
  },
  { name: "user", table: account, where: (row) => eq(account.id, row.ownerId) },
];

export async function eraseAccountSlice(deps: DeletionDeps, row: DeletionRow): Promise<SliceOutcome> {
  const { db } = deps;
  const [live] = await db
    .select()
    .from(project)
    .where(and(eq(project.ownerId, row.ownerId), isNull(project.deletedAt)))
    .limit(1);
  if (live !== undefined) {
    await markProject(deps, row.requestedBy, live);
    return { type: "more", report: row.report };
  }
  const left = await db
    .select({ one: sql`1` })
    .from(project)
    .where(eq(project.ownerId, row.ownerId))
    .limit(1);
  return left.length > 0 ? { type: "wait" } : eraseRows(deps, row, OWN);
}
