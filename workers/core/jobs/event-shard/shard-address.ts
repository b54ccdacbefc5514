/** Which shard has a user's events, and which object of the project has the shard. */
import { hashText } from "./hash-text.ts";

/** Shards of a project. The number is part of where segments lie, so it never changes. */
export const EVENT_SHARDS = 16;

/** Names one shard. */
export interface ShardAddress {
  readonly projectId: number;
  readonly shard: number;
}

export function shardOf(userId: string): number {
  return hashText(`shard of ${userId}`)[1] % EVENT_SHARDS;
}

/** Names one event object for its callers. */
export interface ObjectAddress {
  readonly projectId: number;
  /** From 0. */
  readonly object: number;
  /** How many objects the project began with, as far as the caller knows. */
  readonly first: number;
}

/** The name of an event object. */
export function objectName({ projectId, object }: Pick<ObjectAddress, "projectId" | "object">): string {
  return `${projectId}/${object}`;
}
