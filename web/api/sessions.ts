import { queryOptions } from "@tanstack/solid-query";
import type { openSessionList } from "#contract/auth.ts";
import { type Answer, command, request } from "./client.ts";

export const sessionsKey = ["sessions"] as const;

export const sessionsQuery = () =>
  queryOptions({
    queryKey: sessionsKey,
    queryFn: ({ signal }) => request<Answer<typeof openSessionList>>("auth/sessions/", { signal }),
  });

export function endSession(id: string): Promise<void> {
  return command(`auth/sessions/${encodeURIComponent(id)}/`, { method: "DELETE" });
}

export function endOtherSessions(): Promise<void> {
  return command("auth/sessions/end_others/");
}

/** All other sessions of the account end, too. */
export function changePassword(old_password: string, new_password: string): Promise<void> {
  return command("users/change_password/", { body: { old_password, new_password } });
}
