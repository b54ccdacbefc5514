/**
 * People: signing up, logging in, and what they may change about themselves.
 */
import { eq, sql } from "drizzle-orm";
import type { SignupRequest } from "#contract/auth.ts";
import { isUniqueViolation } from "#db/database.ts";
import { user } from "#db/schema.ts";
import { AppError, FieldError, fieldError, permissionDenied } from "./app-error.ts";
import { hashPassword, passwordProblems, spendVerification, verifyPassword } from "./passwords.ts";
import { openSession, type SessionDeps, type SessionTokens, type UserRow } from "./sessions.ts";

const USERNAME_TAKEN = "A user with that username already exists.";

export interface OpenedSession {
  readonly owner: UserRow;
  readonly tokens: SessionTokens;
}

/** Makes an account and logs it in. The first account of a deployment administers it. */
export async function signUp(
  deps: SessionDeps,
  request: SignupRequest,
  allowed: boolean,
): Promise<OpenedSession> {
  if (!allowed) throw permissionDenied("Sign-up is switched off. Ask an administrator for an account.");
  await refuseTakenEmail(deps, request.email);
  const isFirst = sql<boolean>`(not exists (select 1 from ${user}))`;
  const owner = await createUser(deps, { ...request, isStaff: isFirst, isSuperuser: isFirst });
  await noteLogin(deps, owner);
  return { owner, tokens: await openSession(deps, owner) };
}

interface NewUser extends SignupRequest {
  readonly isStaff: boolean | ReturnType<typeof sql<boolean>>;
  readonly isSuperuser: boolean | ReturnType<typeof sql<boolean>>;
}

/** One statement decides who is first, so two sign-ups at once cannot both be. */
export async function createUser(deps: SessionDeps, request: NewUser): Promise<UserRow> {
  const problems = passwordProblems(request.password, { username: request.username, email: request.email });
  if (problems.length > 0) throw new FieldError({ password: problems });
  const passwordHash = await hashPassword(request.password, deps.randomBytes);
  try {
    const [row] = await deps.db
      .insert(user)
      .values({
        username: request.username,
        email: request.email,
        passwordHash,
        isStaff: request.isStaff,
        isSuperuser: request.isSuperuser,
        createdAt: deps.clock(),
      })
      .returning();
    if (row === undefined) throw new Error("insert returned no row");
    return row;
  } catch (error) {
    throw isUniqueViolation(error, "user_username") ? fieldError("username", USERNAME_TAKEN) : error;
  }
}

async function refuseTakenEmail(deps: SessionDeps, email: string): Promise<void> {
  if (email === "") return;
  const same = sql`lower(${user.email}) = ${email.toLowerCase()}`;
  const rows = await deps.db.select({ id: user.id }).from(user).where(same).limit(1);
  if (rows.length > 0) throw fieldError("email", "A user with that e-mail address already exists.");
}

/** By username or, where no username fits, by an e-mail address that only one account has. */
async function findByName(deps: SessionDeps, name: string): Promise<UserRow | null> {
  const lower = name.toLowerCase();
  const [named] = await deps.db.select().from(user).where(sql`lower(${user.username}) = ${lower}`).limit(1);
  if (named || !name.includes("@")) return named ?? null;
  const addressed = await deps.db.select().from(user).where(sql`lower(${user.email}) = ${lower}`).limit(2);
  return addressed.length === 1 ? (addressed[0] ?? null) : null;
}

export async function logIn(
  deps: SessionDeps,
  request: {
    readonly username?: string | undefined;
    readonly email?: string | undefined;
    readonly password: string;
  },
): Promise<OpenedSession> {
  const name = request.username || request.email || "";
  const found = name === "" ? null : await findByName(deps, name);
  const fits = found ? await verifyPassword(request.password, found.passwordHash) : false;
  if (!found) await spendVerification(request.password);
  if (!found?.isActive || !fits) {
    throw fieldError("non_field_errors", "Unable to log in with provided credentials.");
  }
  await noteLogin(deps, found);
  return { owner: found, tokens: await openSession(deps, found) };
}

async function noteLogin({ db, clock }: SessionDeps, { id }: UserRow): Promise<void> {
  await db.update(user).set({ lastLoginAt: clock() }).where(eq(user.id, id));
}

export interface ProfileChanges {
  readonly username?: string | undefined;
  readonly first_name?: string | undefined;
  readonly last_name?: string | undefined;
}

export async function updateProfile(
  deps: SessionDeps,
  userId: number,
  changes: ProfileChanges,
): Promise<UserRow> {
  const set = {
    username: changes.username,
    firstName: changes.first_name,
    lastName: changes.last_name,
  };
  if (Object.values(set).every((value) => value === undefined)) return getUser(deps, userId);
  try {
    const [row] = await deps.db.update(user).set(set).where(eq(user.id, userId)).returning();
    if (row) return row;
  } catch (error) {
    throw isUniqueViolation(error, "user_username") ? fieldError("username", USERNAME_TAKEN) : error;
  }
  throw new AppError("not_found", "No User matches the given query.");
}

export async function getUser(deps: Pick<SessionDeps, "db">, userId: number): Promise<UserRow> {
  const [row] = await deps.db.select().from(user).where(eq(user.id, userId)).limit(1);
  if (row === undefined) throw new AppError("not_found", "No User matches the given query.");
  return row;
}

/** Makes the administrator that the deployment's environment names, once; an account of that name is left as it is. */
export async function ensureAdministrator(
  deps: SessionDeps,
  administrator: { readonly username: string; readonly password: string },
): Promise<void> {
  const same = sql`lower(${user.username}) = ${administrator.username.toLowerCase()}`;
  const existing = await deps.db.select({ id: user.id }).from(user).where(same).limit(1);
  if (existing.length > 0) return;
  const passwordHash = await hashPassword(administrator.password, deps.randomBytes);
  await deps.db
    .insert(user)
    .values({
      username: administrator.username,
      passwordHash,
      isStaff: true,
      isSuperuser: true,
      createdAt: deps.clock(),
    })
    .onConflictDoNothing();
}
