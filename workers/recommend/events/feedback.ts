/** The feedback of all projects, as this isolate writes and reads it: rows that lie beside the events of their users. */
import type { OwnEventWeights } from "#contract/event-weight.ts";
import {
  compareKeys,
  compareTexts,
  type FeedbackKey,
  type FeedbackQuery,
  type FeedbackRow,
  type Neighbour,
} from "#jobs/event-shard/feedback.ts";
import { closestItems, commonUsers, type ItemTogether } from "#jobs/event-shard/items-together.ts";
import { ObjectCalls } from "#jobs/event-shard/object-calls.ts";
import { shardOf } from "#jobs/event-shard/shard-address.ts";
import type { EventNamespace } from "#jobs/event-shard/shard-object.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import type { UserRow } from "#jobs/event-shard/user-properties.ts";
import { projectIsDeleted } from "../http/errors.ts";
import { type EventShards, EventsNotStored } from "./event-shards.ts";

/** What is asked for; what is absent stands for all. */
export interface FeedbackFilter {
  readonly type?: string;
  readonly userId?: string;
  readonly itemId?: string;
}

export interface Removed {
  readonly removed: number;
  /** False: there is more than one request may remove; a next one goes on. */
  readonly isDone: boolean;
}

export interface ListedFeedback {
  readonly rows: readonly FeedbackRow[];
  readonly hasMore: boolean;
}

export interface Feedback {
  /**
   * Stores events in the place of those of the same type, user and item, once each. Rejects with `EventsNotStored`: the same call may be
   * repeated.
   */
  replace(projectId: number, events: readonly StoredEvent[]): Promise<void>;
  /** Stores rows without events, where there are none. */
  note(projectId: number, rows: readonly FeedbackRow[]): Promise<void>;
  /** Rows in the order of type, user and item, and whether more follow. @param after Continue after this row; null at first. */
  page(
    projectId: number,
    filter: FeedbackFilter,
    page: { readonly after: FeedbackKey | null; readonly limit: number },
  ): Promise<ListedFeedback>;
  /** Removes rows and their events, of a user or an item at least. */
  remove(projectId: number, filter: FeedbackFilter): Promise<Removed>;
  /** Items that a user has feedback on until a time, those of the last first. */
  itemsOf(projectId: number, userId: string, until: number): Promise<readonly string[]>;
  /** Users whose items are most like those of a user, the most similar first. */
  neighbours(projectId: number, userId: string, limit: number): Promise<Neighbour[]>;
  /** The items that share most users with an item, a hundred at most, the closest first; feedback of types that weigh nothing does not count. */
  together(projectId: number, itemId: string, weights: OwnEventWeights | undefined): Promise<ItemTogether[]>;
  /** Says that people changed without a call of this. */
  changed(projectId: number, userIds: readonly string[]): void;
  /** Users of whom something was written, in the order of their ids, after an id. */
  users(projectId: number, after: string, limit: number): Promise<UserRow[]>;
}

export interface FeedbackDeps {
  readonly namespace: EventNamespace;
  readonly shards: Pick<EventShards, "recentChanged">;
  readonly now: () => number;
}

const MAX_KNOWN_PROJECTS = 4096;
/** Rows that one call of an object removes. */
const REMOVED_AT_ONCE = 500;
/** Calls of one object that one request makes to remove. */
const MAX_CALLS = 20;
/** Items of a user that are looked at: to leave them out, and for neighbours. */
const MAX_SEEN_ITEMS = 5_000;
const COMPARED_ITEMS = 50;
/** Items with the most common users, whose own users are counted. */
const COUNTED_ITEMS = 100;

export function createFeedback({ namespace, shards, now }: FeedbackDeps): Feedback {
  const projects = new Map<number, ObjectCalls>();
  const callsOf = (projectId: number): ObjectCalls => {
    const known = projects.get(projectId);
    if (known) return known;
    if (projects.size >= MAX_KNOWN_PROJECTS) projects.clear();
    const calls = new ObjectCalls(namespace, projectId);
    projects.set(projectId, calls);
    return calls;
  };
  const itemsOf = (projectId: number, userId: string, until: number, limit: number) =>
    callsOf(projectId).ofShard(shardOf(userId), (object, address) =>
      object.feedbackItems(address, userId, until, limit),
    );
  return {
    async replace(projectId, events) {
      const calls = callsOf(projectId);
      for (const [shard, part] of byShard(events, (event) => event.user_id)) {
        const answer = await storing(
          calls.ofShard(shard, (object, address) => object.replaceFeedback(address, part)),
        );
        if (answer === "closed") throw projectIsDeleted();
        if (answer === null) throw new EventsNotStored("a shard is full, or has many segments");
      }
      shards.recentChanged(projectId, [...new Set(events.map(({ user_id: userId }) => userId))]);
    },
    async note(projectId, rows) {
      const calls = callsOf(projectId);
      for (const [shard, part] of byShard(rows, ({ userId }) => userId)) {
        const answer = await storing(
          calls.ofShard(shard, (object, address) => object.noteFeedback(address, part)),
        );
        if (answer === null) throw new EventsNotStored("a shard is full");
      }
    },
    async page(projectId, filter, { after, limit }) {
      const query = queryOf(filter, after, limit + 1);
      const pages = await answersOf(callsOf(projectId), filter, (object, address) =>
        object.feedback(address, query),
      );
      // An object that has cut its rows may have others before those of the next object.
      const ends = pages.flatMap(({ rows, isCut }) => (isCut ? rows.slice(-1) : [])).sort(compareKeys);
      const rows = pages.flatMap((page) => page.rows).sort(compareKeys);
      const [end] = ends;
      const sure = end ? rows.filter((row) => compareKeys(row, end) <= 0) : rows;
      return { rows: sure.slice(0, limit), hasMore: end !== undefined || sure.length > limit };
    },
    async remove(projectId, filter) {
      const query = queryOf(filter, null, REMOVED_AT_ONCE);
      const calls = callsOf(projectId);
      let sum = 0;
      for (let call = 0; call < MAX_CALLS; call++) {
        const answers = await answersOf(calls, filter, (object, address) =>
          object.removeFeedback(address, query),
        );
        sum += answers.reduce((all, { removed }) => all + removed, 0);
        if (filter.userId !== undefined) shards.recentChanged(projectId, [filter.userId]);
        if (answers.every(({ isDone }) => isDone)) return { removed: sum, isDone: true };
      }
      return { removed: sum, isDone: false };
    },
    changed: shards.recentChanged,
    itemsOf: (projectId, userId, until) => itemsOf(projectId, userId, until, MAX_SEEN_ITEMS),
    async neighbours(projectId, userId, limit) {
      const itemIds = await itemsOf(projectId, userId, now(), COMPARED_ITEMS);
      if (itemIds.length === 0) return [];
      const query = { userId, itemIds, limit };
      const answers = await callsOf(projectId).ofAll((object, address) => object.neighbours(address, query));
      const closer = (a: Neighbour, b: Neighbour) => b.score - a.score || compareTexts(a.userId, b.userId);
      return answers.flat().sort(closer).slice(0, limit);
    },
    async together(projectId, itemId, weights) {
      const calls = callsOf(projectId);
      const asked = { itemId, weights };
      const parts = await calls.ofAll((object, address) => object.itemsTogether(address, asked));
      const common = commonUsers(parts, COUNTED_ITEMS);
      if (common.size === 0) return [];
      const query = { itemIds: [...common.keys()], weights };
      const counts = await calls.ofAll((object, address) => object.usersOfItems(address, query));
      const others = query.itemIds.map((_, at) => sumOf(counts.map((part) => part[at] ?? 0)));
      return closestItems(sumOf(parts.map(({ users }) => users)), common, others);
    },
    async users(projectId, after, limit) {
      const answers = await callsOf(projectId).ofAll((object, address) =>
        object.listUsers(address, after, limit),
      );
      return answers
        .flat()
        .sort((a, b) => compareTexts(a.userId, b.userId))
        .slice(0, limit);
    },
  };
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

type Call<Answer> = Parameters<typeof ObjectCalls.prototype.ofAll<Answer>>[0];

/** Of one object if a user is named, else of all. */
async function answersOf<Answer>(
  calls: ObjectCalls,
  { userId }: FeedbackFilter,
  call: Call<Answer>,
): Promise<Answer[]> {
  return userId === undefined ? calls.ofAll(call) : [await calls.ofShard(shardOf(userId), call)];
}

function queryOf(filter: FeedbackFilter, after: FeedbackKey | null, limit: number): FeedbackQuery {
  const { type = null, userId = null, itemId = null } = filter;
  return { type, userId, itemId, after, limit };
}

function byShard<Value>(values: readonly Value[], userOf: (value: Value) => string): Map<number, Value[]> {
  const parts = new Map<number, Value[]>();
  for (const value of values) {
    const shard = shardOf(userOf(value));
    const part = parts.get(shard);
    if (part) part.push(value);
    else parts.set(shard, [value]);
  }
  return parts;
}

async function storing<Answer>(work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    throw new EventsNotStored("a shard failed", { cause: error });
  }
}
