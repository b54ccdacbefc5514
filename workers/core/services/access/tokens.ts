/**
 * Session tokens: JWTs signed with a key derived from the deployment's secret. They name the account and the session; the
 * database says whether these are still valid (`accounts.ts`).
 */
import { errors, type JWTVerifyOptions, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { ACCESS_TOKEN_TTL_S, REFRESH_TOKEN_TTL_S } from "#contract/auth.ts";
import type { Clock } from "#platform/clock.ts";

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
  sign(type: TokenType, claims: Omit<TokenClaims, "token_type" | "exp">): Promise<string>;
  verify(token: string, type: TokenType | null): Promise<VerifiedToken>;
}

const TTL_S = { access: ACCESS_TOKEN_TTL_S, refresh: REFRESH_TOKEN_TTL_S } as const;
const KEY_PURPOSE = "edgewise/session-tokens/v1";

async function deriveKey(secret: string): Promise<Uint8Array> {
  const bytes = new TextEncoder();
  const material = await crypto.subtle.importKey("raw", bytes.encode(secret), "HKDF", false, ["deriveBits"]);
  const parameters = {
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(0),
    info: bytes.encode(KEY_PURPOSE),
  };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, material, 256));
}

/**
 * Signs with the secret; accepts signatures of it and of the previous ones, so that a change of the secret ends no session. The
 * keys are derived at the first use and kept.
 */
export function makeTokens(secret: string, clock: Clock, previous: readonly string[] = []): Tokens {
  let keys: Promise<Uint8Array[]> | null = null;
  const derivedKeys = () => {
    keys ??= Promise.all([secret, ...previous].map(deriveKey));
    return keys;
  };
  return {
    async sign(type, content) {
      const { jti, ...payload } = content;
      const now = Math.floor(clock() / 1000);
      return new SignJWT({ token_type: type, ...payload })
        .setProtectedHeader({ alg: "HS256", typ: "JWT" })
        .setJti(jti)
        .setIssuedAt(now)
        .setExpirationTime(now + TTL_S[type])
        .sign((await derivedKeys())[0] as Uint8Array);
    },
    async verify(token, type) {
      try {
        const options = { algorithms: ["HS256"], currentDate: new Date(clock()) };
        const parsed = claims.safeParse(await payloadOf(token, await derivedKeys(), options));
        if (!parsed.success) return { ok: false, problem: "Token is invalid" };
        const fits = type === null || parsed.data.token_type === type;
        return fits ? { ok: true, claims: parsed.data } : { ok: false, problem: "Token has wrong type" };
      } catch (error) {
        const expired = error instanceof errors.JWTExpired;
        return { ok: false, problem: expired ? "Token is expired" : "Token is invalid" };
      }
    },
  };
}

/** Throws the problem of the last key when none fits; a key that fits an expired token reports the expiry. */
async function payloadOf(
  token: string,
  keys: readonly Uint8Array[],
  options: JWTVerifyOptions,
): Promise<unknown> {
  let problem: unknown;
  for (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
      problem = error;
    }
  }
  throw problem;
}
