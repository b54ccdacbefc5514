/** How often items got events of one type in a window, for `count(…)` in rules. */
import type { CountWindow } from "#jobs/event-shard/event-counts.ts";
import type { EventShards } from "../events/event-shards.ts";

/** What a rule counts. */
export interface Counted {
  readonly event: string;
  readonly windowMs: number;
}

/** Events by item; an item without one is absent. The same object as long as the shards were not asked again. */
export type ItemCounts = ReadonlyMap<string, number>;

export interface EventCountMemory {
  /** What is known; null if nobody has asked yet. Counts that are old are read again beside the request. */
  known(projectId: number, counted: Counted): ItemCounts | null;
  /** Asks for counts that are not known. Never rejects, and takes no longer than the limit. */
  load(projectId: number, wanted: readonly Counted[]): Promise<void>;
}

export interface EventCountMemoryDeps {
  readonly shards: Pick<EventShards, "windowedCounts">;
  readonly sleep: (ms: number) => Promise<void>;
  readonly now: () => number;
  /** Keeps work alive beyond the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
  /** How long a request waits for counts, milliseconds. */
  readonly waitMs: number;
  readonly logError: (event: string, error: unknown) => void;
}

/** How old counts are when the next request has them read again. */
const REFRESH_MS = 2_000;
/** The most counted items of each shard; the others count as none. */
const COUNTED_ITEMS = 4_000;
/** Of all projects; each has up to some hundred kilobytes. */
const MAX_KNOWN = 40;

const MINUTE_MS = 60_000;
const WINDOWS: ReadonlyMap<number, CountWindow> = new Map([
  [5 * MINUTE_MS, "5m"],
  [60 * MINUTE_MS, "1h"],
  [24 * 60 * MINUTE_MS, "1d"],
  [7 * 24 * 60 * MINUTE_MS, "7d"],
  [30 * 24 * 60 * MINUTE_MS, "30d"],
]);

export function createEventCountMemory(deps: EventCountMemoryDeps): EventCountMemory {
  const { shards, now, sleep, keep, waitMs, logError } = deps;
  const memory = new Map<string, { readonly counts: ItemCounts; askedAt: number }>();

  async function refresh(projectId: number, counted: Counted): Promise<void> {
    const window = WINDOWS.get(counted.windowMs);
    if (!window) throw new Error(`There are no counts for ${counted.windowMs} ms.`);
    const askedAt = now();
    try {
      const query = { window, group: "" as const, type: counted.event, limit: COUNTED_ITEMS };
      const answer = await shards.windowedCounts(projectId, query);
      const counts = new Map(answer.counts.map(({ itemId, count }) => [itemId, count]));
      const name = nameOf(projectId, counted);
      memory.delete(name);
      memory.set(name, { counts, askedAt });
      const [oldest] = memory.keys();
      if (memory.size > MAX_KNOWN && oldest !== undefined) memory.delete(oldest);
    } catch (error) {
      logError("counts_failed", error);
    }
  }

  return {
    known(projectId, counted) {
      const entry = memory.get(nameOf(projectId, counted));
      if (!entry) return null;
      if (now() - entry.askedAt >= REFRESH_MS) {
        // The others go on with what is known, too.
        entry.askedAt = now();
        keep(refresh(projectId, counted));
      }
      return entry.counts;
    },
    async load(projectId, wanted) {
      const loaded = Promise.all(wanted.map((counted) => refresh(projectId, counted)));
      await Promise.race([loaded, sleep(waitMs)]);
      keep(loaded);
    },
  };
}

function nameOf(projectId: number, { event, windowMs }: Counted): string {
  return `${projectId} ${windowMs} ${event}`;
}
