import { queryOptions } from "@tanstack/solid-query";
import type { usageResponse } from "#contract/usage.ts";
import { type Answer, request } from "./client.ts";
import { projectKey } from "./projects.ts";

const DAY_MS = 86_400_000;
const USUAL_DAYS = 30;

/** The last days, in UTC; 30 unless said otherwise. */
export const usageQuery = (projectId: number, days = USUAL_DAYS) =>
  queryOptions({
    queryKey: [...projectKey(projectId), "usage", days] as const,
    queryFn: ({ signal }) =>
      request<Answer<typeof usageResponse>>(`project/${projectId}/usage/`, {
        query: { from: new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10) },
        signal,
      }),
  });
