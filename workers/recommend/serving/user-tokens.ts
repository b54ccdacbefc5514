/**
 * Signed tokens that let a page act for one user. A token names its project, its user, and the key of the server that asked for it: it
 * ends with this key. It gives no right that this key lacks.
 */
import * as z from "zod";
import { KEY_SCOPES, type KeyScope } from "#contract/key-scopes.ts";
import { isBadToken, isExpired, type SignedTokens } from "#platform/signed-tokens.ts";
import { ServingError } from "../http/errors.ts";

/** Sessions' tokens have another purpose: neither is accepted in the other's place. */
export const USER_TOKEN_PURPOSE = "edgewise/user-tokens/v1";

const claims = z.object({
  project: z.number().int(),
  sub: z.string().min(1),
  /** Seconds since 1970. */
  iat: z.number().int(),
  scopes: z.array(z.enum(KEY_SCOPES)),
  /** The hash of the server's key; it tells nothing about a key of 384 random bits. */
  by: z.string().regex(/^[0-9a-f]{64}$/),
});

export interface UserClaims {
  readonly projectId: number;
  readonly userId: string;
  readonly scopes: readonly KeyScope[];
  /** The hash of the key that asked for it. */
  readonly keyHash: string;
}

/** The claims of a token that was read. */
export interface ReadClaims extends UserClaims {
  /** Epoch milliseconds, whole seconds. */
  readonly issuedAt: number;
}

export interface UserTokens {
  /** @param expiresAt Epoch milliseconds, whole seconds. */
  mint(user: UserClaims, expiresAt: number): Promise<string>;
  /** Throws 401 for a token that is forged, changed or expired. */
  read(token: string): Promise<ReadClaims>;
}

/** Longer than any token: an id has at most 1,024 characters, of 4 bytes each at most. */
const MAX_TOKEN_LENGTH = 8_192;

export function createUserTokens(signed: SignedTokens, now: () => number): UserTokens {
  return {
    mint({ projectId: project, userId: sub, scopes, keyHash: by }, expiresAt) {
      const times = { issuedAt: Math.floor(now() / 1000), expiresAt: Math.floor(expiresAt / 1000) };
      return signed.sign({ project, sub, scopes: [...scopes], by }, times);
    },
    async read(token) {
      const { project, sub, scopes, by, iat } = await verified(signed, token, now());
      return { projectId: project, userId: sub, scopes, keyHash: by, issuedAt: iat * 1000 };
    },
  };
}

async function verified(signed: SignedTokens, token: string, now: number) {
  if (token.length > MAX_TOKEN_LENGTH) throw invalid();
  try {
    const parsed = claims.safeParse(await signed.verify(token, now));
    if (parsed.success) return parsed.data;
  } catch (error) {
    if (isExpired(error)) throw new ServingError(401, "The user token has expired");
    if (!isBadToken(error)) throw error;
  }
  throw invalid();
}

function invalid(): ServingError {
  return new ServingError(401, "Invalid user token");
}
