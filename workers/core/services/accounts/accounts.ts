/** Accounts: signing up, logging in, and an account's own changes. */
import { and, eq, ne, type SQL, sql } from "drizzle-orm";
import type { SignupRequest } from "#contract/auth.ts";
import { isUniqueViolation } from "#db/database.ts";
import { account } from "#db/schema.ts";
import { hashPassword, passwordProblems, spendVerification, verifyPassword } from "../access/passwords.ts";
import type { Throttle } from "../access/rate-limits.ts";
import { openSession, type SessionDeps, type SessionTokens } from "../access/sessions.ts";
import { AppError, FieldError, fieldError, permissionDenied } from "../app-error.ts";
import type { AccountRow } from "../resources/account.ts";

const USERNAME_TAKEN = "A user with that username already exists.";

export interface OpenedSession {
  readonly owner: AccountRow;
  readonly tokens: SessionTokens;
}

/** Makes an account and logs it in. The first account of a deployment is its administrator. */
export async function signUp(
  deps: SessionDeps,
  request: SignupRequest,
  allowed: boolean,
): Promise<OpenedSession> {
  if (!allowed) throw permissionDenied("Sign-up is switched off. Ask an administrator for an account.");
  const isFirst = sql<boolean>`(not exists (select 1 from ${account}))`;
  const owner = await createUser(deps, { ...request, isStaff: isFirst, isSuperuser: isFirst });
  await noteLogin(deps, owner);
  return { owner, tokens: await openSession(deps, owner) };
}

interface NewUser extends SignupRequest {
  readonly isStaff: boolean | ReturnType<typeof sql<boolean>>;
  readonly isSuperuser: boolean | ReturnType<typeof sql<boolean>>;
}

/** One statement decides which is first, so two sign-ups at the same time cannot both be. */
export async function createUser(deps: SessionDeps, request: NewUser): Promise<AccountRow> {
  const problems = passwordProblems(request.password, { username: request.username, email: request.email });
  if (problems.length > 0) throw new FieldError({ password: problems });
  await refuseTaken(deps, request, null);
  const passwordHash = await hashPassword(request.password, deps.randomBytes);
  try {
    const [row] = await deps.db
      .insert(account)
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

const hasName = (name: string) => sql`lower(${account.username}) = ${name.toLowerCase()}`;
const hasEmail = (email: string) => sql`lower(${account.email}) = ${email.toLowerCase()}`;

/**
 * Refuses a name or an address with which another account logs in. Both work for a login, so a username that is another's address
 * is refused, too.
 */
export async function refuseTaken(
  deps: Pick<SessionDeps, "db">,
  wanted: { readonly username?: string | undefined; readonly email?: string | undefined },
  ownId: number | null,
): Promise<void> {
  const isKnown = async (condition: SQL) => {
    const others = ownId === null ? condition : and(condition, ne(account.id, ownId));
    return (await deps.db.select({ id: account.id }).from(account).where(others).limit(1)).length > 0;
  };
  const { username = "", email = "" } = wanted;
  if (username.includes("@") && (await isKnown(hasEmail(username)))) {
    throw fieldError("username", USERNAME_TAKEN);
  }
  if (email !== "" && ((await isKnown(hasEmail(email))) || (await isKnown(hasName(email))))) {
    throw fieldError("email", "A user with that e-mail address already exists.");
  }
}

/** Older deployments may have several accounts with one address; a password is tried on at most this many. */
const CANDIDATES = 4;

/** The accounts that log in under a name: by username and, where it is an address, by e-mail. */
async function findByName(deps: SessionDeps, name: string): Promise<AccountRow[]> {
  const fits = name.includes("@") ? sql`(${hasName(name)} or ${hasEmail(name)})` : hasName(name);
  const byNameFirst = sql`${hasName(name)} desc`;
  return deps.db.select().from(account).where(fits).orderBy(byNameFirst, account.id).limit(CANDIDATES);
}

export interface LoginDeps extends SessionDeps {
  readonly throttle: Throttle;
}

/** Guesses count by account, too: more addresses do not allow more of them. */
async function countGuess(
  { throttle }: LoginDeps,
  name: string,
  candidates: readonly AccountRow[],
): Promise<void> {
  const counted =
    candidates.length > 0 ? candidates.map(({ id }) => `account:${id}`) : [`name:${name.toLowerCase()}`];
  for (const counter of counted) await throttle("login", counter, ACCOUNT_FACTOR);
}

/** An account allows this many times the guesses of an address: one guesser must not lock out the owner. */
const ACCOUNT_FACTOR = 2;

export async function logIn(
  deps: LoginDeps,
  request: {
    readonly username?: string | undefined;
    readonly email?: string | undefined;
    readonly password: string;
  },
): Promise<OpenedSession> {
  const name = request.username || request.email || "";
  const candidates = name === "" ? [] : await findByName(deps, name);
  if (name !== "") await countGuess(deps, name, candidates);
  const found = await firstThatFits(candidates, request.password);
  if (candidates.length === 0) await spendVerification(request.password);
  if (!found) throw fieldError("non_field_errors", "Unable to log in with provided credentials.");
  await noteLogin(deps, found);
  return { owner: found, tokens: await openSession(deps, found) };
}

async function firstThatFits(
  candidates: readonly AccountRow[],
  password: string,
): Promise<AccountRow | null> {
  let fitting: AccountRow | null = null;
  for (const candidate of candidates) {
    const fits = await verifyPassword(password, candidate.passwordHash);
    if (fits && candidate.isActive) fitting ??= candidate;
  }
  return fitting;
}

async function noteLogin({ db, clock }: SessionDeps, { id }: AccountRow): Promise<void> {
  await db.update(account).set({ lastLoginAt: clock() }).where(eq(account.id, id));
}

export interface ProfileChanges {
  readonly username?: string | undefined;
  readonly first_name?: string | undefined;
  readonly last_name?: string | undefined;
}

export async function updateProfile(
  deps: SessionDeps,
  accountId: number,
  changes: ProfileChanges,
): Promise<AccountRow> {
  const set = {
    username: changes.username,
    firstName: changes.first_name,
    lastName: changes.last_name,
  };
  if (Object.values(set).every((value) => value === undefined)) return getUser(deps, accountId);
  await refuseTaken(deps, changes, accountId);
  try {
    const [row] = await deps.db.update(account).set(set).where(eq(account.id, accountId)).returning();
    if (row) return row;
  } catch (error) {
    throw isUniqueViolation(error, "user_username") ? fieldError("username", USERNAME_TAKEN) : error;
  }
  throw new AppError("not_found", "No User matches the given query.");
}

export async function getUser(deps: Pick<SessionDeps, "db">, accountId: number): Promise<AccountRow> {
  const [row] = await deps.db.select().from(account).where(eq(account.id, accountId)).limit(1);
  if (row === undefined) throw new AppError("not_found", "No User matches the given query.");
  return row;
}

/** Makes the administrator from the deployment's environment, once; an existing account of that name is left unchanged. */
export async function ensureAdministrator(
  deps: SessionDeps,
  administrator: { readonly username: string; readonly password: string },
): Promise<void> {
  const same = sql`lower(${account.username}) = ${administrator.username.toLowerCase()}`;
  const existing = await deps.db.select({ id: account.id }).from(account).where(same).limit(1);
  if (existing.length > 0) return;
  const passwordHash = await hashPassword(administrator.password, deps.randomBytes);
  await deps.db
    .insert(account)
    .values({
      username: administrator.username,
      passwordHash,
      isStaff: true,
      isSuperuser: true,
      createdAt: deps.clock(),
    })
    .onConflictDoNothing();
}
