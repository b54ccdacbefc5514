/** What an event object has in memory, and reads again after a wake. */
import { EventCounts } from "#jobs/event-shard/event-counts.ts";
import { hasShard } from "#jobs/event-shard/event-layout.ts";
import { ID_MEMORY_MS, IdMemory, unpackHashes } from "#jobs/event-shard/id-memory.ts";
import { NewestEvents } from "#jobs/event-shard/newest-events.ts";
import { RecentItems } from "#jobs/event-shard/recent-items.ts";
import { shardOf } from "#jobs/event-shard/shard-address.ts";
import type { KnownSegment } from "#jobs/event-shard/shard-object.ts";
import type { ShardState } from "#jobs/event-shard/shard-state.ts";
import { eventsOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { keyOfSegment } from "#storage/event-segments.ts";
import type { CountRows } from "./count-rows.ts";
import type { FreshEvent } from "./fresh-events.ts";
import type { ShardPlace } from "./place-row.ts";
import type { ShardRows } from "./shard-rows.ts";

/** A wake reads the newest segments for people's recent items, up to this many bytes. */
const REMEMBERED_SEGMENT_BYTES = 16 * 1024 * 1024;

interface Stored {
  readonly rows: ShardRows;
  readonly countRows: CountRows;
  readonly store: Pick<R2Bucket, "get">;
  readonly logError: (event: string, error: unknown) => void;
}

export class ShardMemory {
  /** Of the changes that `recent` counts. */
  readonly wake = crypto.randomUUID();
  ids = new IdMemory();
  readonly recent = new RecentItems();
  readonly counts = new EventCounts();
  readonly newest = new NewestEvents();

  add(fresh: readonly FreshEvent[], now: number): void {
    for (const { event, hash } of fresh) {
      if (hash) this.ids.add(hash, now);
      this.recent.add(event);
      this.counts.add(event, now);
      this.newest.add(event);
    }
  }

  /** All that is stored. */
  async remember(stored: Stored, place: ShardPlace, state: ShardState): Promise<void> {
    this.rememberIds(stored.rows);
    await this.rememberSegments(stored, place);
    for (const bucket of stored.countRows.buckets()) this.counts.merge(bucket);
    const now = Date.now();
    for (const lines of stored.rows.lines({ first: state.unsealedFrom, last: state.next - 1 })) {
      for (const event of eventsOf(lines)) {
        if (hasUser(place, event.user_id)) this.#addShown(event);
        this.counts.add(event, now);
      }
    }
  }

  #addShown(event: StoredEvent): void {
    this.recent.add(event);
    this.newest.add(event);
  }

  rememberIds(rows: ShardRows): void {
    this.ids = new IdMemory();
    for (const { received, ids } of rows.remembered(Date.now() - ID_MEMORY_MS)) {
      for (const hash of unpackHashes(ids)) this.ids.add(hash, received);
    }
  }

  /** Fails open: without segments people's recent items are fewer, and events are taken all the same. */
  async rememberSegments(
    { store, logError }: Pick<Stored, "store" | "logError">,
    { projectId, object, layout, segments }: ShardPlace,
  ): Promise<void> {
    const own = segments.filter(({ shard }) => hasShard(object, layout.width, shard));
    try {
      const read = newestOf(own).map(async (segment) =>
        (await store.get(keyOfSegment({ projectId, shard: segment.shard }, segment)))?.text(),
      );
      for (const text of await Promise.all(read)) {
        for (const event of eventsOf(text ?? "")) this.#addShown(event);
      }
    } catch (error) {
      logError("recent_segments_unread", error);
    }
  }
}

export function hasUser({ object, layout }: Pick<ShardPlace, "object" | "layout">, userId: string): boolean {
  return layout.width === 1 || hasShard(object, layout.width, shardOf(userId));
}

/** The newest segments that together have at most `REMEMBERED_SEGMENT_BYTES`, the oldest first. */
function newestOf(segments: readonly KnownSegment[]): readonly KnownSegment[] {
  let bytes = 0;
  const before = segments.findLastIndex((segment) => {
    bytes += segment.bytes;
    return bytes > REMEMBERED_SEGMENT_BYTES;
  });
  return segments.slice(before + 1);
}
