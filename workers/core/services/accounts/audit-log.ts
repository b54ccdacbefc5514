/** Who changed what in a project. Entries are added and deleted with their project; nothing edits them. */
import { auditEntry } from "#db/audit-schema.ts";
import type { ServiceDeps } from "../deps.ts";
import type { Viewer } from "../viewer.ts";

export interface Change {
  readonly viewer: Viewer;
  readonly username: string;
  readonly projectId: number;
  readonly targetId: number;
  /** Method and path of the operation. */
  readonly action: string;
  readonly reason: string | null;
  readonly requestId: string;
}

export async function addAuditEntry(
  { db, clock }: Pick<ServiceDeps, "db" | "clock">,
  { viewer, ...change }: Change,
): Promise<void> {
  const who = { accountId: viewer.accountId, apiKeyId: viewer.key?.id ?? null };
  await db.insert(auditEntry).values({ ...change, ...who, createdAt: clock() });
}
