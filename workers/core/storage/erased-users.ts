/**
 * The users who were erased a short time ago, for serving, which refuses the tokens that they had before. KV has an entry for each, by
 * the hash of the id, until the last of these tokens has expired.
 */
import { MAX_USER_TOKEN_TTL_S } from "#contract/user-token.ts";
import { KEY_CACHE_TTL_S, type KeyValueStore } from "./routing-store.ts";

export interface UserHash {
  readonly projectId: number;
  /** Hex SHA-256 of the id. */
  readonly hash: string;
}

const entryFor = ({ projectId, hash }: UserHash) => `erased:${projectId}:${hash}`;

/** @param now Epoch milliseconds. */
export function putErasedUser(store: KeyValueStore, user: UserHash, now: number): Promise<void> {
  return store.put(entryFor(user), String(now), { expirationTtl: MAX_USER_TOKEN_TTL_S });
}

/** When a user was last erased, epoch milliseconds; null if never, or longer ago than a token lives. */
export async function findErasedAt(
  store: Pick<KeyValueStore, "get">,
  user: UserHash,
): Promise<number | null> {
  const text = await store.get(entryFor(user), { cacheTtl: KEY_CACHE_TTL_S });
  return text === null ? null : Number(text);
}
