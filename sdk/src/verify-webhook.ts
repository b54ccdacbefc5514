/**
 * Checks that a call comes from Edgewise: Standard Webhooks (standardwebhooks.com), HMAC-SHA256 over `id.timestamp.body`. Needs WebCrypto
 * alone: Node, Workers, browsers.
 */

/** What was called: a `Request`, or its headers and body where a framework has read them. The body is the text as it came, not parsed. */
export type WebhookCall =
  | Request
  | { readonly headers: Headers | Readonly<Record<string, unknown>>; readonly body: string | Uint8Array };

export interface VerifyOptions {
  /** How far the call's time may be from the clock, seconds; 300 by default. */
  readonly toleranceSeconds?: number;
  /** Epoch milliseconds; the clock by default. */
  readonly now?: () => number;
}

/** A call that is genuine. */
export interface WebhookEvent {
  /** The same in every attempt and replay: keep the ids that you handled. */
  readonly id: string;
  /** Such as `model_ready`. */
  readonly type: string;
  /** When it happened, in ISO 8601. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export type WebhookProblem = "bad_secret" | "missing_header" | "wrong_time" | "not_signed" | "bad_body";

/** A call that is not genuine, or too old. Answer with 400 or 401. */
export class WebhookError extends Error {
  readonly problem: WebhookProblem;

  constructor(problem: WebhookProblem, message: string) {
    super(message);
    this.name = "WebhookError";
    this.problem = problem;
  }
}

const TOLERANCE_SECONDS = 300;
const SECRET_PREFIX = "whsec_";
/** Of Standard Webhooks, bytes. */
const SECRET_BYTES = { least: 24, most: 64 };
const MAC_BYTES = 32;
/** A sender has one signature for each valid secret. */
const MOST_SIGNATURES = 20;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const SECONDS = /^\d{1,12}$/;
const encoder = new TextEncoder();

/**
 * The event of a genuine call. Throws `WebhookError` for any other. Compares in constant time: each signature is verified by WebCrypto
 * against each secret, and a wrong one ends nothing early.
 *
 * @param secrets As Edgewise shows it, `whsec_…`. Give the former one, too, while you change it.
 */
export async function verifyWebhook(
  call: WebhookCall,
  secrets: string | readonly string[],
  { toleranceSeconds = TOLERANCE_SECONDS, now = Date.now }: VerifyOptions = {},
): Promise<WebhookEvent> {
  const keys = (typeof secrets === "string" ? [secrets] : secrets).map(secretBytes);
  if (keys.length === 0) throw new WebhookError("bad_secret", "Name a secret.");
  const [id, timestamp, signatures] = ["id", "timestamp", "signature"].map((name) =>
    headerOf(call, `webhook-${name}`),
  ) as [string, string, string];
  checkTime(timestamp, now() / 1000, toleranceSeconds);
  const body = await bodyOf(call);
  const signed = joined(encoder.encode(`${id}.${timestamp}.`), body);
  if (!(await isSigned(signed, macsOf(signatures), keys))) {
    throw new WebhookError("not_signed", "No signature of the call fits a secret.");
  }
  return eventOf(id, new TextDecoder().decode(body));
}

function secretBytes(secret: string): Uint8Array<ArrayBuffer> {
  const text = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : "";
  const bytes = BASE64.test(text) ? fromBase64(text) : new Uint8Array();
  if (bytes.length < SECRET_BYTES.least || bytes.length > SECRET_BYTES.most) {
    throw new WebhookError("bad_secret", `A secret is "${SECRET_PREFIX}" and the base64 of 24 to 64 bytes.`);
  }
  return bytes;
}

function headerOf({ headers }: WebhookCall, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : plainHeader(headers, name);
  if (typeof value === "string" && value !== "") return value;
  throw new WebhookError("missing_header", `The header ${name} is missing.`);
}

/** Frameworks differ in the case of names. */
function plainHeader(headers: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

function checkTime(timestamp: string, nowSeconds: number, tolerance: number): void {
  const isNear = SECONDS.test(timestamp) && Math.abs(nowSeconds - Number(timestamp)) <= tolerance;
  if (!isNear) throw new WebhookError("wrong_time", "The time of the call is too far from the clock.");
}

async function bodyOf(call: WebhookCall): Promise<Uint8Array<ArrayBuffer>> {
  if (call instanceof Request) return new Uint8Array(await call.arrayBuffer());
  return typeof call.body === "string" ? encoder.encode(call.body) : new Uint8Array(call.body);
}

/** Signatures of version 1; others, and texts that are no signature, fit nothing. */
function macsOf(signatures: string): Uint8Array<ArrayBuffer>[] {
  return signatures
    .split(" ")
    .slice(0, MOST_SIGNATURES)
    .flatMap((one) => {
      const [, text = ""] = /^v1,(.+)$/.exec(one) ?? [];
      const mac = text !== "" && BASE64.test(text) ? fromBase64(text) : null;
      return mac?.length === MAC_BYTES ? [mac] : [];
    });
}

async function isSigned(
  signed: Uint8Array<ArrayBuffer>,
  macs: readonly Uint8Array<ArrayBuffer>[],
  keys: readonly Uint8Array<ArrayBuffer>[],
): Promise<boolean> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const found = await Promise.all(
    keys.map(async (bytes) => {
      const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
      const fits = await Promise.all(macs.map((mac) => crypto.subtle.verify("HMAC", key, mac, signed)));
      return fits.includes(true);
    }),
  );
  return found.includes(true);
}

function eventOf(id: string, text: string): WebhookEvent {
  const { type, timestamp, data } = (parsedOrNull(text) ?? {}) as Record<string, unknown>;
  const isEvent = typeof type === "string" && typeof timestamp === "string" && typeof data === "object";
  if (!isEvent || data === null) throw new WebhookError("bad_body", "The body of the call is no event.");
  return { id, type, timestamp, data: data as WebhookEvent["data"] };
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
