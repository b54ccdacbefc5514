/** Keys of the routes that read and write what is known of items and users. Keys of pages have no scope for them. */
import type { Context } from "hono";
import type { KeyScope } from "#contract/key-scopes.ts";
import { addressOf } from "../http/caller-address.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import { noteKey } from "./caller-of.ts";

export const READ: readonly KeyScope[] = ["items", "read", "write"];
export const WRITE: readonly KeyScope[] = ["items", "write"];

/** The project of the request's key, which needs one of the scopes. Throws 401, 403 or 429. */
export async function projectOf(c: Context<ServingContext>, scopes: readonly KeyScope[]): Promise<number> {
  const key = await c.get("serving").authenticate(c.req.header("X-API-Key"), scopes, addressOf(c));
  noteKey(c, key);
  return key.project_id;
}
