/** The event shards of all projects, as this isolate calls them. */
import { type CountAnswer, type CountQuery, sumCounts } from "#jobs/event-shard/event-counts.ts";
import type { LiveItem } from "#jobs/event-shard/recent-items.ts";
import { type ShardAddress, shardName, shardOf, shardsOf } from "#jobs/event-shard/shard-address.ts";
import type { AppendResult, EventNamespace } from "#jobs/event-shard/shard-object.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { projectIsDeleted, ServingError } from "../http/errors.ts";
import { type KnownItems, RecentMemory } from "./recent-memory.ts";

/**
 * A shard that remembers nobody is not asked again for this long, unless this isolate sends it events. So a project without events
 * does not pay for them, and a first event counts within a second.
 */
const QUIET_MS = 1_000;
const MAX_KNOWN_SHARDS = 4096;

export interface EventShards {
  /**
   * Stores events, each in the shard of its user; resolves after they are durable. Rejects with `EventsNotStored` when some are not:
   * sending all again is safe for events with an id. Rejects with a 401 `ServingError` when the project is deleted.
   */
  append(projectId: number, events: readonly StoredEvent[]): Promise<AppendResult>;
  /** Whether the shard of a user remembered nobody a moment ago: `recentItems` then answers without asking it. */
  isQuiet(projectId: number, userId: string): boolean;
  /** A person's latest items as they were within the last second; null if they are not known here. */
  known(projectId: number, userId: string): KnownItems | null;
  /** A person's latest items, newest first, at most `MAX_RECENT_ITEMS`. */
  recentItems(projectId: number, userId: string): Promise<readonly LiveItem[]>;
  /** How often items got events, summed over shards. Asks every shard: the caller keeps the answer. */
  windowedCounts(projectId: number, query: CountQuery): Promise<CountAnswer>;
}

export class EventsNotStored extends Error {}

export interface EventShardsDeps {
  readonly namespace: EventNamespace;
  readonly now: () => number;
}

export function createEventShards({ namespace, now }: EventShardsDeps): EventShards {
  const quietUntil = new Map<string, number>();
  const memory = new RecentMemory(now);
  const objectAt = (address: ShardAddress) => namespace.get(namespace.idFromName(shardName(address)));

  // One call for each request: a request that waits for the call of another one is taken by the runtime for one that hangs. The shard
  // joins calls.
  async function appendTo(
    address: ShardAddress,
    events: readonly StoredEvent[],
  ): Promise<AppendResult | null> {
    quietUntil.delete(shardName(address));
    const results = await objectAt(address)
      .append(address, [events])
      .finally(() => memory.sent(shardName(address), new Set(events.map(({ user_id }) => user_id))));
    if (results === "closed") throw projectIsDeleted();
    return results?.[0] ?? null;
  }

  async function countsOf(projectId: number, query: CountQuery): Promise<CountAnswer> {
    const answers = await Promise.all(shardsOf(projectId).map((address) => objectAt(address).counts(query)));
    return sumCounts(answers, query.limit);
  }

  const isQuietNow = (name: string) => now() < (quietUntil.get(name) ?? 0);

  return {
    isQuiet: (projectId, userId) => isQuietNow(shardName({ projectId, shard: shardOf(userId) })),
    known: (projectId, userId) => memory.find(shardName({ projectId, shard: shardOf(userId) }), userId),
    windowedCounts: countsOf,
    async append(projectId, events) {
      const parts = byShard(projectId, events);
      const stored = await Promise.allSettled(parts.map(([address, part]) => appendTo(address, part)));
      const sum = { accepted: 0, duplicates: 0 };
      for (const result of stored) {
        if (result.status === "rejected" && result.reason instanceof ServingError) throw result.reason;
        if (result.status === "rejected")
          throw new EventsNotStored("a shard failed", { cause: result.reason });
        if (result.value === null) throw new EventsNotStored("a shard is full");
        sum.accepted += result.value.accepted;
        sum.duplicates += result.value.duplicates;
      }
      return sum;
    },
    async recentItems(projectId, userId) {
      const address = { projectId, shard: shardOf(userId) };
      const name = shardName(address);
      if (isQuietNow(name)) return [];
      const asked = memory.ask(name);
      const answer = await objectAt(address).recentSince(userId, asked.seen);
      if (answer) {
        memory.keep(name, userId, asked, answer);
        return answer.items;
      }
      if (quietUntil.size >= MAX_KNOWN_SHARDS) quietUntil.clear();
      quietUntil.set(name, now() + QUIET_MS);
      return [];
    },
  };
}

/** Events in their order, by shard. */
function byShard(
  projectId: number,
  events: readonly StoredEvent[],
): (readonly [ShardAddress, readonly StoredEvent[]])[] {
  const parts = new Map<number, StoredEvent[]>();
  for (const event of events) {
    const shard = shardOf(event.user_id);
    const part = parts.get(shard);
    if (part) part.push(event);
    else parts.set(shard, [event]);
  }
  return [...parts].map(([shard, part]) => [{ projectId, shard }, part] as const);
}
