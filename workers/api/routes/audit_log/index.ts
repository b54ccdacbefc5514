import type { AuditEntryResponse } from "#contract/audit.ts";
import { type AuditEntryRow, auditEntries } from "#services/resources/resources.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { isoTime } from "../iso-time.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

function toAuditEntryResponse(row: AuditEntryRow): AuditEntryResponse {
  return {
    id: row.id,
    project: row.projectId,
    user: row.userId,
    username: row.username,
    api_key: row.apiKeyId,
    action: row.action,
    target: row.targetId,
    reason: row.reason,
    request_id: row.requestId,
    ins_datetime: isoTime(row.createdAt),
  };
}

export function auditLogRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    path: "audit_log",
    resource: auditEntries,
    toResponse: toAuditEntryResponse,
  });
}
