/** What an event shard stores: its rows of events, the ids of sealed ones, and its plan. Nothing is decided here. */
import { hashOf, IdMemory, packHashes, unpackHashes } from "#jobs/event-shard/id-memory.ts";
import type { ShardAddress } from "#jobs/event-shard/shard-address.ts";
import type { RestoredSegment } from "#jobs/event-shard/shard-object.ts";
import { EMPTY_SHARD, type SequenceRange, type ShardState } from "#jobs/event-shard/shard-state.ts";
import { eventsOf, type StoredEvent, withoutUser } from "#jobs/event-shard/stored-event.ts";
import type { FreshEvent } from "./fresh-events.ts";

const encoder = new TextEncoder();

/** Of one row, UTF-8 bytes. */
const ROW_BYTES = 64 * 1024;
/** A row has the time of its first event: its others came no later than this after it. */
const ROW_OPEN_MS = 10_000;

// Primary keys are integers, so that no table has an index of its own: each written row would cost two.
const TABLES = [
  `CREATE TABLE IF NOT EXISTS events (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, bytes INTEGER NOT NULL,
    received INTEGER NOT NULL, lines TEXT NOT NULL, ids BLOB NOT NULL)`,
  "CREATE TABLE IF NOT EXISTS sealed_ids (first INTEGER PRIMARY KEY, received INTEGER NOT NULL, ids BLOB NOT NULL)",
  "CREATE TABLE IF NOT EXISTS segment (first INTEGER PRIMARY KEY, last INTEGER NOT NULL, bytes INTEGER NOT NULL)",
  `CREATE TABLE IF NOT EXISTS shard (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL, shard INTEGER NOT NULL,
    sealed_to INTEGER NOT NULL, sealing TEXT)`,
];

export interface Remembered {
  readonly received: number;
  readonly ids: ArrayBuffer;
}

interface OpenRow {
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  readonly received: number;
  readonly ids: ArrayBuffer;
}

export class ShardRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Before anything is written. An object without events has no tables, and costs nothing. */
  createTables(): void {
    for (const table of TABLES) this.#sql.exec(table);
  }

  #hasTables(): boolean {
    return this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'shard'").toArray().length > 0;
  }

  /** Null for a shard without events. */
  address(): ShardAddress | null {
    if (!this.#hasTables()) return null;
    const [row] = this.#sql.exec<{ project_id: number; shard: number }>("SELECT * FROM shard").toArray();
    return row ? { projectId: row.project_id, shard: row.shard } : null;
  }

  state(): ShardState {
    if (!this.#hasTables()) return EMPTY_SHARD;
    const [plan] = this.#sql
      .exec<{ sealed_to: number; sealing: string | null }>("SELECT sealed_to, sealing FROM shard")
      .toArray();
    const rows = this.#sql
      .exec<{ last: number | null; bytes: number | null; since: number | null }>(
        "SELECT max(last) AS last, sum(bytes) AS bytes, min(received) AS since FROM events",
      )
      .one();
    const sealedTo = plan?.sealed_to ?? 0;
    const sealing = plan?.sealing ? (JSON.parse(plan.sealing) as ShardState["sealing"]) : null;
    return {
      ...EMPTY_SHARD,
      next: (rows.last ?? sealedTo) + 1,
      unsealedFrom: sealedTo + 1,
      unsealedBytes: rows.bytes ?? 0,
      unsealedSince: rows.since,
      sealing,
    };
  }

  /** Stores the plan. */
  saveState({ projectId, shard }: ShardAddress, { unsealedFrom, sealing }: ShardState): void {
    const plan = sealing && JSON.stringify(sealing);
    this.#sql.exec(
      "INSERT OR REPLACE INTO shard (id, project_id, shard, sealed_to, sealing) VALUES (1, ?, ?, ?, ?)",
      projectId,
      shard,
      unsealedFrom - 1,
      plan,
    );
  }

  /**
   * Writes events as few rows: the newest row takes what it has room for, since a row costs once when it is written and once when it is
   * deleted.
   *
   * @param first  The number of the first event.
   * @param planned  The last number of the plan in progress, whose rows must stay as they are; 0 without one.
   */
  add(first: number, events: readonly FreshEvent[], received: number, planned: number): void {
    const open = this.#openRow(first, received, planned);
    let from = 0;
    let row = open;
    let bytes = open?.bytes ?? 0;
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
      "UPDATE events SET last = ?, bytes = bytes + ?, lines = lines || ?, ids = ? WHERE first = ?",
      last + events.length,
      bytesOf(events),
      linesOf(events),
      all.buffer,
      first,
    );
  }

  #addRow(first: number, events: readonly FreshEvent[], received: number): void {
    this.#sql.exec(
      "INSERT INTO events (first, last, bytes, received, lines, ids) VALUES (?, ?, ?, ?, ?, ?)",
      first,
      first + events.length - 1,
      bytesOf(events),
      received,
      linesOf(events),
      idsOf(events).buffer,
    );
  }

  /** The lines of the rows within a range, in order. */
  lines({ first, last }: SequenceRange): string {
    const rows = this.#sql.exec<{ lines: string }>(
      "SELECT lines FROM events WHERE first >= ? AND last <= ? ORDER BY first",
      first,
      last,
    );
    return [...rows].map(({ lines }) => lines).join("");
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
    if (ids.length > 0) this.#keepIds(first, this.newest(range), ids);
    this.#sql.exec(
      "INSERT OR REPLACE INTO segment (first, last, bytes) SELECT ?, ?, sum(bytes) FROM events WHERE first >= ? AND last <= ?",
      ...[first, last, first, last],
    );
    this.#sql.exec(
      "DELETE FROM segment WHERE first NOT IN (SELECT first FROM segment ORDER BY first DESC LIMIT ?)",
      KNOWN_SEGMENTS,
    );
    this.#sql.exec("DELETE FROM events WHERE first >= ? AND last <= ?", first, last);
    this.#sql.exec("DELETE FROM sealed_ids WHERE received < ?", oldest);
  }

  /** A value has at most 2 MB; events with an id have fewer numbers than ids have bytes, so pieces never share a key. */
  #keepIds(first: number, received: number, ids: Uint8Array<ArrayBuffer>): void {
    for (let from = 0; from < ids.length; from += ID_BYTES_PER_ROW) {
      this.#sql.exec(
        "INSERT OR REPLACE INTO sealed_ids (first, received, ids) VALUES (?, ?, ?)",
        first + from / BYTES_PER_ID,
        received,
        ids.slice(from, from + ID_BYTES_PER_ROW).buffer,
      );
    }
  }

  /** Segments that the shard did not write itself; its own follow after them. */
  restoreSegments(segments: readonly RestoredSegment[]): void {
    for (const { first, last, bytes } of segments.slice(-KNOWN_SEGMENTS)) {
      const query = "INSERT OR REPLACE INTO segment (first, last, bytes) VALUES (?, ?, ?)";
      this.#sql.exec(query, first, last, bytes);
    }
  }

  /** The newest segments that together have at most `maxBytes`, the oldest first. */
  newestSegments(maxBytes: number): SequenceRange[] {
    const rows = this.#sql
      .exec<{ first: number; last: number; bytes: number }>("SELECT * FROM segment ORDER BY first DESC")
      .toArray();
    const newest: SequenceRange[] = [];
    let bytes = 0;
    for (const { first, last, bytes: size } of rows) {
      bytes += size;
      if (bytes > maxBytes) break;
      newest.unshift({ first, last });
    }
    return newest;
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

  /** Takes the ids of events in segments out of what is remembered. */
  eraseIds(events: readonly StoredEvent[]): void {
    const gone = new IdMemory();
    for (const event of events) {
      const hash = hashOf(event);
      if (hash) gone.add(hash, 0);
    }
    if (gone.size === 0) return;
    const rows = this.#sql
      .exec<{ first: number; ids: ArrayBuffer }>("SELECT first, ids FROM sealed_ids")
      .toArray();
    for (const { first, ids } of rows) {
      const kept = packHashes([...unpackHashes(ids)].filter((hash) => !gone.has(hash)));
      if (kept.length === ids.byteLength) continue;
      this.#sql.exec("UPDATE sealed_ids SET ids = ? WHERE first = ?", kept.buffer, first);
    }
  }

  /** Ids of all rows, then of segments. */
  *remembered(oldest: number): Generator<Remembered> {
    yield* this.#sql.exec<Remembered & Record<string, SqlStorageValue>>("SELECT received, ids FROM events");
    const query = "SELECT received, ids FROM sealed_ids WHERE received >= ?";
    yield* this.#sql.exec<Remembered & Record<string, SqlStorageValue>>(query, oldest);
  }
}

/** Segments whose names are kept, for the recent items after a wake. */
const KNOWN_SEGMENTS = 16;
const BYTES_PER_ID = 8;
const ID_BYTES_PER_ROW = 1024 * 1024;

const bytesOf = (events: readonly FreshEvent[]) => events.reduce((sum, event) => sum + event.bytes, 0);
const linesOf = (events: readonly FreshEvent[]) => events.map(({ line }) => line).join("");
const idsOf = (events: readonly FreshEvent[]) =>
  packHashes(events.flatMap(({ hash }) => (hash ? [hash] : [])));
