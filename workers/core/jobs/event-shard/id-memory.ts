/**
 * Which events arrived before, by their ids. An `event_id` is remembered for a day, in generations of an hour each, so that
 * forgetting is dropping a generation. An event object remembers at most `MAX_IDS`; past that the oldest hour is forgotten early.
 */
import { hashText } from "./hash-text.ts";
import { IdSet } from "./id-set.ts";
import type { StoredEvent } from "./stored-event.ts";

export const ID_MEMORY_MS = 24 * 60 * 60_000;
const GENERATION_MS = 60 * 60_000;
/** 11 to 22 MB. */
export const MAX_IDS = 1_048_576;

export type IdHash = readonly [high: number, low: number];

/** An id counts within its user: the same id for two people is two events. */
export function idHash(userId: string, eventId: string): IdHash {
  return hashText(`${userId}\u0000${eventId}`);
}

/** Null for an event without an id. */
export function hashOf(event: StoredEvent): IdHash | null {
  return event.event_id === undefined ? null : idHash(event.user_id, event.event_id);
}

export class IdMemory {
  readonly #generations = new Map<number, IdSet>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has([high, low]: IdHash): boolean {
    for (const generation of this.#generations.values()) if (generation.has(high, low)) return true;
    return false;
  }

  /** @param at When the event arrived. */
  add([high, low]: IdHash, at: number): void {
    const hour = Math.floor(at / GENERATION_MS);
    let generation = this.#generations.get(hour);
    if (!generation) {
      generation = new IdSet();
      this.#generations.set(hour, generation);
    }
    const before = generation.size;
    generation.add(high, low);
    this.#size += generation.size - before;
  }

  /** Forgets ids that are older than a day, and the oldest hours while there are too many. */
  prune(now: number): void {
    const hours = [...this.#generations.keys()].sort((a, b) => a - b);
    for (const hour of hours) {
      const isOld = (hour + 1) * GENERATION_MS <= now - ID_MEMORY_MS;
      if (!isOld && (this.#size <= MAX_IDS || this.#generations.size === 1)) return;
      this.#size -= this.#generations.get(hour)?.size ?? 0;
      this.#generations.delete(hour);
    }
  }
}

/** Hashes one after another, 8 bytes each. */
export function packHashes(hashes: readonly IdHash[]): Uint8Array<ArrayBuffer> {
  const packed = new Uint32Array(2 * hashes.length);
  for (const [at, [high, low]] of hashes.entries()) packed.set([high, low], 2 * at);
  return new Uint8Array(packed.buffer);
}

export function* unpackHashes(packed: ArrayBuffer): Generator<IdHash> {
  const halves = new Uint32Array(packed);
  for (let at = 0; at < halves.length; at += 2) yield [halves[at] as number, halves[at + 1] as number];
}
