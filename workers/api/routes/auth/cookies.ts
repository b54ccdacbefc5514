import { deleteCookie, setCookie } from "hono/cookie";
import { ACCESS_COOKIE, ACCESS_TOKEN_TTL_S, REFRESH_COOKIE, REFRESH_TOKEN_TTL_S } from "#contract/auth.ts";
import type { SessionTokens } from "#services/sessions.ts";
import type { ApiContext } from "../../middleware/context.ts";

const COMMON = { path: "/", sameSite: "Strict" } as const;

export function setSessionCookies(c: ApiContext, tokens: SessionTokens, secure: boolean, now: number): void {
  const set = (name: string, value: string, ttlS: number) =>
    setCookie(c, name, value, {
      ...COMMON,
      httpOnly: true,
      secure,
      maxAge: ttlS,
      expires: new Date(now + ttlS * 1000),
    });
  set(ACCESS_COOKIE, tokens.access, ACCESS_TOKEN_TTL_S);
  if (tokens.refresh !== null) set(REFRESH_COOKIE, tokens.refresh, REFRESH_TOKEN_TTL_S);
}

export function clearSessionCookies(c: ApiContext, secure: boolean): void {
  deleteCookie(c, ACCESS_COOKIE, { ...COMMON, secure });
  deleteCookie(c, REFRESH_COOKIE, { ...COMMON, secure });
}
