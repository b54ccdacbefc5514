/** Which keys may send requests: known ones that have not expired, with a scope of the call, within their limits. */
import { API_KEY_PREFIX, type KeyScope } from "#contract/key-scopes.ts";
import { findKeyRecord, type KeyRecord, type KeyValueStore } from "#storage/routing-store.ts";
import { ServingError } from "../http/errors.ts";
import { rememberFor } from "../memory/short-lived.ts";
import { createGuessLimit } from "./guess-limit.ts";
import { createKeyLimits } from "./key-limits.ts";

export interface KeyGateDeps {
  readonly routing: KeyValueStore;
  /** Hex SHA-256 of a text. */
  readonly digest: (text: string) => string;
  /** How long a key record is used, milliseconds. */
  readonly keyMemoryMs: number;
  readonly now: () => number;
  /** Called for every request whose key was accepted. */
  readonly noteKeyUse: (keyId: number) => void;
}

/**
 * Throws 401 for a key that is none, 403 without one of the scopes, 429 beyond the key's limits or for an address that tries many unknown
 * keys.
 *
 * @param address Address of the caller, grouped by customer of a provider.
 */
export type KeyGate = (
  key: string | undefined,
  scopes: readonly KeyScope[],
  address: string,
) => Promise<KeyRecord>;

export function createKeyGate(deps: KeyGateDeps): KeyGate {
  // By the key itself: its hash would cost more than everything else that is done with it.
  const keyOf = rememberFor(deps.keyMemoryMs, deps.now, (key) =>
    findKeyRecord(deps.routing, deps.digest(key)),
  );
  const guesses = createGuessLimit(deps.now);
  const limits = createKeyLimits(deps.now);
  return async (key, scopes, address) => {
    assertKeyForm(key);
    const record = await (keyOf.knows(key) ? keyOf(key) : guesses.count(address, () => keyOf(key)));
    if (!record) throw new ServingError(401, "Invalid API key");
    if (record.expires_at !== null && record.expires_at <= deps.now()) {
      throw new ServingError(401, "API key expired");
    }
    if (!scopes.some((scope) => record.scopes.includes(scope))) {
      throw new ServingError(403, `API key does not have '${scopes.join("' or '")}' scope`);
    }
    limits.take(record);
    deps.noteKeyUse(record.id);
    return record;
  };
}

function assertKeyForm(key: string | undefined): asserts key is string {
  if (!key) throw new ServingError(401, "X-API-Key header required");
  const isWellFormed = key.startsWith(API_KEY_PREFIX) && key.length >= 20 && key.length <= 256;
  if (!isWellFormed) throw new ServingError(401, "Invalid API key format");
}
