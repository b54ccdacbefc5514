/** Signatures of calls by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, a signature for each valid secret. */
import { SECRET_PREFIX, STANDARD_HEADERS } from "#contract/webhook-endpoint.ts";
import { fromHex, toBase64, toHex } from "#platform/encoding.ts";
import type { RandomBytes } from "#platform/random.ts";

const SECRET_BYTES = 32;

/** 32 bytes in hex, as endpoints keep them. */
export function newSecret(randomBytes: RandomBytes): string {
  return toHex(randomBytes(SECRET_BYTES));
}

/** The secret as receivers get it. */
export function shownSecret(hex: string): string {
  return SECRET_PREFIX + toBase64(fromHex(hex));
}

interface Signed {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/** @param secrets In hex, the present one first. */
export async function standardHeaders(
  { id, timestamp, body }: Signed,
  secrets: readonly string[],
): Promise<Record<string, string>> {
  const text = `${id}.${timestamp}.${body}`;
  const signatures = await Promise.all(
    secrets.map(async (hex) => `v1,${toBase64(await hmac(fromHex(hex), text))}`),
  );
  return {
    [STANDARD_HEADERS.id]: id,
    [STANDARD_HEADERS.timestamp]: String(timestamp),
    [STANDARD_HEADERS.signature]: signatures.join(" "),
  };
}

/** HMAC-SHA256 of a text in UTF-8. */
export async function hmac(secret: Uint8Array, text: string): Promise<Uint8Array> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", new Uint8Array(secret), algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
}

/** Hex HMAC-SHA256 of a text, with a text as the secret: what signs calls of schedules. */
export async function signature(secret: string, text: string): Promise<string> {
  return toHex(await hmac(new TextEncoder().encode(secret), text));
}
