/**
 * The recent items and properties of people that this isolate asked for. Each answer of a shard also names the people who changed since the answer before.
 * So one call in a while keeps everything fresh that is known of a shard, and most requests of a busy project need none.
 */
import type { RecentAnswer, RecentOfUser, SeenChanges } from "#jobs/event-shard/shard-object.ts";

/** What is younger is used without asking. */
const FRESH_MS = 400;
/** What is younger is used, while the shard is asked beside the request: so an event counts within a second. */
const USABLE_MS = 900;
/** Recent items of all people, about 6 MB. Properties count as items of about as many bytes. */
const MAX_ITEMS = 40_000;
const MAX_SHARDS = 4_096;

export interface KnownRecent {
  readonly known: RecentOfUser;
  /** Whether the caller must ask the shard now, beside the request. */
  readonly isDue: boolean;
}

interface Shard {
  /** Up to where its changes are known here. */
  seen: SeenChanges | null;
  checkedAt: number;
  askedAt: number;
  /** How often this isolate has changed its people. */
  sent: number;
  readonly people: Map<string, RecentOfUser>;
}

/** A call of a shard that is on its way. */
export interface Asked {
  readonly seen: SeenChanges | null;
  readonly at: number;
  readonly sent: number;
}

export class RecentMemory {
  readonly #now: () => number;
  readonly #maxItems: number;
  /** The shard that was asked longest ago is the first. */
  readonly #shards = new Map<string, Shard>();
  #itemCount = 0;

  constructor(now: () => number, maxItems = MAX_ITEMS) {
    this.#now = now;
    this.#maxItems = maxItems;
  }

  /** Null if the shard must be asked before an answer. */
  find(shardName: string, userId: string): KnownRecent | null {
    const shard = this.#shards.get(shardName);
    const known = shard?.people.get(userId);
    if (!shard || !known) return null;
    const now = this.#now();
    const age = now - shard.checkedAt;
    if (age >= USABLE_MS) return null;
    const isDue = age >= FRESH_MS && now - shard.askedAt >= FRESH_MS;
    if (isDue) shard.askedAt = now;
    return { known, isDue };
  }

  /** Call it before a shard is asked, and `keep` with the answer. */
  ask(shardName: string): Asked {
    // Also for an unknown shard: events may be stored before its first answer comes.
    const shard = this.#shardOf(shardName);
    shard.askedAt = this.#now();
    return { seen: shard.seen, at: this.#now(), sent: shard.sent };
  }

  keep(shardName: string, userId: string, asked: Asked, answer: RecentAnswer): void {
    const shard = this.#shardOf(shardName);
    // A faster answer of a later call is newer.
    if (asked.at < shard.checkedAt) return;
    if (answer.changed === null) this.#drop(shard, [...shard.people.keys()]);
    else this.#drop(shard, answer.changed);
    shard.seen = answer.seen;
    shard.checkedAt = asked.at;
    // Events were stored meanwhile: the answer may lack them.
    if (shard.sent !== asked.sent) return;
    this.#drop(shard, [userId]);
    const { items, properties } = answer;
    shard.people.set(userId, { items, properties });
    this.#itemCount += sizeOf(answer);
    this.#makeRoom();
  }

  /** Call it once events or properties of these people are stored, or their recent items have changed in another way. */
  changed(shardName: string, userIds: Iterable<string>): void {
    const shard = this.#shards.get(shardName);
    if (!shard) return;
    shard.sent++;
    this.#drop(shard, userIds);
  }

  #shardOf(name: string): Shard {
    const known = this.#shards.get(name);
    const shard = known ?? { seen: null, checkedAt: 0, askedAt: 0, sent: 0, people: new Map() };
    this.#shards.delete(name);
    this.#shards.set(name, shard);
    return shard;
  }

  #drop({ people }: Shard, userIds: Iterable<string>): void {
    for (const userId of userIds) {
      const known = people.get(userId);
      if (!known) continue;
      this.#itemCount -= sizeOf(known);
      people.delete(userId);
    }
  }

  /** The people of the shard that was asked longest ago go first, those known longest before others. */
  #makeRoom(): void {
    for (const [name, shard] of this.#shards) {
      if (this.#itemCount <= this.#maxItems && this.#shards.size <= MAX_SHARDS) return;
      for (const userId of shard.people.keys()) {
        if (this.#itemCount <= this.#maxItems) break;
        this.#drop(shard, [userId]);
      }
      if (this.#shards.size > MAX_SHARDS) {
        this.#drop(shard, [...shard.people.keys()]);
        this.#shards.delete(name);
      }
    }
  }
}

/** Of an item in memory, about. */
const ITEM_LENGTH = 150;

/** A user without items takes room, too. */
function sizeOf({ items, properties }: RecentOfUser): number {
  const length = properties?.properties.length ?? 0;
  return items.length + 1 + Math.ceil(length / ITEM_LENGTH);
}
