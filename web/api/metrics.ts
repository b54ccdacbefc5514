import { queryOptions } from "@tanstack/solid-query";
import type { health } from "#contract/health.ts";
import { networkError, unexpectedError } from "./api-error.ts";
import { type Answer, requestText } from "./client.ts";
import { projectKey } from "./projects.ts";

const POLL_MS = 15_000;

/** The figures of a project as Prometheus' text; they are up to ten seconds old. */
export const metricsQuery = (projectId: number) =>
  queryOptions({
    queryKey: [...projectKey(projectId), "metrics"],
    queryFn: ({ signal }) => requestText(`project/${projectId}/metrics/`, { signal }),
    refetchInterval: POLL_MS,
  });

/** The state of the platform; an answer with the status 503 says it, too. */
export const healthQuery = () =>
  queryOptions({
    queryKey: ["health"],
    queryFn: async ({ signal }) => {
      const response = await fetch("/health", { signal }).catch(() => {
        throw networkError();
      });
      const found = (await response.json().catch(() => null)) as Answer<typeof health> | null;
      if (found === null) throw unexpectedError();
      return found;
    },
    refetchInterval: POLL_MS,
    reconcile: false as const,
  });
