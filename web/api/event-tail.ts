import { queryOptions } from "@tanstack/solid-query";
import type { eventTailResponse } from "#contract/event-tail.ts";
import { type Answer, request } from "./client.ts";
import { projectKey } from "./projects.ts";

const POLL_MS = 3_000;

/** @param type Null for all types. @param isPaused Whether what is shown stays as it is. */
export const eventTailQuery = (projectId: number, type: string | null, isPaused: boolean) =>
  queryOptions({
    queryKey: [...projectKey(projectId), "event-tail", type] as const,
    queryFn: ({ signal }) =>
      request<Answer<typeof eventTailResponse>>(`project/${projectId}/events/`, {
        query: type === null ? {} : { type },
        signal,
      }),
    refetchInterval: isPaused ? (false as const) : POLL_MS,
    // Coming back to the window is no reason to move what somebody reads.
    refetchOnWindowFocus: !isPaused,
    // Events have no ids.
    reconcile: false as const,
  });
