import { ACCESS_COOKIE, ACCESS_TOKEN_TTL_S, REFRESH_COOKIE, REFRESH_TOKEN_TTL_S } from "#contract/auth.ts";
import type { SessionTokens } from "#services/access/sessions.ts";
import type { ApiContext } from "../../middleware/context.ts";

interface CookieRules {
  readonly secure: boolean;
  readonly now: number;
}

/** Written by hand to keep the order of attributes in Recotem's answers. */
function setCookie(c: ApiContext, name: string, value: string, ttlS: number, rules: CookieRules): void {
  const isSet = value !== "";
  const attributes = [
    `${name}=${isSet ? value : '""'}`,
    `expires=${new Date(isSet ? rules.now + ttlS * 1000 : 0).toUTCString()}`,
    ...(isSet ? ["HttpOnly"] : []),
    `Max-Age=${ttlS}`,
    "Path=/",
    "SameSite=Strict",
    ...(rules.secure ? ["Secure"] : []),
  ];
  c.header("Set-Cookie", attributes.join("; "), { append: true });
}

export function setSessionCookies(c: ApiContext, tokens: SessionTokens, rules: CookieRules): void {
  setCookie(c, ACCESS_COOKIE, tokens.access, ACCESS_TOKEN_TTL_S, rules);
  if (tokens.refresh !== null) setCookie(c, REFRESH_COOKIE, tokens.refresh, REFRESH_TOKEN_TTL_S, rules);
}

export function clearSessionCookies(c: ApiContext, rules: CookieRules): void {
  setCookie(c, ACCESS_COOKIE, "", 0, rules);
  setCookie(c, REFRESH_COOKIE, "", 0, rules);
}
