import { DurableObject } from "cloudflare:workers";
import type { CountAnswer, CountQuery } from "#jobs/event-shard/event-counts.ts";
import { firstLayout, type ObjectLayout, parentOf } from "#jobs/event-shard/event-layout.ts";
import {
  type FeedbackKey,
  type FeedbackPage,
  type FeedbackQuery,
  type FeedbackRemoved,
  type FeedbackRow,
  keyOfEvent,
  type Neighbour,
  type NeighbourQuery,
} from "#jobs/event-shard/feedback.ts";
import { createGroupCommit } from "#jobs/event-shard/group-commit.ts";
import type { TogetherCounts, TogetherQuery, UsersQuery } from "#jobs/event-shard/items-together.ts";
import { ObjectLoad } from "#jobs/event-shard/object-load.ts";
import { EVENT_SHARDS, type ObjectAddress } from "#jobs/event-shard/shard-address.ts";
import type {
  AdoptedUser,
  AppendAnswer,
  AppendResult,
  EventNamespace,
  EventShardObject,
  EventTail,
  HandedOver,
  Placed,
  RecentAnswer,
  RecentOfUser,
  RestoredSegment,
  SeenChanges,
  TailQuery,
  UserCount,
  UserErased,
  UserPage,
  UserPageWish,
  UserPlace,
  UserWriteAnswer,
} from "#jobs/event-shard/shard-object.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import type { UserRow, UserWrite, UserWritten } from "#jobs/event-shard/user-properties.ts";
import { CLOSED } from "./closed.ts";
import { enterProject, hasBegunWithAll } from "./object-entry.ts";
import type { ShardPlace } from "./place-row.ts";
import { hasUser } from "./shard-memory.ts";
import { type SegmentEffects, StoredShards } from "./stored-shards.ts";

/** Events that arrive within this time share a row. */
const GROUP_MS = 4;

export interface ShardEffects extends SegmentEffects {
  /** The other objects. */
  readonly namespace: EventNamespace;
  /** Calls a second that are too much for one object. */
  readonly growAt: number;
}

/**
 * An event object as its callers see it: it has some or all shards of a project. An event is durable in SQLite before its sender is
 * answered. Ids and recent items are in memory, and read again after a wake.
 */
export abstract class ShardShell<Env> extends DurableObject<Env> implements EventShardObject {
  protected abstract get effects(): ShardEffects;
  readonly #shards: StoredShards;
  #load: ObjectLoad | null = null;
  /** Whether the project began with 16 objects, as far as object 0 knows. */
  #isOld: boolean | null = null;
  #beginning: Promise<void> | null = null;
  /** Of a project that is deleted: the layout that the object had, or `true` if it had none. */
  #closed: ObjectLayout | true | null;
  readonly #append: (events: readonly StoredEvent[]) => Promise<Placed<AppendResult | null>>;
  readonly #writeUser: (write: UserWrite) => Promise<Placed<UserWritten | null>>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#shards = new StoredShards(ctx.storage, () => this.effects);
    const effects = {
      wait: () => scheduler.wait(GROUP_MS),
      keep: (work: Promise<unknown>) => ctx.waitUntil(work),
    };
    this.#append = createGroupCommit({ commit: (calls) => this.#shards.commit(calls), ...effects });
    this.#writeUser = createGroupCommit({ commit: (writes) => this.#shards.users.write(writes), ...effects });
    this.#closed = ctx.storage.kv.get<ObjectLayout | true>(CLOSED) ?? null;
    ctx.blockConcurrencyWhile(() => this.#shards.wake());
  }

  async append(address: ObjectAddress, events: readonly StoredEvent[]): Promise<Placed<AppendAnswer>> {
    if (this.#closed) return this.#placed(address, "closed");
    if (!(await this.#begin(address))) return { layout: null, answer: null };
    this.#note(events.length);
    return this.#append(events);
  }

  async recentOf(address: ObjectAddress, userId: string): Promise<Placed<RecentOfUser | null>> {
    if (!(await this.#join(address))) return { layout: null, answer: null };
    this.#note(0);
    return this.#placed(address, this.#shards.recent.of(userId));
  }

  async recentSince(
    address: ObjectAddress,
    userId: string,
    seen: SeenChanges | null,
  ): Promise<Placed<RecentAnswer | null>> {
    if (!(await this.#join(address))) return { layout: null, answer: null };
    this.#note(0);
    return this.#placed(address, this.#shards.recent.since(userId, seen));
  }

  async writeUser(address: ObjectAddress, write: UserWrite): Promise<Placed<UserWriteAnswer>> {
    if (this.#closed) return this.#placed(address, "closed");
    if (!(await this.#begin(address))) return { layout: null, answer: null };
    this.#note(1);
    return this.#writeUser(write);
  }

  async users(
    address: ObjectAddress,
    after: UserPlace | null,
    wish: UserPageWish,
  ): Promise<Placed<UserPage>> {
    await this.#join(address);
    return this.#placed(address, this.#shards.users.page(after, wish));
  }

  async restoreUsers(address: ObjectAddress, rows: readonly UserRow[]): Promise<Placed<string | null>> {
    await this.#begin(address);
    return this.#placed(address, await this.#shards.users.restore(rows));
  }

  async handOverUsers(_address: ObjectAddress, to: number, after: UserPlace | null): Promise<UserPage> {
    return this.#shards.users.handOver(to, after);
  }

  async countUsers(address: ObjectAddress, property: string): Promise<Placed<UserCount>> {
    await this.#join(address);
    return this.#placed(address, this.#shards.users.count(property));
  }

  async listUsers(address: ObjectAddress, after: string, limit: number): Promise<Placed<readonly UserRow[]>> {
    await this.#join(address);
    return this.#placed(address, this.#shards.users.list(after, limit));
  }

  async replaceFeedback(
    address: ObjectAddress,
    events: readonly StoredEvent[],
  ): Promise<Placed<AppendAnswer>> {
    if (this.#closed) return this.#placed(address, "closed");
    if (!(await this.#begin(address))) return { layout: null, answer: null };
    this.#note(events.length);
    const { feedback } = this.#shards;
    const rowsOf = () => events.flatMap((event) => feedback.find(keyOfEvent(event)) ?? []);
    return this.#placed(address, await this.#shards.replaceFeedback(rowsOf, events));
  }

  async noteFeedback(address: ObjectAddress, rows: readonly FeedbackRow[]): Promise<Placed<true | null>> {
    const isThere = !this.#closed && (await this.#begin(address)) !== null;
    return this.#placed(address, isThere && (await this.#shards.feedback.note(rows)) ? true : null);
  }

  async removeFeedback(address: ObjectAddress, query: FeedbackQuery): Promise<Placed<FeedbackRemoved>> {
    await this.#join(address);
    let removed = 0;
    let isCut = false;
    const rowsOf = () => {
      const { rows, isCut: isMore } = this.#shards.feedback.page(query);
      isCut = isMore;
      removed = rows.length;
      return rows;
    };
    const isWhole = (await this.#shards.replaceFeedback(rowsOf, [])) !== null || removed === 0;
    const answer = { removed: isWhole ? removed : 0, isDone: isWhole && !isCut && removed < query.limit };
    return this.#placed(address, answer);
  }

  async feedback(address: ObjectAddress, query: FeedbackQuery): Promise<Placed<FeedbackPage>> {
    await this.#join(address);
    return this.#placed(address, this.#shards.feedback.page(query));
  }

  async feedbackItems(
    address: ObjectAddress,
    userId: string,
    until: number,
    limit: number,
  ): Promise<Placed<readonly string[]>> {
    await this.#join(address);
    return this.#placed(address, this.#shards.feedback.itemsOf(userId, until, limit));
  }

  async neighbours(address: ObjectAddress, query: NeighbourQuery): Promise<Placed<readonly Neighbour[]>> {
    await this.#join(address);
    return this.#placed(address, this.#shards.feedback.neighbours(query));
  }

  async itemsTogether(address: ObjectAddress, query: TogetherQuery): Promise<Placed<TogetherCounts>> {
    await this.#join(address);
    return this.#placed(address, this.#shards.feedback.itemsTogether(query));
  }

  async usersOfItems(address: ObjectAddress, query: UsersQuery): Promise<Placed<readonly number[]>> {
    await this.#join(address);
    return this.#placed(address, this.#shards.feedback.usersOfItems(query));
  }

  async handOverFeedback(
    _address: ObjectAddress,
    to: number,
    after: FeedbackKey | null,
  ): Promise<FeedbackPage> {
    return this.#shards.feedback.handOver(to, after);
  }

  async adopt(address: ObjectAddress, adopted: AdoptedUser): Promise<Placed<null>> {
    const place = await this.#begin(address);
    if (place && hasUser(place, adopted.userId)) await this.#shards.recent.adopt(adopted);
    return this.#placed(address, null);
  }

  async release(address: ObjectAddress, userId: string, from: string): Promise<Placed<null>> {
    if (!(await this.#join(address))) return { layout: null, answer: null };
    this.#shards.recent.release(userId, from);
    return this.#placed(address, null);
  }

  async restore(
    address: ObjectAddress,
    shard: number,
    segments: readonly RestoredSegment[],
  ): Promise<Placed<null>> {
    await this.#begin(address);
    await this.#shards.restore(shard, segments);
    return this.#placed(address, null);
  }

  async learnable(address: ObjectAddress): Promise<Placed<number>> {
    return this.#placed(address, this.#shards.learnable);
  }

  async counts(address: ObjectAddress, query: CountQuery): Promise<Placed<CountAnswer>> {
    this.#note(0);
    return this.#placed(address, this.#shards.counts(query));
  }

  async newest(address: ObjectAddress, query: TailQuery): Promise<Placed<EventTail>> {
    await this.#join(address);
    return this.#placed(address, this.#shards.tail(query));
  }

  async flush(address: ObjectAddress): Promise<Placed<null>> {
    await this.#shards.flush();
    return this.#placed(address, null);
  }

  async eraseUser(address: ObjectAddress, userId: string, after: string | null): Promise<Placed<UserErased>> {
    await this.#join(address);
    const erased = await this.#shards.eraseUser(userId, after);
    return this.#placed(address, erased);
  }

  async forget(address: ObjectAddress, isClosed: boolean): Promise<Placed<null>> {
    const placed = await this.#placed(address, null);
    this.#closed = isClosed ? (placed.layout ?? true) : null;
    await this.#shards.forget();
    // With the layout, so that the last call finds all objects.
    if (this.#closed) this.ctx.storage.kv.put(CLOSED, this.#closed);
    this.#isOld = null;
    return placed;
  }

  async handOver(_address: ObjectAddress, to: number): Promise<HandedOver | null> {
    return this.#shards.handOver(to);
  }

  async hasBegun(): Promise<boolean> {
    return this.#shards.place !== null;
  }

  /** Gives half of the shards away: the object that has them from now on fetches them at its first call. */
  async grow(): Promise<void> {
    await this.#shards.grow();
  }

  override async alarm(): Promise<void> {
    await this.#shards.alarm();
  }

  #note(events: number): void {
    this.#load ??= new ObjectLoad(this.effects.growAt);
    if (!this.#load.note(events, Date.now())) return;
    this.ctx.waitUntil(this.grow().catch((error) => this.effects.logError("event_shards_not_moved", error)));
  }

  async #placed<Answer>(address: ObjectAddress, answer: Answer): Promise<Placed<Answer>> {
    if (this.#shards.place) return { layout: this.#shards.place.layout, answer };
    if (this.#closed) return { layout: this.#closed === true ? null : this.#closed, answer };
    const first = await this.#firstOf(address);
    // Object 0 of a project without events knows of no layout.
    return { layout: address.object > 0 || first > 1 ? firstLayout(address.object, first) : null, answer };
  }

  /** How many objects the project began with. */
  async #firstOf(address: ObjectAddress): Promise<number> {
    if (address.object > 0) return address.first;
    this.#isOld ??= await hasBegunWithAll(this.effects.namespace, address);
    return this.#isOld ? EVENT_SHARDS : 1;
  }

  /** For what is asked of a shard that another object may have had: fetches it from there. False if the project has no such object. */
  async #join(address: ObjectAddress): Promise<boolean> {
    if (this.#shards.place || this.#closed || parentOf(address.object, address.first) === null) return true;
    return (await this.#begin(address)) !== null;
  }

  /** For what is written. Null if the project has no such object. */
  async #begin(address: ObjectAddress): Promise<ShardPlace | null> {
    if (this.#shards.place || this.#closed) return this.#shards.place;
    this.#beginning ??= this.#enter(address).finally(() => {
      this.#beginning = null;
    });
    await this.#beginning;
    return this.#shards.place;
  }

  async #enter(address: ObjectAddress): Promise<void> {
    const entry = await enterProject(this.effects.namespace, address, await this.#firstOf(address));
    if (entry !== null) await this.#shards.begin(entry);
  }
}
