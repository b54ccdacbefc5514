import type { KeyRecord } from "#storage/routing-store.ts";
import { ServingError } from "../http/errors.ts";

/** The 429 of a key that has used up a limit. */
export class KeyLimitReached extends ServingError {
  readonly key: KeyRecord;

  constructor(key: KeyRecord, detail: string, seconds: number) {
    super(429, detail, { "Retry-After": String(seconds) });
    this.key = key;
  }
}

export interface KeyLimits {
  /** Counts a request of a key. Throws `KeyLimitReached` with the seconds to wait. */
  take(key: KeyRecord): void;
}

const WINDOWS = [
  { limit: "per_second", ms: 1_000, name: "second" },
  { limit: "per_minute", ms: 60_000, name: "minute" },
] as const;

interface Window {
  startedAt: number;
  requests: number;
}

/** Keys with limits that an isolate counts; the one that began longest ago is forgotten first. */
const MAX_KEYS = 10_000;

/**
 * Limits of keys, counted by this isolate alone: a location has several, so together they let through more than the limit, and never
 * less. A refused request does not count.
 */
export function createKeyLimits(now: () => number): KeyLimits {
  const counted = new Map<number, Window[]>();
  const windowsOf = (keyId: number): Window[] => {
    const known = counted.get(keyId);
    if (known) return known;
    const windows = WINDOWS.map(() => ({ startedAt: Number.NEGATIVE_INFINITY, requests: 0 }));
    counted.set(keyId, windows);
    const [oldest] = counted.keys();
    if (counted.size > MAX_KEYS && oldest !== undefined) counted.delete(oldest);
    return windows;
  };
  return {
    take(key) {
      const { id, limits } = key;
      if (!limits) return;
      const at = now();
      const windows = windowsOf(id);
      for (const [index, { limit, ms, name }] of WINDOWS.entries()) {
        const [window, most] = [windows[index] as Window, limits[limit]];
        if (at >= window.startedAt + ms) Object.assign(window, { startedAt: at, requests: 0 });
        if (most == null || window.requests < most) continue;
        const seconds = Math.max(1, Math.ceil((window.startedAt + ms - at) / 1000));
        const detail = `This API key may send ${most} requests a ${name}`;
        throw new KeyLimitReached(key, detail, seconds);
      }
      for (const window of windows) window.requests++;
    },
  };
}
