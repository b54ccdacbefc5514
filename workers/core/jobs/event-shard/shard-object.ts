/** An event shard for its callers. The address goes with events: an object does not know its own name. */
import type { CountAnswer, CountQuery } from "./event-counts.ts";
import type { LiveItem } from "./recent-items.ts";
import type { ShardAddress } from "./shard-address.ts";
import type { StoredEvent } from "./stored-event.ts";

export interface AppendResult {
  /** Events that are stored now. */
  readonly accepted: number;
  /** Events whose id was known: stored before. */
  readonly duplicates: number;
}

export interface UserErased {
  /** Events that are gone. */
  readonly removed: number;
  /** Call again with this; null at the end. */
  readonly next: string | null;
}

/** A segment that another project's shard has written. */
export interface RestoredSegment {
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
}

/** How far somebody knows the changes of people's recent items in a shard. */
export interface SeenChanges {
  /** Changes are counted from the last wake of the object. */
  readonly wake: string;
  readonly changes: number;
}

export interface RecentAnswer {
  /** Newest first. */
  readonly items: readonly LiveItem[];
  readonly seen: SeenChanges;
  /** The people whose items changed since; null if it may be anybody. */
  readonly changed: readonly string[] | null;
}

export interface EventShardObject {
  /**
   * Answers after the events are durable, each batch apart. Null when the shard can take no more at present, `closed` when its project
   * is deleted.
   */
  append(
    address: ShardAddress,
    batches: readonly (readonly StoredEvent[])[],
  ): Promise<AppendResult[] | "closed" | null>;
  /** Newest first. Null when the shard remembers nobody at all: there is no need to ask again at once. */
  recentItems(userId: string): Promise<readonly LiveItem[] | null>;
  /** The same, and who has changed since somebody has seen the changes up to a place. */
  recentSince(userId: string, seen: SeenChanges | null): Promise<RecentAnswer | null>;
  /** Counts of the shard's events, also of those that came this moment. */
  counts(query: CountQuery): Promise<CountAnswer>;
  /** Writes all events that have arrived as segments. */
  flush(): Promise<void>;
  /** Erases a user's events from rows and from some segments, beginning after a key; null at first. */
  eraseUser(userId: string, after: string | null): Promise<UserErased>;
  /** Begins after segments of an archive, in order. Does nothing in a shard that has events. */
  restore(address: ShardAddress, segments: readonly RestoredSegment[]): Promise<void>;
  /** How many events the shard has had. */
  position(): Promise<number>;
  /** Gives a user the recent items of another one who is the same; a repeated call replaces them. */
  adopt(address: ShardAddress, userId: string, from: string, items: readonly LiveItem[]): Promise<void>;
  /** Takes back what `adopt` gave. */
  release(userId: string, from: string): Promise<void>;
  /**
   * Erases everything in the object; segments are objects in R2 and stay.
   *
   * @param isClosed Whether it takes nothing any more, until a later call says otherwise.
   */
  forget(isClosed: boolean): Promise<void>;
}

/** The part of a Durable Object namespace that callers of shards use. */
export interface EventNamespace {
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): EventShardObject;
}

/** What `idFromName` gives; here only passed on. */
export interface DurableObjectId {
  toString(): string;
}
