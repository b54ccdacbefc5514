import type { ShardPlace } from "./place-row.ts";
import { hasUser, type ShardMemory } from "./shard-memory.ts";

/** What the parts of an event object share. Place and memory change, so they are asked for when they are needed. */
export interface ObjectContext {
  readonly storage: DurableObjectStorage;
  /** Null for an object without events. */
  readonly place: () => ShardPlace | null;
  readonly memory: () => ShardMemory;
}

/** Whether a user is one of the object. */
export function ownOf({ place }: ObjectContext): (userId: string) => boolean {
  const at = place();
  return (userId) => at !== null && hasUser(at, userId);
}
