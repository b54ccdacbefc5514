import { queryOptions } from "@tanstack/solid-query";
import type { AccountRequest, AccountResponse, accountResponse } from "#contract/user.ts";
import { type Answer, command, request } from "./client.ts";

export const accountsKey = ["accounts"] as const;

/** All accounts, newest first; for administrators. */
export const accountsQuery = () =>
  queryOptions({
    queryKey: accountsKey,
    queryFn: ({ signal }) => request<Answer<typeof accountResponse>[]>("users/", { signal }),
  });

export function createAccount(body: AccountRequest): Promise<AccountResponse> {
  return request<Answer<typeof accountResponse>>("users/", { method: "POST", body });
}

export function setAccountActive(accountId: number, isActive: boolean): Promise<void> {
  return command(`users/${accountId}/${isActive ? "activate" : "deactivate"}/`);
}

export function resetPassword(accountId: number, password: string): Promise<void> {
  return command(`users/${accountId}/reset_password/`, { body: { new_password: password } });
}
