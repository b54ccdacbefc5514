import { ServingError } from "../http/errors.ts";

/** Unknown keys that one address may try in a minute. Each costs a read of KV; a caller with a valid key never gets here. */
const GUESSES_A_MINUTE = 60;
const WINDOW_MS = 60_000;
/** Beyond this many addresses the oldest are forgotten. */
const ADDRESSES_KEPT = 10_000;

export interface GuessLimit {
  /**
   * Looks up a key that is unknown to this isolate, unless the address has tried too many unknown ones. Throws a 429
   * `ServingError`.
   */
  count<Value>(address: string, lookUp: () => Promise<Value | null>): Promise<Value | null>;
}

export function createGuessLimit(now: () => number): GuessLimit {
  const windows = new Map<string, { readonly startedAt: number; guesses: number }>();
  const windowOf = (address: string) => {
    const known = windows.get(address);
    if (known && now() < known.startedAt + WINDOW_MS) return known;
    const window = { startedAt: now(), guesses: 0 };
    windows.delete(address);
    windows.set(address, window);
    const [oldest] = windows.keys();
    if (windows.size > ADDRESSES_KEPT && oldest !== undefined) windows.delete(oldest);
    return window;
  };
  return {
    async count(address, lookUp) {
      const window = windowOf(address);
      if (window.guesses >= GUESSES_A_MINUTE) {
        const seconds = Math.max(1, Math.ceil((window.startedAt + WINDOW_MS - now()) / 1000));
        throw new ServingError(429, "Too many invalid API keys", { "Retry-After": String(seconds) });
      }
      // Counted before the answer, so that many requests at the same time do not avoid the limit.
      window.guesses += 1;
      const value = await lookUp();
      if (value !== null) window.guesses -= 1;
      return value;
    },
  };
}
