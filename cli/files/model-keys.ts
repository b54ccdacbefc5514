import { createHash, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { Digest, Signer, Verifier } from "#engine/artifact/format.ts";
import { UsageError } from "../options/usage-error.ts";

/** The keys that encode and decode artifacts. */
export interface ModelKeys {
  readonly signer: Signer;
  readonly verifier: Verifier;
  readonly digest: Digest;
}

export const KEY_OPTIONS = {
  "unsigned-key": {
    type: "boolean",
    help: "without EDGEWISE_SECRET: use a public key, which detects damage but not forgery",
  },
} as const;

const KEY_BYTES = 32;
const PUBLIC_SECRET = "edgewise: a key that everybody knows";

/**
 * Keys from EDGEWISE_SECRET, derived as the Workers derive theirs (HKDF-SHA256, info `edgewise/artifact/v1`). With the
 * same secret, the command and the Workers read each other's models. Throws `UsageError` when there is no secret and no
 * `--unsigned-key`.
 */
export function modelKeysOf(
  env: Readonly<Record<string, string | undefined>>,
  mayUsePublicKey: boolean,
): ModelKeys {
  const { EDGEWISE_SECRET: secret } = env;
  if (secret) return keysOf(secret);
  if (mayUsePublicKey) return keysOf(PUBLIC_SECRET);
  throw new UsageError(
    "Models are signed: set EDGEWISE_SECRET to your secret, or pass --unsigned-key for a public key.",
  );
}

function keysOf(secret: string): ModelKeys {
  const key = new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(), "edgewise/artifact/v1", KEY_BYTES));
  const keyId = createHash("sha256").update(key).digest("hex").slice(0, 16);
  const hmac = (bytes: Uint8Array) => createHmac("sha256", key).update(bytes).digest();
  return {
    signer: { keyId, sign: async (bytes) => new Uint8Array(hmac(bytes)) },
    verifier: {
      verify: async (id, bytes, signature) =>
        id === keyId && signature.length === KEY_BYTES && timingSafeEqual(hmac(bytes), signature),
    },
    digest: async (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  };
}
