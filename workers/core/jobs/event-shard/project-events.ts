/** All events of a project, for what concerns the whole project. */
import { ObjectCalls } from "./object-calls.ts";
import { shardOf } from "./shard-address.ts";
import type { EventNamespace, RestoredSegment } from "./shard-object.ts";

export interface ProjectEvents {
  /** Writes every event that has arrived as segments. */
  flush(projectId: number): Promise<void>;
  /** Erases a user's events from the objects that have them and from segments. Returns how many there were. */
  eraseUser(projectId: number, userId: string): Promise<number>;
  /** Has a shard begin after segments of an archive. */
  restore(projectId: number, shard: number, segments: readonly RestoredSegment[]): Promise<void>;
  /** How many events the project has had that can be learnt from: all but impressions. */
  countLearnable(projectId: number): Promise<number>;
  /** Copies the recent items of a user to the one who is the same. May be repeated. */
  copyRecent(projectId: number, from: string, to: string): Promise<void>;
  /** Takes back what `copyRecent` gave. */
  releaseRecent(projectId: number, from: string, to: string): Promise<void>;
  /** Erases everything in the objects; the segments are objects in R2 and stay. @param isClosed Whether they refuse events from now on. */
  forget(projectId: number, isClosed: boolean): Promise<void>;
}

/**
 * @param recentChanged  Is told whose recent items have changed without an event, once the objects know it: serving remembers them for
 *   a moment.
 */
export function createProjectEvents(
  namespace: EventNamespace,
  recentChanged: (projectId: number, userIds: readonly string[]) => Promise<void> = async () => undefined,
): ProjectEvents {
  const callsOf = (projectId: number) => new ObjectCalls(namespace, projectId);
  return {
    async restore(projectId, shard, segments) {
      const calls = callsOf(projectId);
      await calls.ofShard(shard, (object, address) => object.restore(address, shard, segments));
    },
    async countLearnable(projectId) {
      const counts = await callsOf(projectId).ofAll((object, address) => object.learnable(address));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    async copyRecent(projectId, from, userId) {
      const calls = callsOf(projectId);
      const items = await calls.ofShard(shardOf(from), (object, address) =>
        object.recentItems(address, from),
      );
      if (items === null || items.length === 0) return;
      await calls.ofShard(shardOf(userId), (object, address) =>
        object.adopt(address, { userId, from, items }),
      );
      await recentChanged(projectId, [userId]);
    },
    async releaseRecent(projectId, from, to) {
      await callsOf(projectId).ofShard(shardOf(to), (object, address) => object.release(address, to, from));
      await recentChanged(projectId, [to]);
    },
    async flush(projectId) {
      await callsOf(projectId).ofAll((object, address) => object.flush(address));
    },
    async eraseUser(projectId, userId) {
      const removed = await eraseUser(callsOf(projectId), userId);
      await recentChanged(projectId, [userId]);
      return removed;
    },
    async forget(projectId, isClosed) {
      await callsOf(projectId).ofAll((object, address) => object.forget(address, isClosed));
    },
  };
}

/** An object that had the user's shard may still have rows; it writes them as segments, so the last object looks there in the end. */
async function eraseUser(calls: ObjectCalls, userId: string): Promise<number> {
  const shard = shardOf(userId);
  let removed = 0;
  let after: string | null = null;
  for await (const erased of calls.ofPath(shard, (object, address) =>
    object.eraseUser(address, userId, null),
  )) {
    removed += erased.removed;
    after = erased.next;
  }
  while (after !== null) {
    const from: string = after;
    const erased = await calls.ofShard(shard, (object, address) => object.eraseUser(address, userId, from));
    removed += erased.removed;
    after = erased.next;
  }
  return removed;
}
