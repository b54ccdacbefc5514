import type { Signer, Verifier } from "#engine/artifact/format.ts";

const KEY_BYTES = 32;
const encoder = new TextEncoder();

/** Signs with the first secret; verifies with any, so that a secret can be rotated without refusing old signatures. */
export interface ArtifactKeyRing {
  readonly signer: Signer;
  readonly verifier: Verifier;
}

/**
 * Derives one HMAC-SHA256 key per secret (HKDF-SHA256, no salt, info `edgewise/artifact/v1`). A key's id is the start of the
 * SHA-256 of the derived key: it names the key and tells nothing about the secret.
 *
 * @param secrets Newest first; at least one.
 */
export async function createArtifactKeyRing(secrets: readonly string[]): Promise<ArtifactKeyRing> {
  const keys = await Promise.all(secrets.map(deriveKey));
  const [newest] = keys;
  if (!newest) throw new TypeError("An artifact key ring needs at least one secret.");
  const byId = new Map(keys.map(({ keyId, key }) => [keyId, key]));
  return {
    signer: {
      keyId: newest.keyId,
      sign: async (bytes) => new Uint8Array(await crypto.subtle.sign("HMAC", newest.key, bytes)),
    },
    verifier: {
      verify: async (keyId, bytes, signature) => {
        const key = byId.get(keyId);
        return key ? crypto.subtle.verify("HMAC", key, signature, bytes) : false;
      },
    },
  };
}

/** The type of `importKey`'s result, for Workers and Node. */
type HmacKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

async function deriveKey(secret: string): Promise<{ keyId: string; key: HmacKey }> {
  const material = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, [
    "deriveBits",
  ]);
  const info = encoder.encode("edgewise/artifact/v1");
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  const bits = await crypto.subtle.deriveBits(derivation, material, KEY_BYTES * 8);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bits, algorithm, false, ["sign", "verify"]);
  const fingerprint = new Uint8Array(await crypto.subtle.digest("SHA-256", bits));
  const keyId = [...fingerprint.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return { keyId, key };
}

export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
