/** The newest events of each person, for recommendations: bounded in items and in people. */
import { SILENT_EVENT_TYPES } from "#contract/event-type.ts";
import type { StoredEvent } from "./stored-event.ts";

/** An event of a person's recent past, as serving needs it. */
export interface LiveItem {
  readonly itemId: string;
  readonly type: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value?: number;
}

export const MAX_RECENT_ITEMS = 50;
/** People an object remembers; those who were quiet longest are forgotten first. */
export const MAX_RECENT_PEOPLE = 60_000;
/** Items of all people together: about 30 MB. */
export const MAX_ALL_RECENT_ITEMS = 300_000;
/** The last changes whose people an object can name. */
export const MAX_NAMED_CHANGES = 4_000;

/** The newest of some items, newest first. */
export function newestItems(items: readonly LiveItem[]): LiveItem[] {
  return [...items].sort((a, b) => b.at - a.at).slice(0, MAX_RECENT_ITEMS);
}

export class RecentItems {
  /** By user, newest first; the map has the people by their last event, the oldest first. */
  readonly #people = new Map<string, LiveItem[]>();
  #items = 0;
  /** The people of the last changes, the newest last. */
  readonly #changed: string[] = [];
  #changes = 0;

  get size(): number {
    return this.#people.size;
  }

  /** How often the items of a user have changed. */
  get changes(): number {
    return this.#changes;
  }

  /** The people whose items changed after that many changes; null if that is not known any more. */
  changedSince(changes: number): string[] | null {
    const count = this.#changes - changes;
    if (count < 0 || count > this.#changed.length) return null;
    return count === 0 ? [] : [...new Set(this.#changed.slice(-count))];
  }

  /** Says that what is known of a user has changed. */
  change(userId: string): void {
    this.#changes++;
    this.#changed.push(userId);
    // Half of them at once: to take off one each time would move all others.
    if (this.#changed.length > 2 * MAX_NAMED_CHANGES) this.#changed.splice(0, MAX_NAMED_CHANGES);
  }

  add(event: StoredEvent): void {
    if (SILENT_EVENT_TYPES.includes(event.type)) return;
    const { user_id: userId, item_id: itemId, type, time: at, value } = event;
    this.change(userId);
    const items = this.#people.get(userId) ?? [];
    const item: LiveItem = { itemId, type, at, ...(value === undefined ? {} : { value }) };
    // Of equally old events the one that arrived later is the newer one.
    const place = items.findIndex((other) => other.at <= at);
    items.splice(place < 0 ? items.length : place, 0, item);
    if (items.length > MAX_RECENT_ITEMS) items.pop();
    else this.#items++;
    this.#people.delete(userId);
    this.#people.set(userId, items);
    while (this.#people.size > MAX_RECENT_PEOPLE || this.#items > MAX_ALL_RECENT_ITEMS) {
      const [quietest] = this.#people.keys();
      if (quietest === undefined) return;
      this.#drop(quietest);
    }
  }

  /** Newest first. */
  of(userId: string): readonly LiveItem[] {
    return this.#people.get(userId) ?? [];
  }

  /** Takes some events out of those of a user. */
  without(userId: string, isOut: (item: LiveItem) => boolean): void {
    const items = this.of(userId);
    const kept = items.filter((item) => !isOut(item));
    if (kept.length === items.length) return;
    this.change(userId);
    this.#items -= items.length - kept.length;
    // In its place: the user has done nothing new.
    if (kept.length > 0) this.#people.set(userId, kept);
    else this.#people.delete(userId);
  }

  forget(userId: string): void {
    this.change(userId);
    this.#drop(userId);
  }

  #drop(userId: string): void {
    this.#items -= this.of(userId).length;
    this.#people.delete(userId);
  }

  /** Forgets all others, whom somebody else remembers from now on. */
  keepOnly(isKept: (userId: string) => boolean): void {
    for (const userId of [...this.#people.keys()]) if (!isKept(userId)) this.#drop(userId);
  }
}
