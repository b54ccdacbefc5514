/**
 * Sessions: a family of refresh tokens, each for one use. Using a spent one again means that somebody copied it, and ends the
 * whole session.
 */
import { and, desc, eq, gt, isNull, lt, sql } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { MAX_DEVICE_LENGTH, type OpenSessionResponse, REFRESH_TOKEN_TTL_S } from "#contract/auth.ts";
import type { Database } from "#db/database.ts";
import { account, refreshToken } from "#db/schema.ts";
import type { Clock } from "#platform/clock.ts";
import { toHex } from "#platform/encoding.ts";
import type { RandomBytes } from "#platform/random.ts";
import { AppError } from "../app-error.ts";
import type { AccountRow } from "../resources/account.ts";
import { isoTime } from "../resources/iso-time.ts";
import type { TokenProblem, Tokens } from "./tokens.ts";

export interface SessionDeps {
  readonly db: Database;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** How long its access tokens last, seconds; `ACCESS_TOKEN_TTL_S` by default. */
  readonly accessTtlS?: number;
  /** The user agent of the request, for the list of sessions. */
  readonly device?: string;
}

export interface SessionTokens {
  readonly access: string;
  /** Null if the caller's token was spent a moment ago by a second request, which got the new one. */
  readonly refresh: string | null;
}

/** Two tabs may refresh with the same cookie at the same time; the later one gets no new refresh token. */
const REUSE_GRACE_MS = 10_000;

export async function openSession(deps: SessionDeps, owner: AccountRow): Promise<SessionTokens> {
  const isExpired = and(eq(refreshToken.accountId, owner.id), lt(refreshToken.expiresAt, deps.clock()));
  const family = toHex(deps.randomBytes(16));
  const session = { family, startedAt: deps.clock() };
  return issue(deps, owner, session, [deps.db.delete(refreshToken).where(isExpired)]);
}

/** @param alongside Statements that go to the database with the new token. */
async function issue(
  deps: SessionDeps,
  owner: AccountRow,
  { family, startedAt }: { readonly family: string; readonly startedAt: number },
  alongside: readonly BatchItem<"sqlite">[] = [],
): Promise<SessionTokens> {
  const jti = toHex(deps.randomBytes(16));
  const issuedAt = deps.clock();
  const device = (deps.device ?? "").slice(0, MAX_DEVICE_LENGTH);
  const insertion = deps.db.insert(refreshToken).values({
    ...{ id: jti, accountId: owner.id, family, startedAt, issuedAt, device },
    expiresAt: issuedAt + REFRESH_TOKEN_TTL_S * 1000,
  });
  await deps.db.batch([insertion, ...alongside]);
  const content = { user_id: owner.id, ver: owner.tokenVersion, sid: family, jti };
  return {
    access: await signAccess(deps, owner, family),
    refresh: await deps.tokens.sign("refresh", content),
  };
}

function signAccess(deps: SessionDeps, owner: AccountRow, family: string): Promise<string> {
  const jti = toHex(deps.randomBytes(16));
  const content = { user_id: owner.id, ver: owner.tokenVersion, sid: family, jti };
  return deps.tokens.sign("access", content, deps.accessTtlS);
}

function refused(problem: TokenProblem): AppError {
  return new AppError("not_authenticated", problem, { code: "token_not_valid" });
}

/** Trades a refresh token for a new pair. */
export async function refreshSession(deps: SessionDeps, token: string): Promise<SessionTokens> {
  const verified = await deps.tokens.verify(token, "refresh");
  if (!verified.ok) throw refused(verified.problem);
  const { jti, sid, ver } = verified.claims;
  const [found] = await deps.db
    .select({ token: refreshToken, owner: account })
    .from(refreshToken)
    .innerJoin(account, eq(account.id, refreshToken.accountId))
    .where(eq(refreshToken.id, jti))
    .limit(1);
  const isLive = found && found.token.revokedAt === null && found.owner.isActive;
  if (!isLive || found.owner.tokenVersion !== ver) throw refused("Token is invalid");
  const spent = await deps.db
    .update(refreshToken)
    .set({ usedAt: deps.clock() })
    .where(and(eq(refreshToken.id, jti), isNull(refreshToken.usedAt)))
    .returning({ id: refreshToken.id });
  if (spent.length === 1) {
    return issue(deps, found.owner, { family: sid, startedAt: found.token.startedAt });
  }
  if (deps.clock() - (found.token.usedAt ?? deps.clock()) <= REUSE_GRACE_MS) {
    return { access: await signAccess(deps, found.owner, sid), refresh: null };
  }
  await revokeSession(deps, sid);
  throw refused("Token is invalid");
}

/** Ends a session: its refresh tokens and, with them, its access tokens. */
export async function revokeSession(deps: Pick<SessionDeps, "db" | "clock">, family: string): Promise<void> {
  await deps.db
    .update(refreshToken)
    .set({ revokedAt: deps.clock() })
    .where(and(eq(refreshToken.family, family), isNull(refreshToken.revokedAt)));
}

/** Ends every session of a user. */
export async function revokeAllSessions(db: Database, accountId: number): Promise<void> {
  await db
    .update(account)
    .set({ tokenVersion: sql`${account.tokenVersion} + 1` })
    .where(eq(account.id, accountId));
}

/** The sessions of an account that can still be used, the one used last first. */
export async function listSessions(
  { db, clock }: Pick<SessionDeps, "db" | "clock">,
  accountId: number,
  current: string | null,
): Promise<OpenSessionResponse[]> {
  const isOpen = and(
    eq(refreshToken.accountId, accountId),
    isNull(refreshToken.revokedAt),
    isNull(refreshToken.usedAt),
    gt(refreshToken.expiresAt, clock()),
  );
  const rows = await db
    .select()
    .from(refreshToken)
    .where(isOpen)
    .orderBy(desc(refreshToken.issuedAt), desc(refreshToken.expiresAt));
  const known = (ms: number) => (ms === 0 ? null : isoTime(ms));
  return rows.map(({ family, device, startedAt, issuedAt, expiresAt }) => ({
    ...{ id: family, device, is_current: family === current },
    ...{ started_at: known(startedAt), last_used_at: known(issuedAt), expires_at: isoTime(expiresAt) },
  }));
}

/** Whether a session is an account's own, open or not. */
export async function ownsSession(
  { db }: Pick<SessionDeps, "db">,
  accountId: number,
  family: string,
): Promise<boolean> {
  const isTheirs = and(eq(refreshToken.accountId, accountId), eq(refreshToken.family, family));
  return (await db.select({ id: refreshToken.id }).from(refreshToken).where(isTheirs).limit(1)).length > 0;
}

/** The owner of a session that is still open. */
export async function findSessionOwner(
  { db }: Pick<SessionDeps, "db">,
  accountId: number,
  family: string,
): Promise<AccountRow | null> {
  const open = sql<number>`exists (select 1 from ${refreshToken} where ${refreshToken.family} = ${family}
    and ${refreshToken.revokedAt} is null)`;
  const [found] = await db
    .select({ owner: account, open })
    .from(account)
    .where(eq(account.id, accountId))
    .limit(1);
  return found?.owner.isActive && found.open === 1 ? found.owner : null;
}

/** Why a token of either kind would be refused now; null when it holds. */
export async function tokenProblem(
  deps: Pick<SessionDeps, "db" | "tokens">,
  token: string,
): Promise<TokenProblem | null> {
  const verified = await deps.tokens.verify(token, null);
  if (!verified.ok) return verified.problem;
  const { token_type, user_id, sid, ver, jti } = verified.claims;
  const owner = await findSessionOwner(deps, user_id, sid);
  if (owner?.tokenVersion !== ver) return "Token is invalid";
  if (token_type === "access") return null;
  const isFresh = and(eq(refreshToken.id, jti), isNull(refreshToken.usedAt), isNull(refreshToken.revokedAt));
  const rows = await deps.db.select({ id: refreshToken.id }).from(refreshToken).where(isFresh);
  return rows.length > 0 ? null : "Token is invalid";
}

/** The owner of an access token, if the session is still open. */
export async function findTokenOwner(
  deps: Pick<SessionDeps, "db" | "tokens">,
  token: string,
): Promise<{ ok: true; owner: AccountRow; session: string } | { ok: false; problem: TokenProblem }> {
  const verified = await deps.tokens.verify(token, "access");
  if (!verified.ok) return verified;
  const { user_id, ver, sid } = verified.claims;
  const owner = await findSessionOwner(deps, user_id, sid);
  const holds = owner !== null && owner.tokenVersion === ver;
  return holds ? { ok: true, owner, session: sid } : { ok: false, problem: "Token is invalid" };
}
