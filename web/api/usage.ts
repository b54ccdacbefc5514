import { queryOptions } from "@tanstack/solid-query";
import { usageResponse } from "#contract/usage.ts";
import { request } from "./client.ts";
import { projectKey } from "./projects.ts";

/** The last 30 days. */
export const usageQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...projectKey(projectId), "usage"] as const,
    queryFn: ({ signal }) => request(`project/${projectId}/usage/`, usageResponse, { signal }),
  });
