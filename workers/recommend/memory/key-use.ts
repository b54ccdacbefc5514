import type { KeyValueStore } from "#storage/routing-store.ts";
import { KEY_USE_TTL_S, keyUseEntry } from "#storage/routing-store.ts";

/** An isolate records the use of a key once in this time: a write per request would cost more than the request. */
const NOTE_INTERVAL_MS = 10 * 60 * 1000;

export interface KeyUse {
  /** Whether a use would be recorded now. */
  isDue(keyId: number): boolean;
  /** Records the use of a key, unless that happened recently. Fails open: the next use is recorded again. */
  note(keyId: number): Promise<void>;
}

/** The last use of each key in serving: one small entry a key in KV, which the management API reads. */
export function createKeyUse(
  store: Pick<KeyValueStore, "put">,
  now: () => number,
  logError: (event: string, error: unknown) => void,
): KeyUse {
  const notedAt = new Map<number, number>();
  const isDue = (keyId: number) =>
    now() - (notedAt.get(keyId) ?? Number.NEGATIVE_INFINITY) >= NOTE_INTERVAL_MS;
  return {
    isDue,
    async note(keyId) {
      if (!isDue(keyId)) return;
      const at = now();
      notedAt.set(keyId, at);
      try {
        await store.put(keyUseEntry(keyId), String(at), { expirationTtl: KEY_USE_TTL_S });
      } catch (error) {
        notedAt.delete(keyId);
        logError("key_use_not_noted", error);
      }
    },
  };
}
