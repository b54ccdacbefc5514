/** Accounts in the hands of administrators, and passwords in the hands of their owners. */
import { and, desc, eq, gt, inArray, ne, or } from "drizzle-orm";
import { OPEN_JOB_STATUSES } from "#contract/tuning-job.ts";
import type { AccountRequest, AccountUpdate } from "#contract/user.ts";
import { project, refreshToken, tuningJob, user } from "#db/schema.ts";
import type { Jobs } from "#jobs/jobs.ts";
import type { KeyValueStore } from "#storage/routing-store.ts";
import { createUser, getUser } from "./accounts.ts";
import { AppError, FieldError, fieldError } from "./app-error.ts";
import { hashPassword, passwordProblems, verifyPassword } from "./passwords.ts";
import { publishKeysOf } from "./routing.ts";
import { revokeAllSessions, type SessionDeps, type UserRow } from "./sessions.ts";

export interface UserDeps extends SessionDeps {
  readonly routing: KeyValueStore;
  readonly jobs: Pick<Jobs, "closeSockets">;
}

export function listUsers({ db }: Pick<UserDeps, "db">): Promise<UserRow[]> {
  return db.select().from(user).orderBy(desc(user.createdAt), desc(user.id));
}

export function createAccount(deps: UserDeps, request: AccountRequest): Promise<UserRow> {
  return createUser(deps, { ...request, isStaff: request.is_staff, isSuperuser: false });
}

/** Changes an account. Whoever administers cannot lock themselves out. */
export async function updateAccount(
  deps: UserDeps,
  actorId: number,
  userId: number,
  changes: Partial<AccountUpdate>,
): Promise<UserRow> {
  const before = await getUser(deps, userId);
  if (changes.is_active === false && userId === actorId) {
    throw new AppError("bad_request", "You cannot deactivate your own account.");
  }
  const set = { email: changes.email, isStaff: changes.is_staff, isActive: changes.is_active };
  if (Object.values(set).every((value) => value === undefined)) return before;
  const [row] = await deps.db.update(user).set(set).where(eq(user.id, userId)).returning();
  if (row === undefined) throw new AppError("not_found", "No User matches the given query.");
  if (!row.isActive) await suspend(deps, userId);
  else if (changes.is_active !== undefined) await publishKeysOf(deps, { ownerId: userId });
  return row;
}

/** Ends all sessions of a user, closes the sockets, and takes the user's keys from serving. May be repeated. */
export async function suspend(deps: UserDeps, userId: number): Promise<void> {
  await revokeAllSessions(deps.db, userId);
  await closeSockets(deps, userId);
  await publishKeysOf(deps, { ownerId: userId });
}

/** Jobs that ended longer ago have nothing more to tell to a socket that still hangs on them. */
const WATCHED_AFTER_END_MS = 24 * 60 * 60 * 1000;

/** Only owners may watch a job, so their own jobs are all that can have sockets of theirs. */
async function closeSockets({ db, jobs, clock }: UserDeps, userId: number): Promise<void> {
  const mayTell = or(
    inArray(tuningJob.status, [...OPEN_JOB_STATUSES]),
    gt(tuningJob.updatedAt, clock() - WATCHED_AFTER_END_MS),
  );
  const rows = await db
    .select({ id: tuningJob.id })
    .from(tuningJob)
    .innerJoin(project, eq(project.id, tuningJob.projectId))
    .where(and(eq(project.ownerId, userId), mayTell));
  await Promise.all(rows.map((row) => jobs.closeSockets(row.id)));
}

function refuseWeak(field: string, password: string, owner: UserRow): void {
  const problems = passwordProblems(password, { username: owner.username, email: owner.email });
  if (problems.length > 0) throw new FieldError({ [field]: problems });
}

async function storePassword(deps: UserDeps, userId: number, password: string): Promise<void> {
  const passwordHash = await hashPassword(password, deps.randomBytes);
  await deps.db.update(user).set({ passwordHash }).where(eq(user.id, userId));
}

/** An administrator's reset; every session of that user ends. */
export async function resetPassword(deps: UserDeps, userId: number, password: string): Promise<void> {
  refuseWeak("new_password", password, await getUser(deps, userId));
  await storePassword(deps, userId, password);
  await revokeAllSessions(deps.db, userId);
}

export interface PasswordChange {
  readonly oldPassword: string | undefined;
  readonly newPassword: string;
  /** The field that is refused when the new password is too weak. */
  readonly field: string;
  /** The session that stays open; all others of the user end. */
  readonly session: string | null;
}

/** A person's own change. The present password is asked for, so that a stolen session cannot become a stolen account. */
export async function changePassword(deps: UserDeps, owner: UserRow, change: PasswordChange): Promise<void> {
  const { oldPassword, newPassword, field, session } = change;
  if (oldPassword === undefined) refuseWeak(field, newPassword, owner);
  const fits = await verifyPassword(oldPassword ?? "", owner.passwordHash);
  if (!fits) throw fieldError("old_password", "Current password is incorrect.");
  refuseWeak(field, newPassword, owner);
  await storePassword(deps, owner.id, newPassword);
  await deps.db
    .update(refreshToken)
    .set({ revokedAt: deps.clock() })
    .where(and(eq(refreshToken.userId, owner.id), ne(refreshToken.family, session ?? "")));
}
