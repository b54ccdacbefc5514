/** The last events of each type that an object has stored, for people who watch them arrive. Pure, and bounded. */
import { PLATFORM_EVENT_TYPES } from "#contract/event-type.ts";
import type { StoredEvent } from "./stored-event.ts";

/** What is shown of an event: all but its metadata, which may be large. */
export type ShownEvent = Pick<
  StoredEvent,
  "type" | "user_id" | "item_id" | "value" | "time" | "received" | "request_id"
>;

/** Of one type. A frequent type does not push out a rare one. */
export const MAX_NEWEST = 100;
/** The type that was quiet longest goes first. */
export const MAX_NEWEST_TYPES = 32;

export class NewestEvents {
  /** By type, in the order of arrival; the map has the types by their last event, the oldest first. */
  readonly #types = new Map<string, ShownEvent[]>();

  add({ type, user_id, item_id, value, time, received, request_id }: StoredEvent): void {
    // No application sent it, and the counts leave it out, too.
    if (PLATFORM_EVENT_TYPES.includes(type)) return;
    const events = this.#types.get(type) ?? [];
    events.push({
      ...{ type, user_id, item_id, time, received },
      ...(value !== undefined && { value }),
      ...(request_id !== undefined && { request_id }),
    });
    // Half of them at once: to take off one each time would move all others.
    if (events.length >= 2 * MAX_NEWEST) events.sort(byArrival).splice(0, MAX_NEWEST);
    this.#types.delete(type);
    this.#types.set(type, events);
    if (this.#types.size <= MAX_NEWEST_TYPES) return;
    const [quietest] = this.#types.keys();
    if (quietest !== undefined) this.#types.delete(quietest);
  }

  /** The last to arrive first. @param type Null for all types. */
  of(type: string | null, limit: number): ShownEvent[] {
    const lists = type === null ? [...this.#types.values()] : [this.#types.get(type) ?? []];
    return newestOf(
      lists.map((events) => events.toSorted(byArrival).slice(-MAX_NEWEST).reverse()),
      limit,
    );
  }

  /** Keeps only some events. */
  keepOnly(isKept: (event: ShownEvent) => boolean): void {
    for (const [type, events] of this.#types) {
      const kept = events.filter(isKept);
      if (kept.length > 0) this.#types.set(type, kept);
      else this.#types.delete(type);
    }
  }
}

/** After a wake, events come segment by segment, not as they arrived. */
function byArrival(a: ShownEvent, b: ShownEvent): number {
  return a.received - b.received;
}

/** Several lists as one, the last to arrive first. */
export function newestOf(lists: readonly (readonly ShownEvent[])[], limit: number): ShownEvent[] {
  return lists
    .flat()
    .sort((a, b) => byArrival(b, a))
    .slice(0, limit);
}
