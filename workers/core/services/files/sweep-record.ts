/**
 * The audit log of each project records the objects that the sweep of the store deleted, for its owner and for administrators.
 */
import { auditEntry } from "#db/audit-schema.ts";
import type { Database } from "#db/database.ts";
import { project } from "#db/schema.ts";
import type { Clock } from "#platform/clock.ts";
import { parseKey } from "#storage/keys.ts";
import { isOneOf } from "../serving/routing-entries.ts";
import type { SweepReport } from "./orphans.ts";

/** In place of the owner of a deleted project. */
const NOBODY = 0;
/** D1 takes a hundred parameters a statement; an entry has nine. */
const ENTRIES_AT_ONCE = 10;

/** @param requestId Of the cron's run. */
export async function recordSweep(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  { keys }: Pick<SweepReport, "keys">,
  requestId: string,
): Promise<void> {
  const counts = new Map<number, number>();
  for (const key of keys) {
    const projectId = parseKey(key)?.projectId;
    if (projectId !== undefined) counts.set(projectId, (counts.get(projectId) ?? 0) + 1);
  }
  if (counts.size === 0) return;
  const projects = await db
    .select({ id: project.id, ownerId: project.ownerId })
    .from(project)
    .where(isOneOf(project.id, [...counts.keys()]));
  const owners = new Map(projects.map(({ id, ownerId }) => [id, ownerId]));
  const entries = [...counts].map(([projectId, count]) => ({
    projectId,
    accountId: owners.get(projectId) ?? NOBODY,
    username: "automatic",
    action: "AUTO /project/:id/sweep",
    targetId: projectId,
    reason: `Deleted ${count} ${count === 1 ? "object" : "objects"} of the store that no row named.`,
    requestId,
    createdAt: clock(),
  }));
  for (let at = 0; at < entries.length; at += ENTRIES_AT_ONCE) {
    await db.insert(auditEntry).values(entries.slice(at, at + ENTRIES_AT_ONCE));
  }
}
