import type { KeyValueStore } from "#storage/routing-store.ts";
import { KEY_USE_TTL_S, keyUseEntry } from "#storage/routing-store.ts";

/** A key in steady use is noted once in this while by each isolate: a write per request would cost more than the request. */
const NOTE_INTERVAL_MS = 10 * 60 * 1000;

export interface KeyUse {
  /** Whether a use would be written down now. */
  isDue(keyId: number): boolean;
  /** Notes that a key was used, or does nothing where that was noted lately. Fails open: the next use is noted again. */
  note(keyId: number): Promise<void>;
}

/** When each key was last used, as far as serving knows: one small entry a key in KV, which the management API reads. */
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
