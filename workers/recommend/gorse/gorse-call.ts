/** A call of Gorse's addresses: who sends it, and what all its handlers need. */
import type { Context } from "hono";
import { decodedPart } from "#contract/address-escapes.ts";
import type { KeyScope } from "#contract/key-scopes.ts";
import type { ProjectEvents } from "#jobs/event-shard/project-events.ts";
import type { ItemShelfObject } from "#jobs/item-shelf/shelf-object.ts";
import type { KeyRecord } from "#storage/routing-store.ts";
import type { EventShards } from "../events/event-shards.ts";
import type { Feedback } from "../events/feedback.ts";
import { addressOf } from "../http/caller-address.ts";
import { cleanedId } from "../http/cleaned-id.ts";
import type { Items } from "../items/items.ts";
import type { ShelfMemory } from "../items/shelf-memory.ts";
import { noteKey, pageOf } from "../routes/caller-of.ts";
import type { Caller } from "../serving/caller.ts";
import type { LoggedIds } from "../serving/logged-ids.ts";
import type { ServingContext } from "../serving/serving-context.ts";
import type { Users } from "../users/users.ts";
import { GorseError } from "./gorse-error.ts";

export interface GorseDeps {
  readonly shards: Pick<EventShards, "append">;
  readonly feedback: Feedback;
  readonly events: Pick<ProjectEvents, "eraseUser">;
  readonly items: Items;
  readonly users: Users;
  readonly shelf: (projectId: number) => Pick<ItemShelfObject, "find" | "list">;
  readonly written: Pick<ShelfMemory, "of">;
  readonly now: () => number;
  readonly logError: (event: string, error: unknown, ids?: LoggedIds) => void;
}

export type GorseContext = Context<ServingContext>;
export type GorseHandler = (c: GorseContext, deps: GorseDeps) => Promise<Response>;

export interface GorseCaller extends Caller {
  readonly key: KeyRecord;
}

/**
 * Accepts the key of a call, which needs one of the scopes. A key of pages speaks for the user of its token. Throws a `ServingError` of
 * status 401, 403 or 429.
 */
export async function callerOf(c: GorseContext, scopes: readonly KeyScope[]): Promise<GorseCaller> {
  const serving = c.get("serving");
  const given = c.req.param("key") ?? c.req.header("X-API-Key");
  const key = await serving.accept(given, scopes, addressOf(c));
  noteKey(c, key);
  const scope = scopes.find((one) => key.scopes.includes(one)) ?? "predict";
  const caller = await pageOf(c, key, scope, undefined);
  c.get("timing").end("auth");
  return { ...caller, key };
}

/** Of one of the ids in the address. */
export function idOf(c: GorseContext, name: "user" | "item"): string {
  const raw = c.req.param(name) ?? "";
  const [address = ""] = c.req.url.split(/[?#]/, 1);
  if (decodedPart(address) === null) throw new GorseError(400, "The address has a broken escape");
  return cleanedId(raw, ["path", name]);
}

export function fieldsOf(c: GorseContext): URLSearchParams {
  return new URL(c.req.url).searchParams;
}
