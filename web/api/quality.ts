import { queryOptions } from "@tanstack/solid-query";
import type { qualityResponse } from "#contract/quality.ts";
import { type Answer, request } from "./client.ts";
import { projectKey } from "./projects.ts";

/** How the lists of each slot did, day by day, the newest days. */
export const qualityQuery = (projectId: number, days: number) =>
  queryOptions({
    queryKey: [...projectKey(projectId), "quality", days],
    queryFn: ({ signal }) =>
      request<Answer<typeof qualityResponse>>(`project/${projectId}/quality/`, { query: { days }, signal }),
    reconcile: false as const,
  });
