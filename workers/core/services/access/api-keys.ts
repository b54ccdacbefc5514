/** API keys: made once, shown once, stored as a hash. D1 is the source; serving reads the record in KV. */
import { and, eq, isNull } from "drizzle-orm";
import { type ApiKeyRequest, NO_SCOPE_TEXT } from "#contract/api-key.ts";
import { API_KEY_PREFIX, BROWSER_SCOPES } from "#contract/key-scopes.ts";
import { isUniqueViolation } from "#db/database.ts";
import { account, apiKey, project } from "#db/schema.ts";
import { sha256Hex, toBase64Url } from "#platform/encoding.ts";
import { AppError, fieldError, notAuthenticated, notFound, permissionDenied } from "../app-error.ts";
import type { ServiceDeps } from "../deps.ts";
import { type ApiKeyRow, apiKeyCodec, apiKeys } from "../resources/api-key.ts";
import { publishKeys } from "../serving/routing.ts";
import type { Viewer } from "../viewer.ts";
import { referable, requireReference } from "./references.ts";

type Deps = Pick<ServiceDeps, "db" | "routing" | "clock" | "randomBytes" | "sleep">;

/** 64 characters of url-safe base64. */
const KEY_BYTES = 48;
const SHOWN_PREFIX_LENGTH = 8;
/** The use of a key is recorded once in this time: a write per request would cost more than the request. */
const STAMP_INTERVAL_MS = 60_000;
const NAME_TAKEN = "The fields project, name must make a unique set.";

/** A key must not make keys: it could extend its own permissions. */
function refuseKeys(viewer: Viewer): void {
  if (viewer.key) throw permissionDenied();
}

/** What everybody can read may not reach the management API, nor people. */
function refuseBadBrowserKey({ is_browser, scopes, allowed_origins = [] }: ApiKeyRequest): void {
  if (is_browser && scopes.some((scope) => !BROWSER_SCOPES.includes(scope))) {
    throw fieldError("scopes", "A browser key has only the scopes 'predict' and 'events'.");
  }
  if (!is_browser && allowed_origins.length > 0) {
    throw fieldError("allowed_origins", "Only a browser key has origins of its own.");
  }
}

async function mintSecret({ randomBytes }: Pick<Deps, "randomBytes">) {
  const secret = toBase64Url(randomBytes(KEY_BYTES));
  const key = API_KEY_PREFIX + secret;
  const keyPrefix = secret.slice(0, SHOWN_PREFIX_LENGTH);
  return { key, columns: { keyPrefix, keyHash: await sha256Hex(key) } };
}

async function orNameTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    throw isUniqueViolation(error, "api_key.name") ? fieldError("non_field_errors", NAME_TAKEN) : error;
  }
}

export async function createApiKey(
  deps: Deps,
  viewer: Viewer,
  request: ApiKeyRequest,
): Promise<{ row: ApiKeyRow; key: string }> {
  refuseKeys(viewer);
  if (request.scopes.length === 0) throw fieldError("scopes", NO_SCOPE_TEXT);
  refuseBadBrowserKey(request);
  const owned = await requireReference(deps.db, viewer, referable.project, "project", request.project);
  const { key, columns } = await mintSecret(deps);
  const now = deps.clock();
  const insert = deps.db
    .insert(apiKey)
    .values({
      ...apiKeyCodec.set(request),
      ...columns,
      // The key stays when the owner who made it leaves the project.
      ownerId: owned.ownerId,
      expiresAt: request.expires_at ? Date.parse(request.expires_at) : null,
      createdAt: now,
      updatedAt: now,
    })
    .returning();
  const [row] = await orNameTaken(insert);
  if (row === undefined) throw new Error("insert returned no row");
  await publishKeys(deps, [row.keyHash]);
  return { row, key };
}

/** Renames or narrows a key. Its project stays, and its scopes only shrink: its holder must not gain by an edit. */
export async function updateApiKey(
  deps: Deps,
  viewer: Viewer,
  row: ApiKeyRow,
  changes: Partial<ApiKeyRequest>,
): Promise<ApiKeyRow> {
  refuseKeys(viewer);
  if (changes.project !== undefined && changes.project !== row.projectId) {
    await requireReference(deps.db, viewer, referable.project, "project", changes.project);
    throw fieldError("project", "An API key stays in its project.");
  }
  if (changes.scopes?.some((scope) => !row.scopes.includes(scope))) {
    throw fieldError("scopes", "The scopes of an API key can only be narrowed. Create another key instead.");
  }
  if (changes.is_browser !== undefined && changes.is_browser !== row.isBrowser) {
    throw fieldError("is_browser", "A key stays a browser key or a secret key. Create another key instead.");
  }
  if (!row.isBrowser && changes.allowed_origins?.length) {
    throw fieldError("allowed_origins", "Only a browser key has origins of its own.");
  }
  const expiry = changes.expires_at;
  const expiresAt = typeof expiry === "string" ? Date.parse(expiry) : expiry;
  const update = deps.db
    .update(apiKey)
    .set({ ...apiKeyCodec.set(changes), expiresAt, updatedAt: deps.clock() })
    .where(eq(apiKey.id, row.id))
    .returning();
  const [updated] = await orNameTaken(update);
  if (updated === undefined) throw notFound(apiKeys.model);
  await publishKeys(deps, [updated.keyHash]);
  return updated;
}

/** Gives a key another secret: name, scopes and project stay, and the old secret is refused from now on (at the edge within 60 s). */
export async function rotateApiKey(
  deps: Deps,
  viewer: Viewer,
  row: ApiKeyRow,
): Promise<{ row: ApiKeyRow; key: string }> {
  refuseKeys(viewer);
  if (!row.isActive) throw new AppError("conflict", "This API key was revoked. Create another one.");
  const { key, columns } = await mintSecret(deps);
  const [rotated] = await deps.db
    .update(apiKey)
    .set({ ...columns, lastUsedAt: null, updatedAt: deps.clock() })
    .where(and(eq(apiKey.id, row.id), eq(apiKey.keyHash, row.keyHash), eq(apiKey.isActive, true)))
    .returning();
  if (rotated === undefined) throw new AppError("conflict", "This API key was changed just now. Try again.");
  await publishKeys(deps, [row.keyHash, rotated.keyHash]);
  return { row: rotated, key };
}

export async function revokeApiKey(deps: Deps, viewer: Viewer, row: ApiKeyRow): Promise<void> {
  refuseKeys(viewer);
  const revoked = { isActive: false, updatedAt: deps.clock() };
  const rows = await deps.db.update(apiKey).set(revoked).where(eq(apiKey.id, row.id)).returning();
  await publishBoth(deps, row, rows);
}

export async function deleteApiKey(deps: Deps, viewer: Viewer, row: ApiKeyRow): Promise<void> {
  refuseKeys(viewer);
  await publishBoth(deps, row, await deps.db.delete(apiKey).where(eq(apiKey.id, row.id)).returning());
}

/** A key may have been rotated since the caller read it: withdraws the old secret and the new one. */
async function publishBoth(deps: Deps, row: ApiKeyRow, now: readonly ApiKeyRow[]): Promise<void> {
  await publishKeys(deps, [row.keyHash, ...now.map(({ keyHash }) => keyHash)]);
}

/** The viewer of a presented key. The owner's account must be active, too. */
export async function authenticateKey(
  deps: Pick<Deps, "db" | "clock">,
  presented: string,
): Promise<{ viewer: Viewer; owner: typeof account.$inferSelect }> {
  if (presented.length < API_KEY_PREFIX.length + SHOWN_PREFIX_LENGTH) {
    throw notAuthenticated("Invalid API key format.");
  }
  const [found] = await deps.db
    .select({ key: apiKey, owner: account })
    .from(apiKey)
    .innerJoin(account, eq(account.id, apiKey.ownerId))
    .innerJoin(project, and(eq(project.id, apiKey.projectId), isNull(project.deletedAt)))
    .where(eq(apiKey.keyHash, await sha256Hex(presented)))
    .limit(1);
  if (!found?.key.isActive || !found.owner.isActive) throw notAuthenticated("Invalid API key.");
  const { key, owner } = found;
  const now = deps.clock();
  if (key.expiresAt !== null && key.expiresAt <= now) throw notAuthenticated("API key has expired.");
  if (key.isBrowser) throw permissionDenied("A browser key only sends events and asks for recommendations.");
  if (key.lastUsedAt === null || now - key.lastUsedAt >= STAMP_INTERVAL_MS) {
    await deps.db.update(apiKey).set({ lastUsedAt: now }).where(eq(apiKey.id, key.id));
  }
  const bound = { id: key.id, projectId: key.projectId, scopes: key.scopes };
  return { viewer: { accountId: owner.id, isStaff: owner.isStaff, key: bound }, owner };
}
