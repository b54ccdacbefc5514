/** The ids of sealed events, as an event object stores them for a day. */
import { hashOf, IdMemory, packHashes, unpackHashes } from "#jobs/event-shard/id-memory.ts";
import type { RememberedIds } from "#jobs/event-shard/shard-object.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";

const TABLE =
  "CREATE TABLE IF NOT EXISTS sealed_ids (first INTEGER PRIMARY KEY, received INTEGER NOT NULL, ids BLOB NOT NULL)";
const BYTES_PER_ID = 8;
/** A value has at most 2 MB. */
const ID_BYTES_PER_ROW = 1024 * 1024;

export class IdRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  createTable(): void {
    this.#sql.exec(TABLE);
  }

  /** Events with an id have fewer numbers than ids have bytes, so pieces never share a key. @param first The number of the first one. */
  keep(
    first: number,
    { received, ids }: { readonly received: number; readonly ids: Uint8Array<ArrayBuffer> },
  ): void {
    for (let from = 0; from < ids.length; from += ID_BYTES_PER_ROW) {
      this.#sql.exec(
        "INSERT OR REPLACE INTO sealed_ids (first, received, ids) VALUES (?, ?, ?)",
        first + from / BYTES_PER_ID,
        received,
        ids.slice(from, from + ID_BYTES_PER_ROW).buffer,
      );
    }
  }

  /** Those of another object, below all numbers of this one. */
  keepHandedOver(remembered: readonly RememberedIds[]): void {
    let below = 0;
    for (const { received, ids } of remembered) {
      below -= Math.max(1, ids.byteLength / BYTES_PER_ID);
      this.keep(below, { received, ids: new Uint8Array(ids) });
    }
  }

  /** Drops those that arrived before. */
  prune(oldest: number): void {
    this.#sql.exec("DELETE FROM sealed_ids WHERE received < ?", oldest);
  }

  /** Takes the ids of events out. */
  erase(events: readonly StoredEvent[]): void {
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

  remembered(oldest: number): Iterable<RememberedIds> {
    const query = "SELECT received, ids FROM sealed_ids WHERE received >= ?";
    return this.#sql.exec<{ received: number; ids: ArrayBuffer }>(query, oldest);
  }
}
