/** The account that a demo makes, and the text for the case that it becomes the administrator of an existing stack. */
import { randomBytes } from "node:crypto";
import type { UserResponse } from "#contract/auth.ts";
import { type ApiClient, signUp } from "./api-client.ts";

export interface DemoAccount {
  readonly username: string;
  readonly password: string;
}

export interface DemoSession {
  readonly account: DemoAccount;
  readonly client: ApiClient;
  /** True for the first account of a stack. */
  readonly isAdministrator: boolean;
}

export async function openAccount(url: string): Promise<DemoSession> {
  const account = {
    username: `demo-${randomBytes(4).toString("hex")}`,
    password: randomBytes(12).toString("hex"),
  };
  const client = await signUp(url, account.username, account.password);
  const { is_superuser: isAdministrator } = await client.get<UserResponse>("auth/user/");
  return { account, client, isAdministrator };
}

export function administratorText(url: string, { username, password }: DemoAccount): string {
  return [
    `${url} had no account yet. The demo made the first one, so it is the administrator of that stack.`,
    `  name      ${username}`,
    `  password  ${password}`,
    "Keep both. Later accounts are not administrators; this account can change that (Accounts in the dashboard).",
  ].join("\n");
}
