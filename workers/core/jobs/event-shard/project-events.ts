/** All events of a project, for what concerns the whole project. */
import type { FeedbackKey, FeedbackPage, FeedbackQuery, FeedbackRow } from "./feedback.ts";
import { newestOf } from "./newest-events.ts";
import { ObjectCalls } from "./object-calls.ts";
import { EVENT_SHARDS, shardOf } from "./shard-address.ts";
import type {
  EventNamespace,
  EventTail,
  RestoredSegment,
  TailQuery,
  UserCount,
  UserPage,
  UserPageWish,
  UserPlace,
} from "./shard-object.ts";
import type { UserRow } from "./user-properties.ts";

export interface ProjectEvents {
  /** Writes every event that has arrived as segments. */
  flush(projectId: number): Promise<void>;
  /** Erases a user's events from the objects that have them and from segments, and the user's properties. Returns how many there were. */
  eraseUser(projectId: number, userId: string): Promise<ErasedOfUser>;
  /** What applications wrote of users, some at a time. A user may come twice while the project grows. */
  users(projectId: number): AsyncGenerator<readonly UserRow[]>;
  /** The same with what users have of others who are the same: a row for each user. */
  mergedUsers(projectId: number): AsyncGenerator<readonly UserRow[]>;
  /** How many users are known by events or by what applications wrote, and how many of them have a property. */
  countUsers(projectId: number, property: string): Promise<UserCount>;
  /** Whether a property was written of a user. */
  hasUsers(projectId: number): Promise<boolean>;
  /** Adds what an archive has of users. Answers with the problem of the first that there is no room for, or null. */
  restoreUsers(projectId: number, rows: readonly UserRow[]): Promise<string | null>;
  /** All feedback, some rows at a time. A row may come twice while the project grows. */
  feedback(projectId: number): AsyncGenerator<readonly FeedbackRow[]>;
  /** Adds the feedback of an archive. False without room for all of it. */
  restoreFeedback(projectId: number, rows: readonly FeedbackRow[]): Promise<boolean>;
  /** Has a shard begin after segments of an archive. */
  restore(projectId: number, shard: number, segments: readonly RestoredSegment[]): Promise<void>;
  /** The last events of the project, the last to arrive first, and how many of each type the last hour and day have. */
  tail(projectId: number, query: TailQuery): Promise<EventTail>;
  /** How many events the project has had that can be learnt from: all but impressions. */
  countLearnable(projectId: number): Promise<number>;
  /** Copies the recent items and properties of a user to the one who is the same. May be repeated. */
  copyRecent(projectId: number, from: string, to: string): Promise<void>;
  /** Takes back what `copyRecent` gave. */
  releaseRecent(projectId: number, from: string, to: string): Promise<void>;
  /** Erases everything in the objects; the segments are objects in R2 and stay. @param isClosed Whether they refuse events from now on. */
  forget(projectId: number, isClosed: boolean): Promise<void>;
}

/** A call between objects may have 32 MiB. */
const PAGE_LENGTH = 2 * 1024 * 1024;

const ALL_FEEDBACK = { type: null, userId: null, itemId: null, limit: 5_000 };

export interface ErasedOfUser {
  readonly events: number;
  /** 1 if the user had any. */
  readonly properties: number;
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
    async tail(projectId, query) {
      const tails = await callsOf(projectId).ofAll((object, address) => object.newest(address, query));
      return {
        events: newestOf(
          tails.map(({ events }) => events),
          query.limit,
        ),
        hour: sumsOf(tails.map(({ hour }) => hour)),
        day: sumsOf(tails.map(({ day }) => day)),
      };
    },
    async copyRecent(projectId, from, userId) {
      const calls = callsOf(projectId);
      const known = await calls.ofShard(shardOf(from), (object, address) => object.recentOf(address, from));
      if (known === null || (known.items.length === 0 && known.properties === null)) return;
      await calls.ofShard(shardOf(userId), (object, address) =>
        object.adopt(address, { userId, from, ...known }),
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
      const erased = await eraseUser(callsOf(projectId), userId);
      await recentChanged(projectId, [userId]);
      return erased;
    },
    users: (projectId) => usersOf(callsOf(projectId), { isMerged: false, length: PAGE_LENGTH }),
    mergedUsers: (projectId) => usersOf(callsOf(projectId), { isMerged: true, length: PAGE_LENGTH }),
    async countUsers(projectId, property) {
      const counts = await callsOf(projectId).ofAll((object, address) =>
        object.countUsers(address, property),
      );
      const sum = (of: (count: UserCount) => number) => counts.reduce((all, count) => all + of(count), 0);
      return { users: sum(({ users }) => users), having: sum(({ having }) => having) };
    },
    async hasUsers(projectId) {
      for await (const _ of usersOf(callsOf(projectId), { isMerged: true, length: 1 })) return true;
      return false;
    },
    async restoreUsers(projectId, rows) {
      const calls = callsOf(projectId);
      for (let shard = 0; shard < EVENT_SHARDS; shard++) {
        const own = rows.filter(({ userId }) => shardOf(userId) === shard);
        if (own.length === 0) continue;
        const problem = await calls.ofShard(shard, (object, address) => object.restoreUsers(address, own));
        if (problem !== null) return problem;
      }
      return null;
    },
    feedback: (projectId) => feedbackOf(callsOf(projectId)),
    async restoreFeedback(projectId, rows) {
      const calls = callsOf(projectId);
      for (let shard = 0; shard < EVENT_SHARDS; shard++) {
        const own = rows.filter(({ userId }) => shardOf(userId) === shard);
        const isStored =
          own.length === 0 ||
          (await calls.ofShard(shard, (object, address) => object.noteFeedback(address, own)));
        if (!isStored) return false;
      }
      return true;
    },
    async forget(projectId, isClosed) {
      await callsOf(projectId).ofAll((object, address) => object.forget(address, isClosed));
    },
  };
}

function sumsOf(counts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [type, count] of counts.flatMap((own) => [...own]))
    sums.set(type, (sums.get(type) ?? 0) + count);
  return sums;
}

/** Each object gives the users of the shards that it has. If one grows meanwhile, its new neighbour gives some of them again. */
async function* usersOf(calls: ObjectCalls, wish: UserPageWish): AsyncGenerator<readonly UserRow[]> {
  const done = new Set<number>();
  for (;;) {
    const object = calls.objects().find((one) => !done.has(one));
    if (object === undefined) return;
    let after: UserPlace | null = null;
    do {
      const from: UserPlace | null = after;
      const { answer: page }: { readonly answer: UserPage } = await calls.call(object, (stub, address) =>
        stub.users(address, from, wish),
      );
      if (page.rows.length > 0) yield page.rows;
      after = page.next;
    } while (after !== null);
    done.add(object);
  }
}

/** The same for feedback, in the order of type, user and item within an object. */
async function* feedbackOf(calls: ObjectCalls): AsyncGenerator<readonly FeedbackRow[]> {
  const done = new Set<number>();
  for (;;) {
    const object = calls.objects().find((one) => !done.has(one));
    if (object === undefined) return;
    let after: FeedbackKey | null = null;
    for (;;) {
      const query: FeedbackQuery = { ...ALL_FEEDBACK, after };
      const { answer: page }: { readonly answer: FeedbackPage } = await calls.call(object, (stub, address) =>
        stub.feedback(address, query),
      );
      if (page.rows.length > 0) yield page.rows;
      after = page.rows.at(-1) ?? null;
      if (after === null || (!page.isCut && page.rows.length < query.limit)) break;
    }
    done.add(object);
  }
}

/** An object that had the user's shard may still have rows; it writes them as segments, so the last object looks there in the end. */
async function eraseUser(calls: ObjectCalls, userId: string): Promise<ErasedOfUser> {
  const shard = shardOf(userId);
  let events = 0;
  let hadProperties = false;
  let after: string | null = null;
  for await (const erased of calls.ofPath(shard, (object, address) =>
    object.eraseUser(address, userId, null),
  )) {
    events += erased.removed;
    hadProperties ||= erased.hadProperties;
    after = erased.next;
  }
  while (after !== null) {
    const from: string = after;
    const erased = await calls.ofShard(shard, (object, address) => object.eraseUser(address, userId, from));
    events += erased.removed;
    after = erased.next;
  }
  return { events, properties: hadProperties ? 1 : 0 };
}
