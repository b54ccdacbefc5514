/** Erases a closed account: first its projects, then its configurations and other rows, then its own row. */
import { and, eq, isNull, sql } from "drizzle-orm";
import { projectInvitation, projectMember } from "#db/member-schema.ts";
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
  {
    name: "project_invitation",
    table: projectInvitation,
    where: (row) => eq(projectInvitation.invitedBy, row.ownerId),
  },
  { name: "project_member", table: projectMember, where: (row) => eq(projectMember.accountId, row.ownerId) },
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
  if (left.length > 0) return { type: "wait" };
  await handOver(db, row.ownerId);
  return eraseRows(deps, row, OWN);
}

/** Configurations that other accounts' projects use go to those accounts: their jobs would be deleted with them. */
async function handOver(db: DeletionDeps["db"], accountId: number): Promise<void> {
  await db.batch([
    db
      .update(splitConfig)
      .set({ createdBy: sql`coalesce(${userOf(splitConfig, "split_id")}, ${accountId})` })
      .where(eq(splitConfig.createdBy, accountId)),
    db
      .update(evaluationConfig)
      .set({ createdBy: sql`coalesce(${userOf(evaluationConfig, "evaluation_id")}, ${accountId})` })
      .where(eq(evaluationConfig.createdBy, accountId)),
  ]);
}

/** The account of a project that uses a configuration; null if none does. */
function userOf(table: typeof splitConfig | typeof evaluationConfig, column: "split_id" | "evaluation_id") {
  const refers = (holder: string) =>
    sql`select project_id from ${sql.identifier(holder)} where ${sql.identifier(column)} = ${table.id}`;
  return sql`(select owner_id from project
    where id in (${refers("tuning_job")} union ${refers("retraining_schedule")}) order by id limit 1)`;
}
