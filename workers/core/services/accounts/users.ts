/** Management of accounts by administrators, and changes of passwords. */
import { and, desc, eq, ne, type SQL, sql } from "drizzle-orm";
import type { AccountRequest, AccountUpdate } from "#contract/user.ts";
import { account, refreshToken } from "#db/schema.ts";
import type { Jobs } from "#jobs/jobs.ts";
import type { KeyValueStore } from "#storage/routing-store.ts";
import { closeSocketsOf } from "../access/close-sockets.ts";
import { hashPassword, passwordProblems, verifyPassword } from "../access/passwords.ts";
import { revokeAllSessions, type SessionDeps } from "../access/sessions.ts";
import { AppError, FieldError, fieldError } from "../app-error.ts";
import type { AccountRow } from "../resources/account.ts";
import { publishKeysOf } from "../serving/routing.ts";
import { createUser, getUser, refuseTaken } from "./accounts.ts";

export interface UserDeps extends SessionDeps {
  readonly routing: KeyValueStore;
  readonly jobs: Pick<Jobs, "closeSockets">;
}

export function listUsers({ db }: Pick<UserDeps, "db">): Promise<AccountRow[]> {
  return db.select().from(account).orderBy(desc(account.createdAt), desc(account.id));
}

export function createAccount(deps: UserDeps, request: AccountRequest): Promise<AccountRow> {
  return createUser(deps, { ...request, isStaff: request.is_staff, isSuperuser: false });
}

/**
 * The condition that an account may stop being an administrator: another active administrator remains. It is part of the
 * statement that changes the account, so that of two who demote each other at the same time only one succeeds.
 */
export function leavesAdministrator(accountId: number): SQL {
  return sql`(not (${account.isStaff} and ${account.isActive}) or exists (
    select 1 from user other where other.is_staff and other.is_active and other.id <> ${accountId}))`;
}

export function lastAdministrator(): AppError {
  return new AppError("conflict", "This is the last administrator. Make another one first.");
}

/** Changes an account. A deployment keeps an administrator, and nobody can lock themselves out. */
export async function updateAccount(
  deps: UserDeps,
  actorId: number,
  accountId: number,
  changes: Partial<AccountUpdate>,
): Promise<AccountRow> {
  const before = await getUser(deps, accountId);
  if (changes.is_active === false && accountId === actorId) {
    throw new AppError("bad_request", "You cannot deactivate your own account.");
  }
  const set = { email: changes.email, isStaff: changes.is_staff, isActive: changes.is_active };
  if (Object.values(set).every((value) => value === undefined)) return before;
  await refuseTaken(deps, { email: changes.email }, accountId);
  const isLess = changes.is_staff === false || changes.is_active === false;
  const mayChange = and(eq(account.id, accountId), isLess ? leavesAdministrator(accountId) : undefined);
  const [row] = await deps.db.update(account).set(set).where(mayChange).returning();
  if (row === undefined) {
    await getUser(deps, accountId);
    throw lastAdministrator();
  }
  if (!row.isActive) await suspend(deps, accountId);
  else if (changes.is_active !== undefined) await publishKeysOf(deps, { ownerId: accountId });
  return row;
}

/** Ends all sessions of an account, closes the sockets, and takes its keys from serving. Repeatable. */
export async function suspend(deps: UserDeps, accountId: number): Promise<void> {
  await revokeAllSessions(deps.db, accountId);
  await closeSocketsOf(deps, accountId);
  await publishKeysOf(deps, { ownerId: accountId });
}

function refuseWeak(field: string, password: string, owner: AccountRow): void {
  const problems = passwordProblems(password, { username: owner.username, email: owner.email });
  if (problems.length > 0) throw new FieldError({ [field]: problems });
}

async function storePassword(deps: UserDeps, accountId: number, password: string): Promise<void> {
  const passwordHash = await hashPassword(password, deps.randomBytes);
  await deps.db.update(account).set({ passwordHash }).where(eq(account.id, accountId));
}

/** An administrator's reset; every session of that account ends. */
export async function resetPassword(deps: UserDeps, accountId: number, password: string): Promise<void> {
  refuseWeak("new_password", password, await getUser(deps, accountId));
  await storePassword(deps, accountId, password);
  await revokeAllSessions(deps.db, accountId);
  await closeSocketsOf(deps, accountId);
}

export interface PasswordChange {
  readonly oldPassword: string | undefined;
  readonly newPassword: string;
  /** The field to name when the new password is too weak. */
  readonly field: string;
  /** The session that stays open; all others of the account end. */
  readonly session: string | null;
}

/** An account's own change. It needs the present password, so that a stolen session cannot take over the account. */
export async function changePassword(
  deps: UserDeps,
  owner: AccountRow,
  change: PasswordChange,
): Promise<void> {
  const { oldPassword, newPassword, field, session } = change;
  if (oldPassword === undefined) refuseWeak(field, newPassword, owner);
  const fits = await verifyPassword(oldPassword ?? "", owner.passwordHash);
  if (!fits) throw fieldError("old_password", "Current password is incorrect.");
  refuseWeak(field, newPassword, owner);
  await storePassword(deps, owner.id, newPassword);
  await endOtherSessions(deps, owner.id, session ?? "");
}

/** Ends all sessions of an account but one, and closes their sockets. */
export async function endOtherSessions(
  deps: Pick<UserDeps, "db" | "clock" | "jobs">,
  accountId: number,
  kept: string,
): Promise<void> {
  await deps.db
    .update(refreshToken)
    .set({ revokedAt: deps.clock() })
    .where(and(eq(refreshToken.accountId, accountId), ne(refreshToken.family, kept)));
  await closeSocketsOf(deps, accountId, { except: kept });
}
