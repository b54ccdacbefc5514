/** How much an event object has to do, and when that is too much for one. */

/** What storing an event costs beside its call: this many are as much as a call. */
const EVENTS_PER_CALL = 40;
/** Load is counted over this time. */
const SPAN_MS = 30_000;

/** An object that does more than this within half a minute, calls a second on average, gives half of its shards to another one. */
export const DEFAULT_GROW_AT = 250;

export class ObjectLoad {
  readonly #growAt: number;
  #since = Number.NEGATIVE_INFINITY;
  #done = 0;

  /** @param growAt Calls a second. */
  constructor(growAt: number) {
    this.#growAt = growAt;
  }

  /** Counts a call with its events. Whether the object has too much to do; then counting begins again. */
  note(events: number, now: number): boolean {
    if (now - this.#since >= SPAN_MS) this.#begin(now);
    this.#done += 1 + events / EVENTS_PER_CALL;
    const isTooMuch = this.#done * 1000 > this.#growAt * SPAN_MS;
    if (isTooMuch) this.#begin(now);
    return isTooMuch;
  }

  #begin(now: number): void {
    this.#since = now;
    this.#done = 0;
  }
}
