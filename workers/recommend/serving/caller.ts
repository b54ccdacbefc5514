/** Who sends a request: a server by its key, which speaks for everybody, or a page, which speaks for one user. */
import type { KeyScope } from "#contract/key-scopes.ts";
import { USER_TOKEN_HEADER } from "#contract/user-token.ts";
import type { KeyRecord } from "#storage/routing-store.ts";
import { ServingError } from "../http/errors.ts";
import { isSameUser } from "../http/same-user.ts";
import type { UserTokens } from "./user-tokens.ts";

export interface Caller {
  readonly projectId: number;
  /** The only user of a page; null for a server. */
  readonly userId: string | null;
}

/** What a page sends with its key. */
export interface PageCredentials {
  readonly token: string | undefined;
  readonly origin: string | undefined;
}

export interface CallerDeps {
  readonly userTokens: UserTokens;
  readonly now: () => number;
  /** The record of a key by its hash; null if the key is not valid. */
  readonly keyByHash: (hash: string) => Promise<KeyRecord | null>;
  readonly allowedOrigins: (projectId: number) => Promise<readonly string[]>;
  /** When a user was last erased, epoch milliseconds; null if not within the time that a token lives. */
  readonly erasedAt: (projectId: number, userId: string) => Promise<number | null>;
}

/**
 * Checks what comes with an accepted key. Throws 401 without a valid token of the key's project, or after its user was erased. Throws 403 for a page of an origin
 * that may not use the key, and for a token without the scope.
 */
export async function callerOf(
  deps: CallerDeps,
  key: KeyRecord,
  scope: KeyScope,
  { token, origin }: PageCredentials,
): Promise<Caller> {
  if (!key.browser) return { projectId: key.project_id, userId: null };
  if (origin !== undefined && !(await originsOf(deps, key)).includes(origin)) {
    throw new ServingError(403, "Pages of this origin may not use this key");
  }
  if (!token) throw new ServingError(401, `A browser key needs a user token in ${USER_TOKEN_HEADER}`);
  const claims = await deps.userTokens.read(token);
  if (claims.projectId !== key.project_id) throw new ServingError(401, "Invalid user token");
  const erasedAt = await deps.erasedAt(claims.projectId, claims.userId);
  if (erasedAt !== null && claims.issuedAt <= erasedAt) {
    throw new ServingError(401, "The user of the token was erased after it was made");
  }
  const server = await deps.keyByHash(claims.keyHash);
  const isOver = !server || (server.expires_at !== null && server.expires_at <= deps.now());
  if (isOver || server.browser || server.project_id !== key.project_id) {
    throw new ServingError(401, "The key that made the user token is no longer valid");
  }
  if (!claims.scopes.includes(scope) || !server.scopes.includes(scope)) {
    throw new ServingError(403, `The user token does not have '${scope}' scope`);
  }
  return { projectId: key.project_id, userId: claims.userId };
}

/** Origins whose pages may read the answers to a key. */
export async function originsOf(
  { allowedOrigins }: Pick<CallerDeps, "allowedOrigins">,
  { browser, project_id }: Pick<KeyRecord, "browser" | "project_id">,
): Promise<readonly string[]> {
  return browser && browser.allowed_origins.length > 0 ? browser.allowed_origins : allowedOrigins(project_id);
}

/** The user that a request is about: a page's own if it names none. Throws 403 for another one. */
export function userFor<Asked extends string | undefined>({ userId }: Caller, asked: Asked): Asked | string {
  if (userId === null) return asked;
  if (asked === undefined || isSameUser(asked, userId)) return userId;
  throw new ServingError(403, "The user token is for another user");
}
