import { DurableObject } from "cloudflare:workers";
import { type CountAnswer, type CountQuery, EventCounts } from "#jobs/event-shard/event-counts.ts";
import { createGroupCommit } from "#jobs/event-shard/group-commit.ts";
import { ID_MEMORY_MS, IdMemory, unpackHashes } from "#jobs/event-shard/id-memory.ts";
import { type LiveItem, newestItems, RecentItems } from "#jobs/event-shard/recent-items.ts";
import type { ShardAddress } from "#jobs/event-shard/shard-address.ts";
import type {
  AppendResult,
  EventShardObject,
  RecentAnswer,
  RestoredSegment,
  SeenChanges,
  UserErased,
} from "#jobs/event-shard/shard-object.ts";
import {
  advanceShard,
  type SequenceRange,
  type ShardEffect,
  type ShardEvent,
  type ShardState,
} from "#jobs/event-shard/shard-state.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { keyOfSegment, putSegment } from "#storage/event-segments.ts";
import { AdoptedItems } from "./adopted-items.ts";
import { CLOSED } from "./closed.ts";
import { CountRows } from "./count-rows.ts";
import { eraseFromSegments } from "./erase-from-segments.ts";
import { type FreshEvent, FreshEvents } from "./fresh-events.ts";
import { ShardRows } from "./shard-rows.ts";

/** Events that arrive within this time share a row. */
const GROUP_MS = 4;
/** A wake reads the newest segments for people's recent items, up to this many bytes. */
const REMEMBERED_SEGMENT_BYTES = 8 * 1024 * 1024;

type Batches = readonly (readonly StoredEvent[])[];

export interface ShardEffects {
  /** Where segments lie. */
  readonly store: Pick<R2Bucket, "get" | "put" | "list" | "delete">;
  readonly logError: (event: string, error: unknown) => void;
}

/**
 * The events of some of a project's users: the shell over `advanceShard`. An event is durable in SQLite before its sender is
 * answered. Ids and recent items are in memory, and read again after a wake.
 */
export abstract class ShardShell<Env> extends DurableObject<Env> implements EventShardObject {
  protected abstract get effects(): ShardEffects;
  readonly #rows: ShardRows;
  readonly #countRows: CountRows;
  readonly #adopted: AdoptedItems;
  #state: ShardState;
  #address: ShardAddress | null;
  #ids = new IdMemory();
  #recent = new RecentItems();
  /** Of the changes that `#recent` counts. */
  #wake = crypto.randomUUID();
  #counts = new EventCounts();
  #alarmAt: number | null = null;
  /** Whether the project is deleted. */
  #isClosed: boolean;
  /** The seal in progress. */
  #sealing: Promise<void> | null = null;
  readonly #append: (batches: Batches) => Promise<AppendResult[] | null>;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#rows = new ShardRows(ctx.storage.sql);
    this.#isClosed = ctx.storage.kv.get(CLOSED) === true;
    this.#state = this.#rows.state();
    this.#countRows = new CountRows(ctx.storage.sql);
    this.#address = this.#rows.address();
    this.#adopted = new AdoptedItems(ctx.storage.sql);
    if (this.#address) {
      this.#countRows.createTable();
      this.#adopted.createTable();
    }
    this.#append = createGroupCommit({
      commit: (calls) => this.#commit(calls),
      wait: () => scheduler.wait(GROUP_MS),
      keep: (work) => ctx.waitUntil(work),
    });
    ctx.blockConcurrencyWhile(() => this.#remember());
  }

  async append(address: ShardAddress, batches: Batches): Promise<AppendResult[] | "closed" | null> {
    if (this.#isClosed) return "closed";
    this.#begin(address);
    return this.#append(batches);
  }

  #begin(address: ShardAddress): void {
    if (this.#address !== null) return;
    this.#rows.createTables();
    this.#countRows.createTable();
    this.#adopted.createTable();
    this.#address = address;
  }

  async recentItems(userId: string): Promise<readonly LiveItem[] | null> {
    if (this.#recent.size === 0 && this.#adopted.size === 0) return null;
    const own = this.#recent.of(userId);
    const adopted = this.#adopted.of(userId);
    return adopted.length === 0 ? own : newestItems([...own, ...adopted]);
  }

  async recentSince(userId: string, seen: SeenChanges | null): Promise<RecentAnswer | null> {
    const items = await this.recentItems(userId);
    if (items === null) return null;
    const { changes } = this.#recent;
    const changed = seen?.wake === this.#wake ? this.#recent.changedSince(seen.changes) : null;
    return { items, seen: { wake: this.#wake, changes }, changed };
  }

  async adopt(
    address: ShardAddress,
    userId: string,
    from: string,
    items: readonly LiveItem[],
  ): Promise<void> {
    if (this.#isClosed) return;
    this.#begin(address);
    this.ctx.storage.transactionSync(() => {
      if (this.#rows.address() === null) this.#rows.saveState(address, this.#state);
      this.#adopted.keep(userId, from, items);
    });
    this.#recent.change(userId);
    await this.ctx.storage.sync();
  }

  async release(userId: string, from: string): Promise<void> {
    if (!this.#address) return;
    this.#adopted.release(userId, from);
    this.#recent.change(userId);
  }

  async restore(address: ShardAddress, segments: readonly RestoredSegment[]): Promise<void> {
    const last = segments.at(-1)?.last;
    if (last === undefined || this.#state.next > 1) return;
    this.#begin(address);
    const unsealedFrom = last + 1;
    const state: ShardState = { ...this.#state, next: unsealedFrom, unsealedFrom };
    this.ctx.storage.transactionSync(() => {
      this.#rows.restoreSegments(segments);
      this.#rows.saveState(address, state);
    });
    this.#state = state;
    await this.#rememberSegments(address);
  }

  async position(): Promise<number> {
    return this.#state.next - 1;
  }

  async counts(query: CountQuery): Promise<CountAnswer> {
    const now = Date.now();
    this.#counts.prune(now);
    return this.#counts.top(query, now);
  }

  async flush(): Promise<void> {
    const last = this.#state.next - 1;
    // An earlier plan may cover a part of them only.
    while (this.#state.unsealedFrom <= last) {
      await this.#sealing;
      await this.#dispatch({ type: "flush" });
    }
  }

  async eraseUser(userId: string, after: string | null): Promise<UserErased> {
    const address = this.#address;
    if (!address) return { removed: 0, next: null };
    // A segment on its way has the user's events, and is found below once it is there.
    await this.#sealing;
    const events = this.ctx.storage.transactionSync(() => {
      this.#adopted.erase(userId);
      return this.#rows.eraseUser(userId);
    });
    this.#state = this.#rows.state();
    const { erased, next } = await eraseFromSegments(this.effects.store, address, { userId, after });
    this.ctx.storage.transactionSync(() => this.#rows.eraseIds(erased));
    this.#recent.forget(userId);
    this.#rememberIds();
    return { removed: events.length + erased.length, next };
  }

  async forget(isClosed: boolean): Promise<void> {
    this.#isClosed = isClosed;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    if (isClosed) this.ctx.storage.kv.put(CLOSED, true);
    this.#state = this.#rows.state();
    this.#address = null;
    this.#alarmAt = null;
    this.#ids = new IdMemory();
    this.#recent = new RecentItems();
    this.#wake = crypto.randomUUID();
    this.#adopted.forget();
    this.#counts = new EventCounts();
  }

  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    await this.#sealing;
    await this.#dispatch({ type: "alarm" });
  }

  /** One group of calls: events that are new become rows at once, and every caller is answered once they are on disk. */
  async #commit(calls: readonly Batches[]): Promise<(AppendResult[] | null)[]> {
    const now = Date.now();
    this.#ids.prune(now);
    const fresh = new FreshEvents(this.#ids, now);
    const results = calls.map((batches) => batches.map((events) => fresh.take(events)));
    if (fresh.events.length > 0 && !(await this.#store(fresh.events, now))) return calls.map(() => null);
    // Also for a duplicate: its first copy may be in the group before, which is on its way to the disk.
    await this.ctx.storage.sync();
    return results;
  }

  async #store(fresh: readonly FreshEvent[], now: number): Promise<boolean> {
    const bytes = fresh.reduce((sum, event) => sum + event.bytes, 0);
    const step = advanceShard(this.#state, { type: "commit", count: fresh.length, bytes }, now);
    if (step.reply.type === "full") return false;
    const planned = this.#state.sealing?.last ?? 0;
    this.ctx.storage.transactionSync(() => {
      if (this.#state.next === 1 && this.#address) this.#rows.saveState(this.#address, step.state);
      for (const effect of step.effects)
        if (effect.type === "store") this.#rows.add(effect.first, fresh, now, planned);
    });
    this.#state = step.state;
    for (const { event, hash } of fresh) {
      if (hash) this.#ids.add(hash, now);
      this.#recent.add(event);
      this.#counts.add(event, now);
    }
    await this.#arm(step.alarmAt);
    return true;
  }

  /** Everything but commits. The state is stored before its effects run; a failed effect is left to the alarm. */
  async #dispatch(event: ShardEvent): Promise<void> {
    const address = this.#address;
    if (!address) return;
    const now = Date.now();
    const step = advanceShard(this.#state, event, now);
    this.ctx.storage.transactionSync(() => {
      for (const effect of step.effects) if (effect.type === "forget") this.#forgetRows(effect, now);
      if (step.state !== this.#state) this.#rows.saveState(address, step.state);
    });
    this.#state = step.state;
    await this.#arm(step.alarmAt);
    for (const effect of step.effects) if (effect.type === "seal") await this.#seal(address, effect);
  }

  #forgetRows(range: SequenceRange, now: number): void {
    const sealed = new EventCounts();
    for (const event of eventsOf(this.#rows.lines(range))) sealed.add(event, now);
    this.#countRows.add(sealed, now);
    this.#rows.forget(range, now - ID_MEMORY_MS);
  }

  async #seal(address: ShardAddress, effect: Extract<ShardEffect, { type: "seal" }>): Promise<void> {
    const { first, last } = effect;
    const write = async () => {
      const lines = this.#rows.lines(effect);
      const sealedAt = this.#rows.newest(effect);
      await putSegment(this.effects.store, keyOfSegment(address, effect), { lines, sealedAt });
    };
    this.#sealing = write();
    try {
      await this.#sealing;
    } finally {
      this.#sealing = null;
    }
    await this.#dispatch({ type: "sealed", first, last });
  }

  /** Setting an alarm is a written row, so it is set only when it moves forward. */
  async #arm(at: number | null): Promise<void> {
    if (at === null || (this.#alarmAt !== null && this.#alarmAt <= at)) return;
    this.#alarmAt = at;
    await this.ctx.storage.setAlarm(at);
  }

  async #remember(): Promise<void> {
    const address = this.#address;
    if (!address) return;
    this.#rememberIds();
    this.#adopted.remember();
    this.#alarmAt = await this.ctx.storage.getAlarm();
    await this.#rememberSegments(address);
    const unsealed = this.#rows.lines({ first: this.#state.unsealedFrom, last: this.#state.next - 1 });
    this.#remindOf(unsealed);
    for (const bucket of this.#countRows.buckets()) this.#counts.merge(bucket);
    for (const event of eventsOf(unsealed)) this.#counts.add(event, Date.now());
  }

  #rememberIds(): void {
    this.#ids = new IdMemory();
    for (const { received, ids } of this.#rows.remembered(Date.now() - ID_MEMORY_MS)) {
      for (const hash of unpackHashes(ids)) this.#ids.add(hash, received);
    }
  }

  /** Fails open: without segments people's recent items are fewer, and events are taken all the same. */
  async #rememberSegments(address: ShardAddress): Promise<void> {
    const { store, logError } = this.effects;
    try {
      for (const range of this.#rows.newestSegments(REMEMBERED_SEGMENT_BYTES)) {
        const object = await store.get(keyOfSegment(address, range));
        if (object) this.#remindOf(await object.text());
      }
    } catch (error) {
      logError("recent_segments_unread", error);
    }
  }

  #remindOf(lines: string): void {
    for (const event of eventsOf(lines)) this.#recent.add(event);
  }
}
