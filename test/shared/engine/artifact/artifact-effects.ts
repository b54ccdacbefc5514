import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { encodeArtifact } from "#engine/artifact/encode-artifact.ts";
import type { Digest, Signer, Verifier } from "#engine/artifact/format.ts";
import type { Section } from "#engine/artifact/section.ts";

export const digest: Digest = async (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest());

export function hmac(secret: string, bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac("sha256", secret).update(bytes).digest());
}

export function signer(keyId = "k1", secret = "secret one"): Signer {
  return { keyId, sign: async (bytes) => hmac(secret, bytes) };
}

export function verifier(ring: Record<string, string> = { k1: "secret one" }): Verifier {
  return {
    async verify(keyId, bytes, signature) {
      const secret = Object.hasOwn(ring, keyId) ? ring[keyId] : undefined;
      return secret !== undefined && timingSafeEqual(hmac(secret, bytes), signature);
    },
  };
}

export function join(chunks: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(chunks));
}

export function someSections(): Section[] {
  return [
    { name: "model.factors", data: new Float32Array([1.5, -2, 3.25]) },
    { name: "ids/offsets", data: new Uint32Array([0, 7]) },
    { name: "empty", data: new Float64Array(0) },
    { name: "raw", data: new Uint8Array([9, 8, 7]) },
  ];
}

/** A small artifact of kind `model` as one piece of bytes. */
export async function encoded(
  sections: readonly Section[] = someSections(),
  meta: Record<string, unknown> = { dim: 3 },
): Promise<Uint8Array> {
  return join(await encodeArtifact({ kind: "model", meta, sections }, { digest, signer: signer() }));
}
