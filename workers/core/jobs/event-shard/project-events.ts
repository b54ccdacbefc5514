/** All event shards of a project, for what concerns the whole project. */
import { shardName, shardOf, shardsOf } from "./shard-address.ts";
import type { EventNamespace, EventShardObject, RestoredSegment, UserErased } from "./shard-object.ts";

export interface ProjectEvents {
  /** Writes every event that has arrived as segments. */
  flush(projectId: number): Promise<void>;
  /** Erases a user's events from the shard that has them and from its segments. Returns how many there were. */
  eraseUser(projectId: number, userId: string): Promise<number>;
  /** Has a shard begin after segments of an archive. */
  restore(projectId: number, shard: number, segments: readonly RestoredSegment[]): Promise<void>;
  /** How many events the project has had. */
  count(projectId: number): Promise<number>;
  /** Copies the recent items of a user to the one who is the same. May be repeated. */
  copyRecent(projectId: number, from: string, to: string): Promise<void>;
  /** Takes back what `copyRecent` gave. */
  releaseRecent(projectId: number, from: string, to: string): Promise<void>;
  /** Erases everything in the shards; the segments are objects in R2 and stay. @param isClosed Whether they refuse events from now on. */
  forget(projectId: number, isClosed: boolean): Promise<void>;
}

export function createProjectEvents(namespace: EventNamespace): ProjectEvents {
  const each = async (projectId: number, call: (shard: EventShardObject) => Promise<void>) => {
    const names = shardsOf(projectId).map(shardName);
    await Promise.all(names.map((name) => call(namespace.get(namespace.idFromName(name)))));
  };
  const shardFor = (projectId: number, userId: string) => {
    const address = { projectId, shard: shardOf(userId) };
    return { address, object: namespace.get(namespace.idFromName(shardName(address))) };
  };
  return {
    async restore(projectId, shard, segments) {
      const address = { projectId, shard };
      await namespace.get(namespace.idFromName(shardName(address))).restore(address, segments);
    },
    async count(projectId) {
      let sum = 0;
      await each(projectId, async (shard) => {
        const position = await shard.position();
        sum += position;
      });
      return sum;
    },
    async copyRecent(projectId, from, to) {
      const items = (await shardFor(projectId, from).object.recentItems(from)) ?? [];
      const { address, object } = shardFor(projectId, to);
      if (items.length > 0) await object.adopt(address, to, from, items);
    },
    releaseRecent: (projectId, from, to) => shardFor(projectId, to).object.release(to, from),
    flush: (projectId) => each(projectId, (shard) => shard.flush()),
    async eraseUser(projectId, userId) {
      const shard = shardFor(projectId, userId).object;
      let removed = 0;
      let after: string | null = null;
      do {
        const erased: UserErased = await shard.eraseUser(userId, after);
        removed += erased.removed;
        after = erased.next;
      } while (after !== null);
      return removed;
    },
    forget: (projectId, isClosed) => each(projectId, (shard) => shard.forget(isClosed)),
  };
}
