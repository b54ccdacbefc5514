/** How much an event object has to do, and when that is too much for one. */

/** What storing an event costs beside its call: this many are as much as a call. */
const EVENTS_PER_CALL = 40;
/** Load is measured over this time, so that a burst moves no shards. */
const SPAN_MS = 30_000;

/** An object that does more than this for half a minute, calls a second, gives half of its shards to another one. */
export const DEFAULT_GROW_AT = 250;

export class ObjectLoad {
  readonly #growAt: number;
  #since: number | null = null;
  #done = 0;

  /** @param growAt Calls a second. */
  constructor(growAt: number) {
    this.#growAt = growAt;
  }

  /** Counts a call with its events. Whether the object has too much to do; then counting begins again. */
  note(events: number, now: number): boolean {
    this.#since ??= now;
    this.#done += 1 + events / EVENTS_PER_CALL;
    const took = now - this.#since;
    if (took < SPAN_MS) return false;
    const isTooMuch = (this.#done * 1000) / took > this.#growAt;
    this.#since = now;
    this.#done = 0;
    return isTooMuch;
  }
}
