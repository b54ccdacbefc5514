import type { Context } from "hono";
import type { KeyScope } from "#contract/key-scopes.ts";
import { USER_TOKEN_HEADER } from "#contract/user-token.ts";
import type { KeyRecord } from "#storage/routing-store.ts";
import { addressOf } from "../http/caller-address.ts";
import type { Caller } from "../serving/caller.ts";
import type { ServingContext } from "../serving/serving-context.ts";

/** Accepts the key of a call and, for a page, its user token. */
export async function callerOf(c: Context<ServingContext>, scope: KeyScope): Promise<Caller> {
  const key = await acceptKey(c, c.req.header("X-API-Key"), scope);
  const caller = await pageOf(c, key, scope, undefined);
  c.get("timing").end("auth");
  return caller;
}

/** Accepts a key. Pages of its origins may read the answer from here on, also if the call is refused. */
export async function acceptKey(
  c: Context<ServingContext>,
  key: string | undefined,
  scope: KeyScope,
): Promise<KeyRecord> {
  const serving = c.get("serving");
  const record = await serving.accept(key, [scope], addressOf(c));
  noteKey(c, record);
  if (record.browser) c.set("origins", await serving.pageOrigins(record));
  return record;
}

/** @param token Of the body; a header goes before it. */
export function pageOf(
  c: Context<ServingContext>,
  key: KeyRecord,
  scope: KeyScope,
  token: string | undefined,
): Promise<Caller> {
  const page = { token: c.req.header(USER_TOKEN_HEADER) ?? token, origin: c.req.header("Origin") };
  return c.get("serving").callerOf(key, scope, page);
}

/** Says whose call it is: for the meter, and for pages that may read the answer. */
export function noteKey(c: Context<ServingContext>, { id, project_id: projectId }: KeyRecord): void {
  c.set("projectId", projectId);
  c.get("metered").keyId = id;
}
