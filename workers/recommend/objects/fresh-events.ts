import { hashOf, type IdHash, IdMemory } from "#jobs/event-shard/id-memory.ts";
import type { AppendResult } from "#jobs/event-shard/shard-object.ts";
import { lineOf, type StoredEvent } from "#jobs/event-shard/stored-event.ts";

/** An event to store, and its line. */
export interface FreshEvent {
  readonly event: StoredEvent;
  readonly line: string;
  /** Of the line, in UTF-8. */
  readonly bytes: number;
  /** Null for an event without an id. */
  readonly hash: IdHash | null;
}

const encoder = new TextEncoder();

/** Collects the events of one group that were not seen before, neither in the shard nor in the group. */
export class FreshEvents {
  readonly events: FreshEvent[] = [];
  readonly #known: IdMemory;
  readonly #now: number;
  readonly #group = new IdMemory();

  constructor(known: IdMemory, now: number) {
    this.#known = known;
    this.#now = now;
  }

  take(events: readonly StoredEvent[]): AppendResult {
    let accepted = 0;
    for (const event of events) {
      const hash = hashOf(event);
      if (hash && (this.#known.has(hash) || this.#group.has(hash))) continue;
      if (hash) this.#group.add(hash, this.#now);
      const line = lineOf(event);
      this.events.push({ event, line, bytes: encoder.encode(line).length, hash });
      accepted++;
    }
    return { accepted, duplicates: events.length - accepted };
  }
}
