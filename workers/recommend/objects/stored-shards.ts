/** The shards that an event object has: what is stored and in memory of them, and how it changes. */
import type { CountAnswer, CountQuery } from "#jobs/event-shard/event-counts.ts";
import type { FeedbackRow } from "#jobs/event-shard/feedback.ts";
import { ID_MEMORY_MS } from "#jobs/event-shard/id-memory.ts";
import { EVENT_SHARDS, shardOf } from "#jobs/event-shard/shard-address.ts";
import type {
  AppendResult,
  EventTail,
  HandedOver,
  Placed,
  RestoredSegment,
  TailQuery,
  UserErased,
} from "#jobs/event-shard/shard-object.ts";
import {
  advanceShard,
  EMPTY_SHARD,
  type ShardEffect,
  type ShardEvent,
  type ShardState,
  type ShardStep,
  sealBytesOf,
} from "#jobs/event-shard/shard-state.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { keyOfSegment, putSegment } from "#storage/event-segments.ts";
import { AdoptedItems } from "./adopted-items.ts";
import { CountRows } from "./count-rows.ts";
import { type DividedRows, divideRows } from "./divide-rows.ts";
import { eraseFromSegments } from "./erase-from-segments.ts";
import { FeedbackRows } from "./feedback-rows.ts";
import { type FreshEvent, FreshEvents } from "./fresh-events.ts";
import { type Entry, handedOver, hasGiven } from "./object-entry.ts";
import { type ShardPlace, withRestored, withSealed } from "./place-row.ts";
import { hasUser, ShardMemory } from "./shard-memory.ts";
import { ShardRows } from "./shard-rows.ts";
import { StoredFeedback } from "./stored-feedback.ts";
import { StoredRecent } from "./stored-recent.ts";
import { StoredUsers } from "./stored-users.ts";
import { UserRows } from "./user-rows.ts";

export interface SegmentEffects {
  /** Where segments lie. */
  readonly store: Pick<R2Bucket, "get" | "put" | "list" | "delete">;
  readonly logError: (event: string, error: unknown) => void;
}

/** The shell over `advanceShard`. */
export class StoredShards {
  readonly #storage: DurableObjectStorage;
  readonly #effects: () => SegmentEffects;
  readonly #rows: ShardRows;
  readonly #countRows: CountRows;
  readonly #adopted: AdoptedItems;
  readonly #users: UserRows;
  readonly #feedback: FeedbackRows;
  readonly users: StoredUsers;
  readonly recent: StoredRecent;
  readonly feedback: StoredFeedback;
  #place: ShardPlace | null;
  #state: ShardState = EMPTY_SHARD;
  #memory = new ShardMemory();
  #alarmAt: number | null = null;
  /** The end of what changes rows that have waited: seals and erasures, one after another. */
  #turns: Promise<unknown> = Promise.resolve();
  #isGrowing = false;

  /** @param effects Called when they are needed. */
  constructor(storage: DurableObjectStorage, effects: () => SegmentEffects) {
    this.#storage = storage;
    this.#effects = effects;
    this.#rows = new ShardRows(storage.sql);
    this.#countRows = new CountRows(storage.sql);
    this.#adopted = new AdoptedItems(storage.sql);
    this.#users = new UserRows(storage.sql);
    this.#feedback = new FeedbackRows(storage.sql);
    const context = { storage, place: () => this.#place, memory: () => this.#memory };
    this.users = new StoredUsers(context, this.#users);
    this.recent = new StoredRecent(context, this.#adopted, this.#users);
    this.feedback = new StoredFeedback(context, this.#rows, this.#feedback);
    this.#place = this.#rows.place();
  }

  /** Null for an object without events. */
  get place(): ShardPlace | null {
    return this.#place;
  }

  /** How many events the object has stored, without impressions. */
  get learnable(): number {
    if (!this.#place) return 0;
    const { next, unsealedFrom } = this.#state;
    const last = next - 1;
    return last - this.#place.sealedSilent - this.#rows.silentIn({ first: unsealedFrom, last });
  }

  /** Reads what is stored, before anything else. */
  async wake(): Promise<void> {
    if (this.#place) await this.#remember(this.#place);
  }

  /** Has a place in a project from now on. */
  async begin({ place, handed, users, feedback }: Entry): Promise<void> {
    this.#createTables();
    // A kill may have left some, whose users were erased since.
    this.#users.clear();
    for await (const rows of users) this.#storage.transactionSync(() => this.#users.putAll(rows));
    this.#feedback.clear();
    for await (const rows of feedback) this.feedback.put(rows);
    this.#storage.transactionSync(() => {
      this.#rows.save(place);
      this.#rows.ids.keepHandedOver(handed?.ids ?? []);
      for (const adopted of handed?.adopted ?? []) this.#adopted.keep(adopted);
    });
    await this.#remember(place);
  }

  #createTables(): void {
    this.#rows.createTables();
    for (const rows of [this.#countRows, this.#adopted]) rows.createTable();
    this.#users.createTables();
  }

  counts(query: CountQuery): CountAnswer {
    const now = Date.now();
    this.#memory.counts.prune(now);
    return this.#memory.counts.top(query, now);
  }

  tail({ type, limit }: TailQuery): EventTail {
    const now = Date.now();
    const { newest, counts } = this.#memory;
    return { events: newest.of(type, limit), hour: counts.byType("1h", now), day: counts.byType("1d", now) };
  }

  async restore(shard: number, segments: readonly RestoredSegment[]): Promise<void> {
    // Rows are of events that came before: then this is no new project.
    if (!this.#place || this.#state.next > this.#state.unsealedFrom) return;
    const restored = withRestored(this.#place, { shard, segments });
    if (restored === null) return;
    this.#rows.save(restored);
    this.#place = restored;
    this.#state = this.#rows.state(restored);
    const own = restored.segments.filter((segment) => segment.shard === shard);
    await this.#memory.rememberSegments(this.#effects(), { ...restored, segments: own });
  }

  async forget(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#storage.deleteAlarm();
      await this.#storage.deleteAll();
      this.#state = EMPTY_SHARD;
      this.#place = null;
      this.#alarmAt = null;
      this.#memory = new ShardMemory();
      this.#adopted.forget();
      this.#users.forget();
      this.#feedback.forget();
    });
  }

  /** What another object begins with; null if this one has not given it any shards. */
  async handOver(to: number): Promise<HandedOver | null> {
    if (!this.#place || !hasGiven(this.#place, to)) return null;
    // Since the growth no event of these shards has come, so this writes their last ones.
    await this.flush();
    const ids = [...this.#rows.remembered(Date.now() - ID_MEMORY_MS)];
    return handedOver(this.#place, to, { ids, adopted: [...this.#adopted.all()] });
  }

  /** Gives half of the shards away. */
  async grow(): Promise<void> {
    if (this.#isGrowing) return;
    this.#isGrowing = true;
    try {
      await this.flush();
      const place = this.#place;
      if (!place || place.layout.width >= EVENT_SHARDS) return;
      const layout = { ...place.layout, width: 2 * place.layout.width };
      this.#place = { ...place, layout };
      this.#rows.save(this.#place);
      this.#state = { ...this.#state, sealBytes: sealBytesOf(layout.width) };
      const isOwn = (userId: string) => hasUser({ object: place.object, layout }, userId);
      this.#memory.recent.keepOnly(isOwn);
      this.#memory.newest.keepOnly(({ user_id }) => isOwn(user_id));
    } finally {
      this.#isGrowing = false;
    }
  }

  async alarm(): Promise<void> {
    this.#alarmAt = null;
    await this.#inTurn(() => this.#seal({ type: "alarm" }));
  }

  /** Writes all events that have arrived as segments. */
  async flush(): Promise<void> {
    const last = this.#state.next - 1;
    // An earlier plan may cover a part of them only.
    while (this.#place && this.#state.unsealedFrom <= last) {
      await this.#inTurn(() => this.#seal({ type: "flush" }));
    }
  }

  /**
   * Erases a user's events. An object that has given the user's shard away has rows of it only until it hands them over as segments.
   *
   * @param after  The last key of segments that was looked at; null at first.
   */
  eraseUser(userId: string, after: string | null): Promise<UserErased> {
    return this.#inTurn(() => this.#erase(userId, after));
  }

  /**
   * One group of calls: events that are new become rows at once, and every caller is answered once they are on disk. The answers have the
   * layout of the moment of storing, which says whose events were taken: a growth may come before they are sent.
   */
  async commit(calls: readonly (readonly StoredEvent[])[]): Promise<Placed<AppendResult | null>[]> {
    const now = Date.now();
    const place = this.#place;
    if (!place) return calls.map(() => ({ layout: null, answer: null }));
    const { layout } = place;
    this.#memory.ids.prune(now);
    const fresh = new FreshEvents(this.#memory.ids, now);
    const results = calls.map((events) =>
      fresh.take(layout.width === 1 ? events : events.filter((event) => hasUser(place, event.user_id))),
    );
    const isStored = fresh.events.length === 0 || (await this.#store(fresh.events, now));
    // Also for a duplicate: its first copy may be in the group before, which is on its way to the disk.
    await this.#storage.sync();
    return results.map((answer) => ({ layout, answer: isStored ? answer : null }));
  }

  /**
   * Removes feedback with its events, and stores events in its place. Segments come first: if they fail nothing else has changed, and the
   * same call ends the work. Null if not all segments were reached, or without room: then no event is stored.
   */
  replaceFeedback(
    rowsOf: () => readonly FeedbackRow[],
    events: readonly StoredEvent[],
  ): Promise<AppendResult | null> {
    return this.#inTurn(async () => {
      const rows = rowsOf();
      const isClear = await this.feedback.clearSegments(this.#effects().store, rows);
      if (!this.#place || !isClear) return null;
      // Without a turn of the loop between, so that the object stores both or neither.
      this.feedback.remove(rows);
      this.#state = this.#rows.state(this.#place);
      const [placed] = await this.commit([events]);
      return placed?.answer ?? null;
    });
  }

  async #store(fresh: readonly FreshEvent[], now: number): Promise<boolean> {
    const bytes = fresh.reduce((sum, event) => sum + event.bytes, 0);
    const step = advanceShard(this.#state, { type: "commit", count: fresh.length, bytes }, now);
    if (step.reply.type === "full") return false;
    const planned = this.#state.sealing?.last ?? 0;
    const said = fresh.flatMap(({ event }) => (event.feedback ? [event] : []));
    if (said.length > 0 && this.#feedback.isFull) return false;
    this.#storage.transactionSync(() => {
      for (const effect of step.effects)
        if (effect.type === "store") this.#rows.add(effect.first, fresh, now, planned);
      this.feedback.add(said, now);
      this.users.begin(said, now);
    });
    this.#state = step.state;
    this.#memory.add(fresh, now);
    await this.#arm(step.alarmAt);
    return true;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turns.then(work);
    this.#turns = turn.catch(() => undefined);
    return turn;
  }

  /** A failed effect is left to the alarm. */
  async #seal(event: ShardEvent): Promise<void> {
    const { effects, alarmAt } = this.#advance(event);
    await this.#arm(alarmAt);
    for (const effect of effects) {
      if (effect.type === "divide" || effect.type === "seal") await this.#writeSegments(effect);
    }
  }

  /** Everything but commits. The state is stored before its effects run. @param divided Of a seal. */
  #advance(event: ShardEvent, divided: DividedRows | null = null): ShardStep {
    const now = Date.now();
    const step = advanceShard(this.#state, event, now);
    const before = this.#place;
    if (!before || step.state === this.#state) return step;
    const { unsealedFrom, sealedTo, sealing } = step.state;
    const gone = { first: before.sealedAll + 1, last: unsealedFrom - 1 };
    const place: ShardPlace = {
      ...(divided ? withSealed(before, divided.lines) : before),
      sealedSilent: before.sealedSilent + this.#rows.silentIn(gone),
      ...{ sealedAll: unsealedFrom - 1, sealedTo, sealing },
    };
    this.#storage.transactionSync(() => {
      for (const effect of step.effects)
        if (effect.type === "forget") this.#rows.forget(effect, now - ID_MEMORY_MS);
      if (divided) this.#countRows.add(divided.counted, now);
      this.#rows.save(place);
    });
    this.#place = place;
    this.#state = step.state;
    return step;
  }

  async #writeSegments(effect: Extract<ShardEffect, { type: "divide" | "seal" }>): Promise<void> {
    const { first, last } = effect;
    const { store } = this.#effects();
    const breathe = () => scheduler.wait(0);
    const divided = await divideRows(this.#rows.lines(effect), { now: Date.now(), breathe });
    const { effects } = this.#advance({ type: "divided", first, last, counts: divided.counts });
    const parts = [effect, ...effects].flatMap((one) => (one.type === "seal" ? one.parts : []));
    const sealedAt = this.#rows.newest(effect);
    const { projectId } = this.#place as ShardPlace;
    const written = parts.map((part) => {
      const key = keyOfSegment({ projectId, shard: part.shard }, part);
      const lines = divided.lines[part.shard] ?? "";
      // An erasure may have taken all lines of a plan that is repeated.
      return lines === "" ? store.delete(key) : putSegment(store, key, { lines, sealedAt });
    });
    await Promise.all(written);
    const { alarmAt } = this.#advance({ type: "sealed", first, last }, divided);
    await this.#arm(alarmAt);
  }

  async #erase(userId: string, after: string | null): Promise<UserErased> {
    const place = this.#place;
    if (!place) return { removed: 0, hadProperties: false, next: null };
    const { events, others, users } = this.#storage.transactionSync(() => ({
      others: this.#adopted.erase(userId),
      users: this.#users.erase(userId),
      feedback: this.#feedback.eraseUser(userId),
      events: this.#rows.eraseUser(userId),
    }));
    this.#state = this.#rows.state(place);
    const shard = { projectId: place.projectId, shard: shardOf(userId) };
    const { erased, next } = hasUser(place, userId)
      ? await eraseFromSegments(this.#effects().store, shard, { userId, after })
      : { erased: [], next: null };
    this.#storage.transactionSync(() => this.#rows.ids.erase(erased));
    this.#memory.recent.forget(userId);
    this.#memory.newest.keepOnly(({ user_id }) => user_id !== userId);
    for (const other of [...others, ...users.others]) this.#memory.recent.change(other);
    this.#memory.rememberIds(this.#rows);
    return { removed: events.length + erased.length, hadProperties: users.hadProperties, next };
  }

  /** Setting an alarm is a written row, so it is set only when it moves forward. */
  async #arm(at: number | null): Promise<void> {
    if (at === null || (this.#alarmAt !== null && this.#alarmAt <= at)) return;
    this.#alarmAt = at;
    await this.#storage.setAlarm(at);
  }

  async #remember(place: ShardPlace): Promise<void> {
    const { store, logError } = this.#effects();
    this.#createTables();
    this.#state = this.#rows.state(place);
    this.#adopted.remember();
    this.#users.remember();
    this.#feedback.remember();
    this.#alarmAt = await this.#storage.getAlarm();
    this.#memory = new ShardMemory();
    const stored = { rows: this.#rows, countRows: this.#countRows, store, logError };
    await this.#memory.remember(stored, place, this.#state);
    this.#place = place;
  }
}
