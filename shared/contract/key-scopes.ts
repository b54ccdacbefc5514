/** What keys may do, and how they begin. Apart from the requests about keys: serving needs no schema of these. */

/**
 * `read` reads the project's data, `write` changes it and may delete the project itself, `predict` asks for recommendations,
 * `events` sends events, `items` writes items and properties of users.
 */
export const KEY_SCOPES = ["read", "write", "predict", "events", "items"] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];
/** A key is this prefix and 64 url-safe characters; its hash is one SHA-256, which suits a random 384-bit secret. */
export const API_KEY_PREFIX = "rctm_";

/** What a browser key may do, each for the user of the token that comes with it. */
export const BROWSER_SCOPES: readonly KeyScope[] = ["predict", "events"];
