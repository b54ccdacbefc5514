/** All event shards of a project, for what concerns the whole project. */
import { shardName, shardsOf } from "./shard-address.ts";
import type { EventNamespace, EventShardObject } from "./shard-object.ts";

export interface ProjectEvents {
  /** Writes every event that has arrived as segments. */
  flush(projectId: number): Promise<void>;
  /** Erases everything in the shards; the segments are objects in R2 and stay. */
  forget(projectId: number): Promise<void>;
}

export function createProjectEvents(namespace: EventNamespace): ProjectEvents {
  const each = async (projectId: number, call: (shard: EventShardObject) => Promise<void>) => {
    const names = shardsOf(projectId).map(shardName);
    await Promise.all(names.map((name) => call(namespace.get(namespace.idFromName(name)))));
  };
  return {
    flush: (projectId) => each(projectId, (shard) => shard.flush()),
    forget: (projectId) => each(projectId, (shard) => shard.forget()),
  };
}
