import type { AuditEntryResponse } from "#contract/audit.ts";
import { type AuditEntryRow, auditEntries, auditEntryCodec } from "#services/resources/audit-entry.ts";
import type { Endpoint } from "../../middleware/endpoint.ts";
import { resourceRoutes } from "../resource-routes.ts";
import type { RouteDeps } from "../route-deps.ts";

const toAuditEntryResponse: (row: AuditEntryRow) => AuditEntryResponse = auditEntryCodec.show;

export function auditLogRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  resourceRoutes(endpoint, deps.db, {
    resource: auditEntries,
    toResponse: toAuditEntryResponse,
  });
}
