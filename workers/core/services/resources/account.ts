import type { AccountResponse } from "#contract/user.ts";
import type { account } from "#db/schema.ts";
import { leftOut, shownCodec } from "./codec.ts";

export type AccountRow = typeof account.$inferSelect;

/** Accounts for administrators. They are listed whole, so they have no filters. */
export const accountCodec = shownCodec<AccountRow, AccountResponse>("Accounts are not in an archive.")({
  id: { api: "id" },
  username: { api: "username" },
  email: { api: "email" },
  firstName: { api: leftOut("For the account alone.") },
  lastName: { api: leftOut("For the account alone.") },
  passwordHash: { api: leftOut("It is a secret.") },
  isStaff: { api: "is_staff" },
  isSuperuser: { api: leftOut("Set by the deployment.") },
  isActive: { api: "is_active" },
  tokenVersion: { api: leftOut("A part of every token.") },
  createdAt: { api: { time: "date_joined" } },
  lastLoginAt: { api: { time: "last_login" } },
});
