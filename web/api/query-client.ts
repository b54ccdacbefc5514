import { QueryClient } from "@tanstack/solid-query";
import { ApiError } from "./api-error.ts";

const STALE_AFTER_MS = 5_000;
const MAX_RETRIES = 2;

/** Retries only failures that may go away: a dropped connection or a failing server. */
function mayHeal(error: Error): boolean {
  return error instanceof ApiError && (error.kind === "network" || error.kind === "server");
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: STALE_AFTER_MS,
        // Rows keep their identity between polls, so that focus and open panels stay.
        reconcile: "id",
        retry: (failures, error) => failures < MAX_RETRIES && mayHeal(error),
        throwOnError: false,
      },
      mutations: { retry: false, throwOnError: false },
    },
  });
}
