import { queryOptions } from "@tanstack/solid-query";
import * as z from "zod";
import { type AccountRequest, type AccountResponse, accountResponse } from "#contract/user.ts";
import { command, request } from "./client.ts";

export const accountsKey = ["accounts"] as const;

/** All accounts, newest first; for administrators. */
export const accountsQuery = () =>
  queryOptions({
    queryKey: accountsKey,
    queryFn: ({ signal }) => request("users/", z.array(accountResponse), { signal }),
  });

export function createAccount(body: AccountRequest): Promise<AccountResponse> {
  return request("users/", accountResponse, { method: "POST", body });
}

export function setAccountActive(accountId: number, isActive: boolean): Promise<void> {
  return command(`users/${accountId}/${isActive ? "activate" : "deactivate"}/`);
}

export function resetPassword(accountId: number, password: string): Promise<void> {
  return command(`users/${accountId}/reset_password/`, { body: { new_password: password } });
}
