/** Which shard has a user's events. */
import { hashText } from "./hash-text.ts";

/** Shards of a project. The number is part of where events lie, so it never changes. */
export const EVENT_SHARDS = 16;

/** Names one shard. */
export interface ShardAddress {
  readonly projectId: number;
  readonly shard: number;
}

export function shardOf(userId: string): number {
  return hashText(`shard of ${userId}`)[1] % EVENT_SHARDS;
}

/** The name of the shard's Durable Object. */
export function shardName({ projectId, shard }: ShardAddress): string {
  return `${projectId}/${shard}`;
}

/** Every shard of a project. */
export function shardsOf(projectId: number): ShardAddress[] {
  return Array.from({ length: EVENT_SHARDS }, (_, shard) => ({ projectId, shard }));
}
