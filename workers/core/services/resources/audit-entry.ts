import { desc } from "drizzle-orm";
import type { AuditEntryResponse } from "#contract/audit.ts";
import { auditEntry } from "#db/audit-schema.ts";
import { project } from "#db/schema.ts";
import { shownCodec } from "./codec.ts";
import type { Resource } from "./listing.ts";
import { ofProject } from "./of-project.ts";

export type AuditEntryRow = typeof auditEntry.$inferSelect;

export const auditEntries: Resource<typeof auditEntry> = {
  model: "AuditEntry",
  path: "audit_log",
  one: "a change in a project",
  many: "changes in projects",
  table: auditEntry,
  ...ofProject(auditEntry.projectId),
  filters: {
    project: { kind: "reference", column: auditEntry.projectId, to: project },
    user: { kind: "number", column: auditEntry.accountId },
  },
  order: [desc(auditEntry.id)],
};

export const auditEntryCodec = shownCodec<AuditEntryRow, AuditEntryResponse>(
  "The log is of the project where things were done, and names people.",
)({
  id: { api: "id" },
  projectId: { api: "project" },
  accountId: { api: "user" },
  username: { api: "username" },
  apiKeyId: { api: "api_key" },
  action: { api: "action" },
  targetId: { api: "target" },
  reason: { api: "reason" },
  requestId: { api: "request_id" },
  createdAt: { api: { time: "ins_datetime" } },
});
