/** Finds the caller: an API key, else a bearer token, else the access cookie. */
import { getCookie } from "hono/cookie";
import { ACCESS_COOKIE } from "#contract/auth.ts";
import { API_KEY_PREFIX } from "#contract/key-scopes.ts";
import { authenticateKey } from "#services/access/api-keys.ts";
import { findTokenOwner } from "#services/access/sessions.ts";
import type { TokenProblem, Tokens } from "#services/access/tokens.ts";
import { AppError, notAuthenticated, permissionDenied } from "#services/app-error.ts";
import type { ServiceDeps } from "#services/deps.ts";
import type { ApiSettings } from "../env/env.ts";
import type { ApiContext, Caller } from "./context.ts";
import { refuseCrossSite } from "./same-origin.ts";

type Deps = Pick<ServiceDeps, "db" | "clock"> & {
  readonly tokens: Tokens;
  readonly settings: Pick<ApiSettings, "allowedOrigins">;
};

/**
 * Who may use a route. `caller`: sessions, and keys with the scope that the method needs. `predict`: sessions, and keys with that scope.
 * `session`: sessions only.
 */
export type Access = "public" | "caller" | "predict" | "session" | "staff";

export function invalidAccessToken(problem: TokenProblem): AppError {
  return new AppError("not_authenticated", "Given token not valid for any token type", {
    code: "token_not_valid",
    messages: [{ token_class: "AccessToken", token_type: "access", message: problem }],
  });
}

/** The token of an `Authorization: Bearer …` header; null without one and for other schemes. */
function bearerToken(header: string | undefined): string | null {
  const [scheme, token, ...more] = (header ?? "").trim().split(/\s+/);
  if (scheme !== "Bearer") return null;
  if (token !== undefined && more.length === 0) return token;
  throw new AppError("not_authenticated", "Authorization header must contain two space-delimited values", {
    code: "bad_authorization_header",
  });
}

async function callerOfToken(deps: Deps, token: string): Promise<Caller> {
  const found = await findTokenOwner(deps, token);
  if (!found.ok) throw invalidAccessToken(found.problem);
  const { owner, session } = found;
  return { viewer: { accountId: owner.id, isStaff: owner.isStaff, key: null }, account: owner, session };
}

export async function authenticate(deps: Deps, c: ApiContext): Promise<Caller> {
  const key = c.req.header("x-api-key");
  if (key?.startsWith(API_KEY_PREFIX)) {
    const { viewer, owner } = await authenticateKey(deps, key);
    return { viewer, account: owner, session: null };
  }
  const bearer = bearerToken(c.req.header("authorization"));
  if (bearer !== null) return callerOfToken(deps, bearer);
  const cookie = getCookie(c, ACCESS_COOKIE);
  if (cookie === undefined || cookie === "") throw notAuthenticated();
  refuseCrossSite(c.req.raw, deps.settings.allowedOrigins);
  return callerOfToken(deps, cookie);
}

/** Throws unless the caller may use a route with this method. */
export function authorize(access: Access, { viewer }: Caller, isRead: boolean): void {
  if (viewer.key) {
    const needed = access === "predict" ? "predict" : isRead ? "read" : "write";
    const allowed = (access === "caller" || access === "predict") && viewer.key.scopes.includes(needed);
    if (!allowed) throw permissionDenied();
  }
  if (access === "staff" && !viewer.isStaff) throw permissionDenied();
}
