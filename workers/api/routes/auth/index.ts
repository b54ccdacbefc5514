import { getCookie } from "hono/cookie";
import {
  ACCESS_COOKIE,
  ACCESS_TOKEN_TTL_S,
  loginRequest,
  type OpenSessionList,
  profileUpdate,
  REFRESH_COOKIE,
  refreshRequest,
  SOCKET_TICKET_TTL_S,
  type SocketTicketResponse,
  signupRequest,
  type UserResponse,
  verifyRequest,
} from "#contract/auth.ts";
import { closeSocketsOf } from "#services/access/close-sockets.ts";
import {
  findTokenOwner,
  listSessions,
  ownsSession,
  refreshSession,
  revokeSession,
  tokenProblem,
} from "#services/access/sessions.ts";
import { issueTicket } from "#services/access/socket-tickets.ts";
import { logIn, type OpenedSession, signUp, updateProfile } from "#services/accounts/accounts.ts";
import { endOtherSessions } from "#services/accounts/users.ts";
import { AppError, notFound } from "#services/app-error.ts";
import type { AccountRow } from "#services/resources/account.ts";
import { isoTime } from "#services/resources/iso-time.ts";
import { parseBody, parseChanges } from "../../middleware/body.ts";
import type { ApiContext } from "../../middleware/context.ts";
import type { Endpoint, Handler } from "../../middleware/endpoint.ts";
import { refuseCrossSite } from "../../middleware/same-origin.ts";
import type { RouteDeps } from "../route-deps.ts";
import { clearSessionCookies, setSessionCookies } from "./cookies.ts";

const TOKEN_CHALLENGE = { "WWW-Authenticate": 'Bearer realm="api"' };

function toUserResponse(account: AccountRow): UserResponse {
  return {
    pk: account.id,
    username: account.username,
    email: account.email,
    first_name: account.firstName,
    last_name: account.lastName,
    is_superuser: account.isSuperuser,
    is_staff: account.isStaff,
  };
}

function tokenRefused(message: string): AppError {
  return new AppError("not_authenticated", message, { code: "token_not_valid", headers: TOKEN_CHALLENGE });
}

export function authRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const { settings, clock } = deps;
  const cookieRules = () => ({ secure: settings.secureCookies, now: clock() });

  const withDevice = (c: ApiContext) => ({ ...deps, device: c.req.header("user-agent") ?? "" });

  const answerSession = (c: ApiContext, { owner, tokens }: OpenedSession, status: 200 | 201) => {
    setSessionCookies(c, tokens, cookieRules());
    return c.json({ access: tokens.access, refresh: "", user: toUserResponse(owner) }, status);
  };

  const signup: Handler = async (c) => {
    refuseCrossSite(c.req.raw, settings.allowedOrigins);
    const request = await parseBody(c, signupRequest);
    return answerSession(c, await signUp(withDevice(c), request, settings.allowSignup), 201);
  };

  const login: Handler = async (c) => {
    refuseCrossSite(c.req.raw, settings.allowedOrigins);
    return answerSession(c, await logIn(withDevice(c), await parseBody(c, loginRequest)), 200);
  };

  const refresh: Handler = async (c) => {
    refuseCrossSite(c.req.raw, settings.allowedOrigins);
    const sent = (await parseBody(c, refreshRequest)).refresh;
    const token = sent ?? getCookie(c, REFRESH_COOKIE);
    if (!token) throw tokenRefused("No valid refresh token found.");
    const tokens = await refreshSession(withDevice(c), token).catch((error: unknown) => {
      throw error instanceof AppError ? tokenRefused(error.message) : error;
    });
    setSessionCookies(c, tokens, cookieRules());
    return c.json({
      access: tokens.access,
      access_expiration: isoTime(clock() + ACCESS_TOKEN_TTL_S * 1000),
      ...(sent !== undefined && tokens.refresh !== null ? { refresh: tokens.refresh } : {}),
    });
  };

  const verify: Handler = async (c) => {
    const { token } = await parseBody(c, verifyRequest);
    const problem = await tokenProblem(deps, token);
    if (problem !== null) throw tokenRefused(problem);
    return c.json({});
  };

  const logout: Handler = async (c) => {
    refuseCrossSite(c.req.raw, settings.allowedOrigins);
    await endSession(deps, c);
    clearSessionCookies(c, cookieRules());
    return c.json({ detail: "Successfully logged out." });
  };

  const showSession: Handler = async (c) => {
    refuseCrossSite(c.req.raw, settings.allowedOrigins);
    const access = getCookie(c, ACCESS_COOKIE);
    const found = access ? await findTokenOwner(deps, access) : null;
    if (found?.ok) return c.json({ user: toUserResponse(found.owner), refreshable: false });
    const refresh = await deps.tokens.verify(getCookie(c, REFRESH_COOKIE) ?? "", "refresh");
    return c.json({ user: null, refreshable: refresh.ok });
  };

  const changeProfile =
    (mode: "replace" | "patch"): Handler =>
    async (c) => {
      const changes = await parseChanges(c, profileUpdate, mode);
      return c.json(toUserResponse(await updateProfile(deps, c.var.caller.account.id, changes)));
    };

  ownSessionRoutes(endpoint, deps);
  endpoint("/auth/signup", { POST: signup }, { access: "public", rate: "login" });
  endpoint("/auth/login", { POST: login }, { access: "public", rate: "login" });
  endpoint("/auth/token/refresh", { POST: refresh }, { access: "public" });
  endpoint("/auth/token/verify", { POST: verify }, { access: "public" });
  endpoint("/auth/logout", { POST: logout }, { access: "public" });
  endpoint("/auth/session", { GET: showSession }, { access: "public" });
  endpoint(
    "/auth/user",
    {
      GET: (c) => c.json(toUserResponse(c.var.caller.account)),
      PUT: changeProfile("replace"),
      PATCH: changeProfile("patch"),
    },
    { access: "session" },
  );
  endpoint(
    "/auth/socket_ticket",
    {
      POST: async (c) => {
        const { account, session } = c.var.caller;
        const ticket = await issueTicket(deps, account, session ?? "");
        return c.json({ ticket, expires_in: SOCKET_TICKET_TTL_S } satisfies SocketTicketResponse, 201);
      },
    },
    { access: "session" },
  );
}

/** The caller's own sessions: seen, and ended one by one or all others at once. */
function ownSessionRoutes(endpoint: Endpoint, deps: RouteDeps): void {
  const access = "session";
  endpoint(
    "/auth/sessions",
    {
      GET: async (c) => {
        const { account, session } = c.var.caller;
        return c.json({ sessions: await listSessions(deps, account.id, session) } satisfies OpenSessionList);
      },
    },
    { access },
  );
  endpoint(
    "/auth/sessions/end_others",
    {
      POST: async (c) => {
        const { account, session } = c.var.caller;
        await endOtherSessions(deps, account.id, session ?? "");
        return c.json({ sessions: await listSessions(deps, account.id, session) } satisfies OpenSessionList);
      },
    },
    { access },
  );
  endpoint(
    "/auth/sessions/:session",
    {
      DELETE: async (c) => {
        const { account } = c.var.caller;
        const session = c.req.param("session") ?? "";
        if (!(await ownsSession(deps, account.id, session))) throw notFound("Session");
        await endOne(deps, account.id, session);
        return c.body(null, 204);
      },
    },
    { access },
  );
}

/** Revokes the session of any of the caller's tokens; a stale token does not prevent a logout. */
async function endSession(deps: RouteDeps, c: ApiContext): Promise<void> {
  const refresh = await deps.tokens.verify(getCookie(c, REFRESH_COOKIE) ?? "", "refresh");
  if (refresh.ok) await endOne(deps, refresh.claims.user_id, refresh.claims.sid);
  const bearer = /^Bearer (\S+)$/.exec(c.req.header("authorization") ?? "")?.[1];
  const access = bearer ?? getCookie(c, ACCESS_COOKIE);
  if (!access) return;
  const found = await findTokenOwner(deps, access);
  if (found.ok) await endOne(deps, found.owner.id, found.session);
}

async function endOne(deps: RouteDeps, accountId: number, session: string): Promise<void> {
  await revokeSession(deps, session);
  await closeSocketsOf(deps, accountId, { only: session });
}
