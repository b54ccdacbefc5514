/** One call over HTTP: a time limit for each attempt, and further attempts after failures that may pass. */
import { EdgewiseError, isWorthRepeating, reasonOf } from "./edgewise-error.ts";

export interface CallSettings {
  /** Without a slash at the end. */
  readonly url: string;
  readonly fetch: typeof fetch;
  /** Of one attempt, milliseconds. */
  readonly timeoutMs: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Ends early, with the signal's reason, if the signal does. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** The answer's JSON. Throws `EdgewiseError`, or the reason of the caller's signal. */
export async function send<T>(settings: CallSettings, call: Call): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await sendOnce<T>(settings, call);
    } catch (error) {
      call.signal?.throwIfAborted();
      const pause = pauseAfter(error, attempt, settings.random);
      if (attempt >= settings.retries || pause === null) throw error;
      await settings.wait(pause, call.signal);
    }
  }
}

/**
 * Milliseconds before the next attempt: what `Retry-After` says, else at random up to a bound that doubles ("full jitter"), so that
 * callers who failed together do not return together. Null: another attempt is of no use, or would wait too long.
 */
function pauseAfter(error: unknown, attempt: number, random: () => number): number | null {
  if (!isWorthRepeating(error)) return null;
  const asked = error instanceof Refused ? error.retryAfterMs : null;
  if (asked !== null) return asked <= LONGEST_PAUSE_MS ? asked : null;
  return random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
}

class Refused extends EdgewiseError {
  readonly retryAfterMs: number | null;

  constructor(call: Call, response: Response, text: string) {
    const body = parsed(text);
    const { status, headers } = response;
    super(`${call.method} ${call.path} was answered with ${status}: ${reasonOf(body)}`, {
      status,
      body,
      requestId: headers.get("X-Request-ID"),
    });
    const seconds = Number(headers.get("Retry-After") ?? Number.NaN);
    this.retryAfterMs = seconds >= 0 ? seconds * 1000 : null;
  }
}

async function sendOnce<T>({ url, fetch, timeoutMs }: CallSettings, call: Call): Promise<T> {
  const { method, path, headers, body, signal } = call;
  const limit = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    text = await response.text();
  } catch (cause) {
    const why = limit.aborted
      ? `no answer within ${timeoutMs} ms`
      : String((cause as Error).message ?? cause);
    throw new EdgewiseError(`${method} ${path} failed: ${why}`, { status: null, cause });
  }
  if (!response.ok) throw new Refused(call, response, text);
  const answer = parsed(text);
  if (answer === text) {
    throw new EdgewiseError(`${method} ${path} was answered with something that is no JSON`, {
      status: response.status,
      body: text,
    });
  }
  return answer as T;
}

/** A text that is no JSON, for example a proxy's page, stays as it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Throws the signal's reason if it ends first. */
export function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
