/** Records the row and the project that a request is about, and writes who changed it once the change is done. */
import { describeError, type Logger } from "#platform/json-logger.ts";
import { addAuditEntry } from "#services/accounts/audit-log.ts";
import type { ServiceDeps } from "#services/deps.ts";
import type { ApiContext } from "./context.ts";

export type AuditDeps = Pick<ServiceDeps, "db" | "clock"> & { readonly logger: Logger };

/**
 * Rows without a project, such as split configurations, leave no entry.
 * @param note.action The action, if the path of the request does not name the row's resource.
 * @param note.reason The reason, if one was given.
 */
export function noteSubject(
  c: ApiContext,
  row: object,
  note: { readonly action?: string; readonly reason?: string } = {},
): void {
  const { id, projectId, ownerId } = row as { id?: unknown; projectId?: unknown; ownerId?: unknown };
  // A project is the one row that has an owner and no project.
  const owner = projectId ?? (ownerId === undefined ? undefined : id);
  if (typeof id === "number" && typeof owner === "number")
    c.set("subject", { projectId: owner, id, ...note });
}

/** Adds the reason of a consequence to the note. */
export function noteReason(c: ApiContext, reason: string): void {
  const subject = c.get("subject");
  if (subject !== undefined) c.set("subject", { ...subject, reason });
}

/** Fails open: the change is done and its answer is due; a lost entry is an error in the log. */
export async function recordChange(deps: AuditDeps, c: ApiContext, path: string): Promise<void> {
  const subject = c.get("subject");
  if (subject === undefined) return;
  const { action = path, reason = null } = subject;
  const { account, viewer } = c.var.caller;
  const { projectId, id: targetId } = subject;
  const requestId = c.get("requestId");
  try {
    const { username } = account;
    await addAuditEntry(deps, { viewer, username, projectId, targetId, action, reason, requestId });
  } catch (error) {
    deps.logger.error("audit_entry_lost", { request_id: requestId, action, error: describeError(error) });
  }
}
