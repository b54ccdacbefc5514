/** JSON Web Tokens (HS256) with keys derived from the deployment's secrets, one for each purpose: a token of one is no token of another. */
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from "jose";

export interface SignedTokens {
  /** @param times Seconds since 1970. */
  sign(claims: JWTPayload, times: { readonly issuedAt: number; readonly expiresAt: number }): Promise<string>;
  /** The claims of a token that is signed and not expired. Throws an error of `jose` for any other. */
  verify(token: string, now: number): Promise<unknown>;
}

const ALGORITHM = "HS256";

/**
 * Signs with the first secret; accepts signatures of all, so that a change of the secret ends no token. Keys are derived at the first
 * use and kept.
 *
 * @param secretsOf Newest first; at least one. Called at the first use.
 */
export function createSignedTokens(secretsOf: () => readonly string[], purpose: string): SignedTokens {
  let keys: Promise<Uint8Array[]> | null = null;
  const derivedKeys = () => {
    keys ??= Promise.all(secretsOf().map((secret) => deriveKey(secret, purpose)));
    return keys;
  };
  return {
    async sign(claims, { issuedAt, expiresAt }) {
      return new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, typ: "JWT" })
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign((await derivedKeys())[0] as Uint8Array);
    },
    async verify(token, now) {
      const options = { algorithms: [ALGORITHM], currentDate: new Date(now) };
      return payloadOf(token, await derivedKeys(), options);
    },
  };
}

export function isExpired(error: unknown): boolean {
  return error instanceof errors.JWTExpired;
}

/** Whether an error of `verify` is about the token. */
export function isBadToken(error: unknown): boolean {
  return error instanceof errors.JOSEError;
}

async function deriveKey(secret: string, purpose: string): Promise<Uint8Array> {
  const bytes = new TextEncoder();
  const material = await crypto.subtle.importKey("raw", bytes.encode(secret), "HKDF", false, ["deriveBits"]);
  const info = bytes.encode(purpose);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, material, 256));
}

/** Throws the problem of the last key when none fits; a key that fits an expired token reports the expiry. */
async function payloadOf(
  token: string,
  keys: readonly Uint8Array[],
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
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
