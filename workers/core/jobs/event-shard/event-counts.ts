/**
 * How often items got events of each type in the last minutes, hours and days. Events are counted by their own time in buckets of a
 * minute, an hour and a day, so a window begins at a whole one. Pure: the shell keeps what is sealed and adds it again after a wake.
 */
import { PLATFORM_EVENT_TYPES } from "#contract/event-type.ts";
import type { StoredEvent } from "./stored-event.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Buckets of one size, and how many are kept: each window, and the one before it. */
const LEVELS = [
  { ms: MINUTE_MS, kept: 120 },
  { ms: HOUR_MS, kept: 48 },
  { ms: DAY_MS, kept: 60 },
] as const;

/** Each window as buckets of a level, the present one among them. */
const WINDOWS = {
  "5m": { level: 0, buckets: 5 },
  "1h": { level: 0, buckets: 60 },
  "1d": { level: 1, buckets: 24 },
  "7d": { level: 2, buckets: 7 },
  "30d": { level: 2, buckets: 30 },
} as const;
export type CountWindow = keyof typeof WINDOWS;
export const COUNT_WINDOWS = Object.keys(WINDOWS) as readonly CountWindow[];

/** Entries of all buckets of a shard; new items beyond them are not counted. About 30 MB. */
export const MAX_COUNT_ENTRIES = 300_000;

/** All events, or those whose metadata name a category or a country. */
export type CountGroup = "" | `category=${string}` | `country=${string}`;

export interface CountQuery {
  readonly window: CountWindow;
  readonly group: CountGroup;
  /** Of one type of events; of all by default. */
  readonly type?: string;
  /** Of these items; of all by default. */
  readonly itemIds?: readonly string[];
  /** The most counted entries of each shard. */
  readonly limit: number;
  /** Also counts the same entries in the window before. */
  readonly withBefore?: boolean;
}

export interface ItemCount {
  readonly itemId: string;
  readonly type: string;
  readonly count: number;
  /** In the window before, if it was asked for. */
  readonly before?: number;
}

export interface CountAnswer {
  readonly counts: readonly ItemCount[];
  /** Whether some new items were not counted, for lack of room. */
  readonly isCut: boolean;
}

/** One bucket with its entries, as it is kept. */
export interface CountBucket {
  readonly level: number;
  /** Bucket number: its time divided by the bucket's size. */
  readonly at: number;
  readonly entries: ReadonlyMap<string, number>;
}

const SEPARATOR = "\n";

export class EventCounts {
  readonly #levels = LEVELS.map(() => new Map<number, Map<string, number>>());
  #size = 0;
  #isCut = false;

  get size(): number {
    return this.#size;
  }

  /** @param now Events whose bucket is over by then are not counted. */
  add(event: StoredEvent, now: number): void {
    // Nobody has seen it.
    if (PLATFORM_EVENT_TYPES.includes(event.type)) return;
    const groups = groupsOf(event);
    for (const [level, { ms, kept }] of LEVELS.entries()) {
      const at = Math.floor(event.time / ms);
      if (at <= Math.floor(now / ms) - kept) continue;
      for (const group of groups) this.#addTo(level, at, keyOf(group, event.type, event.item_id), 1);
    }
  }

  merge({ level, at, entries }: CountBucket): void {
    for (const [key, count] of entries) this.#addTo(level, at, key, count);
  }

  /** Drops the buckets that are over. */
  prune(now: number): void {
    for (const [level, buckets] of this.#levels.entries()) {
      for (const [at, entries] of buckets) {
        if (!isOver({ level, at }, now)) continue;
        buckets.delete(at);
        this.#size -= entries.size;
      }
    }
    if (this.#size < MAX_COUNT_ENTRIES) this.#isCut = false;
  }

  *buckets(): Generator<CountBucket> {
    for (const [level, buckets] of this.#levels.entries()) {
      for (const [at, entries] of buckets) yield { level, at, entries };
    }
  }

  /** The most counted first; of equals, the first id. */
  top(query: CountQuery, now: number): CountAnswer {
    const { window, group, type, limit, itemIds, withBefore = false } = query;
    const { level, buckets } = WINDOWS[window];
    const start = Math.floor(now / LEVELS[level].ms) - buckets;
    const prefix = group + SEPARATOR + (type === undefined ? "" : type + SEPARATOR);
    const wanted = { prefix, itemIds: itemIds ? new Set(itemIds) : null };
    // Clocks of senders may be some minutes ahead: their events count as of now.
    const sums = this.#sums(level, (at) => at > start, wanted);
    const earlier = withBefore
      ? this.#sums(level, (at) => at > start - buckets && at <= start, wanted)
      : null;
    const counts = [...sums].map(([key, count]): ItemCount => {
      const [, name = "", ...itemId] = key.split(SEPARATOR);
      const counted = { itemId: itemId.join(SEPARATOR), type: name, count };
      return earlier ? { ...counted, before: earlier.get(key) ?? 0 } : counted;
    });
    return { counts: counts.sort(byCount).slice(0, limit), isCut: this.#isCut };
  }

  /** How many events of each type a window has, of all items. */
  byType(window: CountWindow, now: number): Map<string, number> {
    const { level, buckets } = WINDOWS[window];
    const start = Math.floor(now / LEVELS[level].ms) - buckets;
    const types = new Map<string, number>();
    for (const [at, entries] of this.#levels[level] ?? []) {
      if (at <= start) continue;
      for (const [key, count] of entries) {
        if (!key.startsWith(SEPARATOR)) continue;
        const type = key.slice(SEPARATOR.length, key.indexOf(SEPARATOR, SEPARATOR.length));
        types.set(type, (types.get(type) ?? 0) + count);
      }
    }
    return types;
  }

  /** Of the buckets of a level that are in a time. */
  #sums(
    level: number,
    isIn: (at: number) => boolean,
    { prefix, itemIds }: { readonly prefix: string; readonly itemIds: ReadonlySet<string> | null },
  ): Map<string, number> {
    const sums = new Map<string, number>();
    for (const [at, entries] of this.#levels[level] ?? []) {
      if (!isIn(at)) continue;
      for (const [key, count] of entries) {
        if (!key.startsWith(prefix) || (itemIds && !itemIds.has(itemOf(key)))) continue;
        sums.set(key, (sums.get(key) ?? 0) + count);
      }
    }
    return sums;
  }

  #addTo(level: number, at: number, key: string, count: number): void {
    const buckets = this.#levels[level] as Map<number, Map<string, number>>;
    let entries = buckets.get(at);
    if (!entries) {
      entries = new Map();
      buckets.set(at, entries);
    }
    const before = entries.get(key);
    if (before === undefined) {
      if (this.#size >= MAX_COUNT_ENTRIES) {
        this.#isCut = true;
        return;
      }
      this.#size++;
    }
    entries.set(key, (before ?? 0) + count);
  }
}

/** Whether no window, nor the one before it, reaches a bucket any more. */
export function isOver({ level, at }: Pick<CountBucket, "level" | "at">, now: number): boolean {
  const { ms, kept } = LEVELS[level] ?? LEVELS[0];
  return at <= Math.floor(now / ms) - kept;
}

export function byCount(a: ItemCount, b: ItemCount): number {
  if (a.count !== b.count) return b.count - a.count;
  if (a.itemId !== b.itemId) return a.itemId < b.itemId ? -1 : 1;
  return a.type < b.type ? -1 : 1;
}

/** The answers of all shards as one, and again the most counted. */
export function sumCounts(answers: readonly CountAnswer[], limit: number): CountAnswer {
  const sums = new Map<string, ItemCount>();
  for (const { itemId, type, count, before } of answers.flatMap(({ counts }) => counts)) {
    const key = type + SEPARATOR + itemId;
    const known = sums.get(key);
    const sum = { itemId, type, count: count + (known?.count ?? 0) };
    sums.set(key, before === undefined ? sum : { ...sum, before: before + (known?.before ?? 0) });
  }
  const counts = [...sums.values()].sort(byCount).slice(0, limit);
  return { counts, isCut: answers.some(({ isCut }) => isCut) };
}

/** The item comes last, since an id may have a line feed in it. */
function keyOf(group: string, type: string, itemId: string): string {
  return group + SEPARATOR + type + SEPARATOR + itemId;
}

function itemOf(key: string): string {
  return key.slice(key.indexOf(SEPARATOR, key.indexOf(SEPARATOR) + 1) + 1);
}

const MAX_GROUP_LENGTH = 100;
const isShortLine = (text: string) => text.length <= MAX_GROUP_LENGTH && !text.includes(SEPARATOR);

function groupsOf({ metadata }: StoredEvent): string[] {
  const groups = [""];
  for (const name of ["category", "country"] as const) {
    const value = metadata?.[name];
    if (typeof value === "string" && value !== "" && isShortLine(value)) {
      groups.push(`${name}=${value}`);
    }
  }
  return groups;
}
