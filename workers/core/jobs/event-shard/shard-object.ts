/** An event object for its callers. The address goes with each call: an object does not know its own name. */
import type { CountAnswer, CountQuery } from "./event-counts.ts";
import type { ObjectLayout } from "./event-layout.ts";
import type {
  FeedbackKey,
  FeedbackPage,
  FeedbackQuery,
  FeedbackRemoved,
  FeedbackRow,
  Neighbour,
  NeighbourQuery,
} from "./feedback.ts";
import type { TogetherCounts, TogetherQuery, UsersQuery } from "./items-together.ts";
import type { ShownEvent } from "./newest-events.ts";
import type { LiveItem } from "./recent-items.ts";
import type { ObjectAddress } from "./shard-address.ts";
import type { ShardPart } from "./shard-state.ts";
import type { StoredEvent } from "./stored-event.ts";
import type { UserRow, UserWrite, UserWritten, WrittenProperties } from "./user-properties.ts";

export interface AppendResult {
  /** Events that are stored now. */
  readonly accepted: number;
  /** Events whose id was known: stored before. */
  readonly duplicates: number;
}

/** Null when the object can take no more at present, `closed` when its project is deleted. */
export type AppendAnswer = AppendResult | "closed" | null;

/** An answer, and where the object is in the project. */
export interface Placed<Answer> {
  /** Null if the object has nothing to do with the project: then the caller begins again at object 0, which never had an event. */
  readonly layout: ObjectLayout | null;
  /** Of the shards that the object has by its layout, and nothing of the others. */
  readonly answer: Answer;
}

export interface UserErased {
  /** Events that are gone. */
  readonly removed: number;
  /** Whether properties are gone. */
  readonly hadProperties: boolean;
  /** Call again with this; null at the end. */
  readonly next: string | null;
}

/** A segment that another project's shard has written. */
export interface RestoredSegment {
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
}

/** How far somebody knows the changes of people's recent items in an object. */
export interface SeenChanges {
  /** Changes are counted from the last wake of the object. */
  readonly wake: string;
  readonly changes: number;
}

/** What serving knows of a user beside models and files. */
export interface RecentOfUser {
  /** Newest first. */
  readonly items: readonly LiveItem[];
  /** What was written of the user; null if nothing was. */
  readonly properties: WrittenProperties | null;
}

export interface RecentAnswer extends RecentOfUser {
  readonly seen: SeenChanges;
  /** The people whose items changed since; null if it may be anybody. */
  readonly changed: readonly string[] | null;
}

/** A segment that an object knows. */
export interface KnownSegment extends ShardPart {
  readonly bytes: number;
}

/** Which events to show, the last to arrive first. */
export interface TailQuery {
  /** Null for all types. */
  readonly type: string | null;
  readonly limit: number;
}

/** The last events of an object, and how many of each type came in the last hour and day. */
export interface EventTail {
  readonly events: readonly ShownEvent[];
  readonly hour: ReadonlyMap<string, number>;
  readonly day: ReadonlyMap<string, number>;
}

/** A part of what an object remembers of ids: hashes of 8 bytes each. */
export interface RememberedIds {
  /** When the events arrived. */
  readonly received: number;
  readonly ids: ArrayBuffer;
}

/** Recent items that a user has of another one. */
export interface AdoptedFrom {
  readonly userId: string;
  readonly from: string;
  readonly items: readonly LiveItem[];
}

/** All that a user has of another one. */
export interface AdoptedUser extends AdoptedFrom, RecentOfUser {}

/** A row of users' properties in its object. */
export interface PlacedUser extends UserRow {
  /** Of whom the user has them; empty for own ones. */
  readonly from: string;
  /** When they were merged, epoch milliseconds; 0 for own ones. */
  readonly adoptedAt: number;
}

/** Some rows of an object, in the order of their users. */
export interface UserPage {
  readonly rows: readonly PlacedUser[];
  /** Continue after this row; null at the end. */
  readonly next: UserPlace | null;
}

/** How many users there are. */
export interface UserCount {
  readonly users: number;
  /** Of these: with a value of the asked property that is not empty. */
  readonly having: number;
}

/** Which rows of users a page has, and how many. */
export interface UserPageWish {
  /** One row for each user: what the user has in the end, also of others who are the same. Otherwise own rows alone. */
  readonly isMerged: boolean;
  /** Characters of a page, about: it ends after the row that exceeds this. */
  readonly length: number;
}

export type UserPlace = Pick<PlacedUser, "userId" | "from">;

/** What an object did with a write. Null for a user of another object, `closed` when the project is deleted. */
export type UserWriteAnswer = UserWritten | "closed" | null;

/** All that an object needs to go on with shards of another one, whose events are in segments by then. */
export interface HandedOver {
  readonly first: number;
  /** The last number in a segment, by shard. */
  readonly sealedTo: readonly number[];
  readonly segments: readonly KnownSegment[];
  readonly ids: readonly RememberedIds[];
  readonly adopted: readonly AdoptedFrom[];
}

export interface EventShardObject {
  /** Answers after the events are durable. */
  append(address: ObjectAddress, events: readonly StoredEvent[]): Promise<Placed<AppendAnswer>>;
  /** Null when the object remembers nobody at all: there is no need to ask again at once. */
  recentOf(address: ObjectAddress, userId: string): Promise<Placed<RecentOfUser | null>>;
  /** The same, and who has changed since somebody has seen the changes up to a place. */
  recentSince(
    address: ObjectAddress,
    userId: string,
    seen: SeenChanges | null,
  ): Promise<Placed<RecentAnswer | null>>;
  /** Counts of the events that the object has stored, also of those that came this moment. */
  counts(address: ObjectAddress, query: CountQuery): Promise<Placed<CountAnswer>>;
  /** (The runtime keeps the name `tail` for a handler.) The last events that the object has stored, of the users that it has by its layout. */
  newest(address: ObjectAddress, query: TailQuery): Promise<Placed<EventTail>>;
  /** Writes all events that have arrived as segments. */
  flush(address: ObjectAddress): Promise<Placed<null>>;
  /** Erases a user's events from rows and from some segments of the user's shard, beginning after a key; null at first. */
  eraseUser(address: ObjectAddress, userId: string, after: string | null): Promise<Placed<UserErased>>;
  /** Begins a shard after segments of an archive, in order. Does nothing in a shard that has events. */
  restore(address: ObjectAddress, shard: number, segments: readonly RestoredSegment[]): Promise<Placed<null>>;
  /** How many events the object has stored that can be learnt from: all but impressions. */
  learnable(address: ObjectAddress): Promise<Placed<number>>;
  /** Gives a user the recent items and properties of another one who is the same; a repeated call replaces them. */
  adopt(address: ObjectAddress, adopted: AdoptedUser): Promise<Placed<null>>;
  /** Takes back what `adopt` gave. */
  release(address: ObjectAddress, userId: string, from: string): Promise<Placed<null>>;
  /** Answers after the properties are durable. */
  writeUser(address: ObjectAddress, write: UserWrite): Promise<Placed<UserWriteAnswer>>;
  /** Properties of the users that the object has by its layout, beginning after a place; null at first. */
  users(address: ObjectAddress, after: UserPlace | null, wish: UserPageWish): Promise<Placed<UserPage>>;
  /** Takes over own properties of an archive, those of its users. Answers with the problem of the first that it has no room for, or null. */
  restoreUsers(address: ObjectAddress, rows: readonly UserRow[]): Promise<Placed<string | null>>;
  /**
   * Erases everything in the object; segments are objects in R2 and stay.
   *
   * @param isClosed Whether it takes nothing any more, until a later call says otherwise.
   */
  forget(address: ObjectAddress, isClosed: boolean): Promise<Placed<null>>;
  /** What a new object begins with; null if this object has not given it any shards. May be repeated. */
  handOver(address: ObjectAddress, to: number): Promise<HandedOver | null>;
  /** Some properties of the users that a new object begins with, beginning after a place; null at first. May be repeated. */
  handOverUsers(address: ObjectAddress, to: number, after: UserPlace | null): Promise<UserPage>;
  /** Stores events that are feedback in the place of those of the same type, user and item. Answers as `append` does. */
  replaceFeedback(address: ObjectAddress, events: readonly StoredEvent[]): Promise<Placed<AppendAnswer>>;
  /** Stores rows without events, unless there are such rows. Null for a project that is deleted, and without room. */
  noteFeedback(address: ObjectAddress, rows: readonly FeedbackRow[]): Promise<Placed<true | null>>;
  /** Removes some rows, the first `limit` of a query, with their events. */
  removeFeedback(address: ObjectAddress, query: FeedbackQuery): Promise<Placed<FeedbackRemoved>>;
  /** Rows of the users that the object has by its layout. */
  feedback(address: ObjectAddress, query: FeedbackQuery): Promise<Placed<FeedbackPage>>;
  /** Items that a user has feedback on until a time, those of the last first. */
  feedbackItems(
    address: ObjectAddress,
    userId: string,
    until: number,
    limit: number,
  ): Promise<Placed<readonly string[]>>;
  /** Users of the object who have feedback on the same items. */
  neighbours(address: ObjectAddress, query: NeighbourQuery): Promise<Placed<readonly Neighbour[]>>;
  /** What the users of the object who have an item have beside it. */
  itemsTogether(address: ObjectAddress, query: TogetherQuery): Promise<Placed<TogetherCounts>>;
  /** How many users of the object have each of some items. */
  usersOfItems(address: ObjectAddress, query: UsersQuery): Promise<Placed<readonly number[]>>;
  /** Some rows that a new object begins with, beginning after a place; null at first. May be repeated. */
  handOverFeedback(address: ObjectAddress, to: number, after: FeedbackKey | null): Promise<FeedbackPage>;
  /** How many users the object has by its layout of whom something is known, and how many of them have a property. */
  countUsers(address: ObjectAddress, property: string): Promise<Placed<UserCount>>;
  /** Own rows of users in the order of their ids, beginning after an id. */
  listUsers(address: ObjectAddress, after: string, limit: number): Promise<Placed<readonly UserRow[]>>;
  /** Whether the object has stored something. */
  hasBegun(): Promise<boolean>;
}

/** The part of a Durable Object namespace that callers of event objects use. */
export interface EventNamespace {
  idFromName(name: string): DurableObjectId;
  get(id: DurableObjectId): EventShardObject;
}

/** What `idFromName` gives; here only passed on. */
export interface DurableObjectId {
  toString(): string;
}
