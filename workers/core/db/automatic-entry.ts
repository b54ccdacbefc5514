/** What the platform itself did in a project, for the audit log. */
import { and, eq, exists, type SQL, sql } from "drizzle-orm";
import { auditEntry } from "./audit-schema.ts";
import type { Database } from "./database.ts";
import { insertWhere } from "./insert-where.ts";
import { project } from "./project-schema.ts";

/** The name of who did it. */
const AUTOMATIC = "automatic";

export interface AutomaticDeed {
  readonly projectId: number;
  /** As `AUTO /trained_model/:id/deploy`. */
  readonly action: string;
  readonly targetId: number;
  /** For people. */
  readonly reason: string;
  /** Names the work, as there is no request. */
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A statement that writes an entry in the name of the project's owner, if the condition holds and the project is there. */
export function insertAutomaticEntry(
  db: Database,
  { projectId, now, ...deed }: AutomaticDeed,
  condition: SQL | undefined,
) {
  const ofProject = eq(project.id, projectId);
  const accountId = sql`${db.select({ id: project.ownerId }).from(project).where(ofProject)}`;
  const entry = { ...deed, projectId, accountId, username: AUTOMATIC, createdAt: now };
  const isThere = exists(db.select({ id: project.id }).from(project).where(ofProject));
  return insertWhere(db, auditEntry, entry, and(isThere, condition));
}
