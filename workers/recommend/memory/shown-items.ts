/** How often the newest items of models were shown and taken in the last 30 days, for exploring them. */
import { candidatesOf, type Exploration, type ShownCounts } from "#engine/serve/explore.ts";
import type { Servable } from "#engine/serve/model-artifact.ts";
import type { ItemCount } from "#jobs/event-shard/event-counts.ts";
import type { EventShards } from "../events/event-shards.ts";

export interface ShownItems {
  /** What is known now; counts that are old or absent are read beside the request. Never rejects. */
  of(projectId: number, servable: Servable): Exploration["shownOf"];
}

export interface ShownItemsDeps {
  readonly shards: Pick<EventShards, "windowedCounts">;
  readonly now: () => number;
  /** Keeps work alive beyond the request that began it. */
  readonly keep: (work: Promise<unknown>) => void;
  readonly logError: (event: string, error: unknown) => void;
}

/** How old counts are when the next request has them read again. */
const REFRESH_MS = 5_000;
const MAX_PROJECTS = 1_024;
const NEVER: ShownCounts = { impressions: 0, taken: 0 };
/** Types by which an item counts as taken: the more frequent one, since a page may send both for one visit. */
const TAKEN = ["click", "view"];
/** Each item may have events of several types. */
const TYPES_OF_ITEM = 10;

type ById = ReadonlyMap<string, ShownCounts>;

interface Known {
  /** By index. */
  counts: ReadonlyMap<number, ShownCounts>;
  askedAt: number;
}

export function createShownItems({ shards, now, keep, logError }: ShownItemsDeps): ShownItems {
  const known = new WeakMap<Servable, Known>();
  /** Of each project, for its next model or item. */
  const last = new Map<number, ById>();

  async function refresh(projectId: number, servable: Servable, entry: Known): Promise<void> {
    const itemIds = candidatesOf(servable).map((item) => servable.items.idAt(item));
    const limit = itemIds.length * TYPES_OF_ITEM;
    try {
      const { counts } = await shards.windowedCounts(projectId, { window: "30d", group: "", itemIds, limit });
      const byId = shownById(counts);
      if (last.size >= MAX_PROJECTS) last.clear();
      last.set(projectId, byId);
      entry.counts = byIndex(servable, byId);
    } catch (error) {
      logError("shown_items_failed", error);
    }
  }

  return {
    of(projectId, servable) {
      const found = known.get(servable);
      const counts = found?.counts ?? byIndex(servable, last.get(projectId) ?? new Map());
      const entry = found ?? { counts, askedAt: Number.NEGATIVE_INFINITY };
      if (!found) known.set(servable, entry);
      if (now() - entry.askedAt >= REFRESH_MS) {
        // The others go on with what is known, too.
        entry.askedAt = now();
        keep(refresh(projectId, servable, entry));
      }
      return (item) => entry.counts.get(item) ?? NEVER;
    },
  };
}

function shownById(counts: readonly ItemCount[]): ById {
  const shown = new Map<string, ShownCounts>();
  for (const { itemId, type, count } of counts) {
    const before = shown.get(itemId) ?? NEVER;
    if (type === "impression") shown.set(itemId, { ...before, impressions: count });
    if (TAKEN.includes(type)) shown.set(itemId, { ...before, taken: Math.max(before.taken, count) });
  }
  return shown;
}

function byIndex({ items }: Pick<Servable, "items">, byId: ById): Map<number, ShownCounts> {
  return new Map([...byId].map(([itemId, shown]) => [items.indexOf(itemId), shown]));
}
