import { SILENT_EVENT_TYPES } from "#contract/event-type.ts";
import { hashOf, packHashes } from "#jobs/event-shard/id-memory.ts";
import type { RememberedIds } from "#jobs/event-shard/shard-object.ts";
import {
  EMPTY_SHARD,
  type SequenceRange,
  type ShardState,
  sealBytesOf,
} from "#jobs/event-shard/shard-state.ts";
import { eventsOf, type StoredEvent, withoutEvents, withoutUser } from "#jobs/event-shard/stored-event.ts";
import type { FreshEvent } from "./fresh-events.ts";
import { IdRows } from "./id-rows.ts";
import { createPlaceTable, loadPlace, type ShardPlace, savePlace } from "./place-row.ts";

const encoder = new TextEncoder();

/** Of one row, UTF-8 bytes: large, since a row also costs when it is deleted. */
const ROW_BYTES = 128 * 1024;
/** A row has the time of its first event: its others came no later than this after it. */
export const ROW_OPEN_MS = 10_000;

// Primary keys are integers, so that no table has an index of its own: each written row would cost two.
const TABLE = `CREATE TABLE IF NOT EXISTS events (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, bytes INTEGER NOT NULL,
    received INTEGER NOT NULL, lines TEXT NOT NULL, ids BLOB NOT NULL, silent INTEGER NOT NULL DEFAULT 0)`;

interface OpenRow {
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  readonly received: number;
  readonly ids: ArrayBuffer;
}

export class ShardRows {
  readonly #sql: SqlStorage;
  readonly ids: IdRows;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.ids = new IdRows(sql);
  }

  /** Before anything is written. An object without events has no tables, and costs nothing. */
  createTables(): void {
    this.#sql.exec(TABLE);
    const [table] = this.#sql
      .exec<{ sql: string }>("SELECT sql FROM sqlite_master WHERE name = 'events'")
      .toArray();
    // Rows have been written without the number of their impressions.
    if (!table?.sql.includes("silent")) {
      this.#sql.exec("ALTER TABLE events ADD COLUMN silent INTEGER NOT NULL DEFAULT 0");
    }
    this.ids.createTable();
    createPlaceTable(this.#sql);
  }

  /** Null for an object without events. */
  place(): ShardPlace | null {
    return loadPlace(this.#sql);
  }

  /** Of an object that has a place. */
  state({ layout, sealedAll, sealedTo, sealing }: ShardPlace): ShardState {
    const rows = this.#sql
      .exec<{ last: number | null; bytes: number | null; since: number | null }>(
        "SELECT max(last) AS last, sum(bytes) AS bytes, min(received) AS since FROM events",
      )
      .one();
    return {
      ...EMPTY_SHARD,
      next: (rows.last ?? sealedAll) + 1,
      unsealedFrom: sealedAll + 1,
      unsealedBytes: rows.bytes ?? 0,
      unsealedSince: rows.since,
      sealBytes: sealBytesOf(layout.width),
      sealedTo,
      sealing,
    };
  }

  save(place: ShardPlace): void {
    savePlace(this.#sql, place);
  }

  /**
   * Writes events as few rows: the newest row takes them if it has room for all, since each changed row costs as much as a new one, and
   * a row costs again when it is deleted.
   *
   * @param first  The number of the first event.
   * @param planned  The last number of the plan in progress, whose rows must stay as they are; 0 without one.
   */
  add(first: number, events: readonly FreshEvent[], received: number, planned: number): void {
    const open = this.#openRow(first, received, planned);
    const hasRoom = open !== null && open.bytes + bytesOf(events) <= ROW_BYTES;
    let from = 0;
    let row = hasRoom ? open : null;
    let bytes = row?.bytes ?? 0;
    for (let at = 0; at <= events.length; at++) {
      const next = events[at];
      if (!next || bytes + next.bytes > ROW_BYTES) {
        const part = events.slice(from, at);
        if (part.length > 0 && row) this.#extendRow(row, part);
        else if (part.length > 0) this.#addRow(first + from, part, received);
        [from, bytes, row] = [at, 0, null];
      }
      bytes += next?.bytes ?? 0;
    }
  }

  /** The newest row, if it may take events: those that arrive within seconds of its first one. */
  #openRow(next: number, received: number, planned: number): OpenRow | null {
    const [row] = this.#sql
      .exec<OpenRow & Record<string, SqlStorageValue>>(
        "SELECT first, last, bytes, received, ids FROM events ORDER BY first DESC LIMIT 1",
      )
      .toArray();
    if (!row || row.first <= planned || row.last + 1 !== next) return null;
    return Math.abs(received - row.received) <= ROW_OPEN_MS ? row : null;
  }

  #extendRow({ first, last, ids }: OpenRow, events: readonly FreshEvent[]): void {
    const added = idsOf(events);
    const all = new Uint8Array(ids.byteLength + added.byteLength);
    all.set(new Uint8Array(ids));
    all.set(added, ids.byteLength);
    this.#sql.exec(
      "UPDATE events SET last = ?, bytes = bytes + ?, lines = lines || ?, ids = ?, silent = silent + ? WHERE first = ?",
      last + events.length,
      bytesOf(events),
      linesOf(events),
      all.buffer,
      silentOf(events),
      first,
    );
  }

  #addRow(first: number, events: readonly FreshEvent[], received: number): void {
    this.#sql.exec(
      "INSERT INTO events (first, last, bytes, received, lines, ids, silent) VALUES (?, ?, ?, ?, ?, ?, ?)",
      first,
      first + events.length - 1,
      bytesOf(events),
      received,
      linesOf(events),
      idsOf(events).buffer,
      silentOf(events),
    );
  }

  /** How many impressions the rows of a range have had, also those of users erased since. */
  silentIn({ first, last }: SequenceRange): number {
    const query = "SELECT sum(silent) AS count FROM events WHERE first >= ? AND last <= ?";
    return this.#sql.exec<{ count: number | null }>(query, first, last).one().count ?? 0;
  }

  /** The lines of each row within a range, in order. Rows may be added and erased between two of them. */
  *lines({ first, last }: SequenceRange): Generator<string> {
    const query = "SELECT first, lines FROM events WHERE first >= ? AND last <= ? ORDER BY first LIMIT 1";
    for (let from = first; ; ) {
      const [row] = this.#sql.exec<{ first: number; lines: string }>(query, from, last).toArray();
      if (!row) return;
      yield row.lines;
      from = row.first + 1;
    }
  }

  /** When the newest event of the range arrived. The same at each call, so that a repeated seal is the same object. */
  newest({ first, last }: SequenceRange): number {
    const query = "SELECT max(received) AS at FROM events WHERE first >= ? AND last <= ?";
    return this.#sql.exec<{ at: number | null }>(query, first, last).one().at ?? 0;
  }

  /** Deletes the rows of a sealed range, and keeps their ids. @param oldest Ids that arrived before are dropped. */
  forget(range: SequenceRange, oldest: number): void {
    const { first, last } = range;
    const rows = this.#sql
      .exec<{ ids: ArrayBuffer }>("SELECT ids FROM events WHERE first >= ? AND last <= ?", first, last)
      .toArray();
    const ids = new Uint8Array(rows.reduce((sum, row) => sum + row.ids.byteLength, 0));
    let at = 0;
    for (const row of rows) {
      ids.set(new Uint8Array(row.ids), at);
      at += row.ids.byteLength;
    }
    if (ids.length > 0) this.ids.keep(first, { received: this.newest(range), ids });
    this.#sql.exec("DELETE FROM events WHERE first >= ? AND last <= ?", first, last);
    this.ids.prune(oldest);
  }

  /** Takes a user's events out of the rows; their numbers stay used. */
  eraseUser(userId: string): StoredEvent[] {
    const rows = this.#sql
      .exec<{ first: number; lines: string }>("SELECT first, lines FROM events")
      .toArray();
    return rows.flatMap(({ first, lines }) => {
      const { rest, events } = withoutUser(lines, userId);
      if (events.length === 0) return [];
      const ids = packHashes(
        eventsOf(rest)
          .map(hashOf)
          .filter((hash) => hash !== null),
      );
      const bytes = encoder.encode(rest).length;
      const query = "UPDATE events SET lines = ?, bytes = ?, ids = ? WHERE first = ?";
      this.#sql.exec(query, rest, bytes, ids.buffer, first);
      return events;
    });
  }

  /** Takes some events out of the rows. Their ids stay known: what is sent again is no new event. @param mark A text of each of their lines. */
  erase(mark: string, isOut: (event: StoredEvent) => boolean): void {
    const query = "SELECT first FROM events WHERE instr(lines, ?) > 0";
    for (const { first } of this.#sql.exec<{ first: number }>(query, mark).toArray()) {
      const { lines } = this.#sql
        .exec<{ lines: string }>("SELECT lines FROM events WHERE first = ?", first)
        .one();
      const { rest, events } = withoutEvents(lines, mark, isOut);
      if (events.length === 0) continue;
      const bytes = encoder.encode(rest).length;
      this.#sql.exec("UPDATE events SET lines = ?, bytes = ? WHERE first = ?", rest, bytes, first);
    }
  }

  /** Ids of all rows, then of segments. */
  *remembered(oldest: number): Generator<RememberedIds> {
    yield* this.#sql.exec<{ received: number; ids: ArrayBuffer }>("SELECT received, ids FROM events");
    yield* this.ids.remembered(oldest);
  }
}

const bytesOf = (events: readonly FreshEvent[]) => events.reduce((sum, event) => sum + event.bytes, 0);
const silentOf = (events: readonly FreshEvent[]) =>
  events.filter(({ event }) => SILENT_EVENT_TYPES.includes(event.type)).length;
const linesOf = (events: readonly FreshEvent[]) => events.map(({ line }) => line).join("");
const idsOf = (events: readonly FreshEvent[]) =>
  packHashes(events.flatMap(({ hash }) => (hash ? [hash] : [])));
