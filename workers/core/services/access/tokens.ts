/**
 * Session tokens: JWTs signed with a key derived from the deployment's secret. They name the account and the session; the
 * database says whether these are still valid (`accounts.ts`).
 */
import * as z from "zod";
import { ACCESS_TOKEN_TTL_S, REFRESH_TOKEN_TTL_S } from "#contract/auth.ts";
import type { Clock } from "#platform/clock.ts";
import { createSignedTokens, isExpired } from "#platform/signed-tokens.ts";

const claims = z.object({
  token_type: z.enum(["access", "refresh"]),
  user_id: z.number().int(),
  /** The user's token version when issued; a higher one in the database voids the token. */
  ver: z.number().int(),
  /** The session: the family of its refresh tokens. */
  sid: z.string(),
  jti: z.string(),
  exp: z.number(),
});
export type TokenClaims = z.infer<typeof claims>;
export type TokenType = TokenClaims["token_type"];

export type TokenProblem = "Token is invalid" | "Token is expired" | "Token has wrong type";
export type VerifiedToken =
  | { readonly ok: true; readonly claims: TokenClaims }
  | { readonly ok: false; readonly problem: TokenProblem };

export interface Tokens {
  /** @param ttlS How long it lasts, seconds; by its type if absent. */
  sign(type: TokenType, claims: Omit<TokenClaims, "token_type" | "exp">, ttlS?: number): Promise<string>;
  verify(token: string, type: TokenType | null): Promise<VerifiedToken>;
}

const TTL_S = { access: ACCESS_TOKEN_TTL_S, refresh: REFRESH_TOKEN_TTL_S } as const;
const KEY_PURPOSE = "edgewise/session-tokens/v1";

/**
 * Signs with the secret; accepts signatures of it and of the previous ones, so that a change of the secret ends no session. The
 * keys are derived at the first use and kept.
 */
export function makeTokens(secret: string, clock: Clock, previous: readonly string[] = []): Tokens {
  const signed = createSignedTokens(() => [secret, ...previous], KEY_PURPOSE);
  return {
    async sign(type, content, ttlS = TTL_S[type]) {
      const issuedAt = Math.floor(clock() / 1000);
      return signed.sign({ token_type: type, ...content }, { issuedAt, expiresAt: issuedAt + ttlS });
    },
    async verify(token, type) {
      try {
        const parsed = claims.safeParse(await signed.verify(token, clock()));
        if (!parsed.success) return { ok: false, problem: "Token is invalid" };
        const fits = type === null || parsed.data.token_type === type;
        return fits ? { ok: true, claims: parsed.data } : { ok: false, problem: "Token has wrong type" };
      } catch (error) {
        return { ok: false, problem: isExpired(error) ? "Token is expired" : "Token is invalid" };
      }
    },
  };
}
