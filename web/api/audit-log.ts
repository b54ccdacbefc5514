import { queryOptions } from "@tanstack/solid-query";
import { auditEntryResponse } from "#contract/audit.ts";
import { pageOf } from "#contract/primitives.ts";
import { request } from "./client.ts";
import { projectKey } from "./projects.ts";

export const auditLogQuery = (projectId: number, page: number) =>
  queryOptions({
    queryKey: [...projectKey(projectId), "audit-log", page],
    queryFn: ({ signal }) =>
      request("audit_log/", pageOf(auditEntryResponse), { query: { project: projectId, page }, signal }),
  });
