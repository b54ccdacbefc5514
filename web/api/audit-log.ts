import { queryOptions } from "@tanstack/solid-query";
import type { auditEntryResponse } from "#contract/audit.ts";
import type { Page } from "#contract/primitives.ts";
import { type Answer, request } from "./client.ts";
import { projectKey } from "./projects.ts";

export const auditLogQuery = (projectId: number, page: number) =>
  queryOptions({
    queryKey: [...projectKey(projectId), "audit-log", page],
    queryFn: ({ signal }) =>
      request<Page<Answer<typeof auditEntryResponse>>>("audit_log/", {
        query: { project: projectId, page },
        signal,
      }),
  });
