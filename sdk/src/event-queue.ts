/** Gathers events and sends them in batches, so that the code of a page or a server never waits for one. */
import { EdgewiseError, isWorthRepeating } from "./edgewise-error.ts";
import { newId as randomId } from "./new-id.ts";
import type { EdgewiseEvent, EventsAnswer } from "./types.ts";

export interface EventQueueOptions {
  readonly sendEvents: (events: readonly EdgewiseEvent[]) => Promise<EventsAnswer>;
  /** Events of a batch, up to 1,000; 100 by default. A full batch goes at once. */
  readonly batchSize?: number;
  /** The longest time that an event waits for others, milliseconds; 1,000 by default. */
  readonly waitMs?: number;
  /** Events that may wait while Edgewise does not answer; 10,000 by default. Beyond it the oldest are given up. */
  readonly maxWaiting?: number;
  /** Told of events that were given up: refused, or too many. */
  readonly onLost?: (events: readonly EdgewiseEvent[], why: Error) => void;
  readonly newId?: () => string;
  readonly setTimer?: (run: () => void, ms: number) => unknown;
  readonly clearTimer?: (timer: never) => void;
}

/** Sends a text without waiting for an answer, as `navigator.sendBeacon` does. False: the browser did not take it. */
export type Beacon = (text: string) => boolean;

export interface EventQueue {
  /** Returns at once. */
  add(event: EdgewiseEvent): void;
  /** Sends all that waits. Events that could not be sent keep waiting. */
  flush(): Promise<void>;
  /** For a page that goes away: gives all that waits to a beacon, with the key and token in the body. */
  flushByBeacon(beacon: Beacon, credentials: { readonly apiKey: string; readonly userToken: string }): void;
  /** Sends all that waits, for the last time; `onLost` gets what could not be sent. Call it before a process ends. */
  close(): Promise<void>;
  readonly waiting: number;
}

/** Bytes of a beacon's body that browsers accept in all, with room for the key and the token. */
const MAX_BEACON_BYTES = 60 * 1024;

export function createEventQueue(options: EventQueueOptions): EventQueue {
  return new Queue(options);
}

class Queue implements EventQueue {
  readonly #options: Required<Omit<EventQueueOptions, "clearTimer">>;
  readonly #clearTimer: (timer: never) => void;
  #events: EdgewiseEvent[] = [];
  #timer: unknown = null;
  #running: Promise<void> | null = null;
  #isClosed = false;

  constructor(options: EventQueueOptions) {
    this.#options = {
      batchSize: 100,
      waitMs: 1_000,
      maxWaiting: 10_000,
      onLost: () => {},
      newId: randomId,
      setTimer: (run, ms) => setTimeout(run, ms),
      ...options,
    };
    this.#clearTimer = options.clearTimer ?? clearTimeout;
  }

  get waiting(): number {
    return this.#events.length;
  }

  add(event: EdgewiseEvent): void {
    const { newId, batchSize, maxWaiting, onLost } = this.#options;
    if (this.#isClosed) {
      onLost([event], new Error("The queue is closed"));
      return;
    }
    // The id is given once, so that another attempt sends the same event.
    this.#events.push({ ...event, event_id: event.event_id ?? newId() });
    const excess = this.#events.length - maxWaiting;
    if (excess > 0) {
      onLost(this.#events.splice(0, excess), new Error(`More than ${maxWaiting} events wait`));
    }
    if (this.#events.length >= batchSize && this.#running === null) void this.flush();
    else this.#startTimer();
  }

  flush(): Promise<void> {
    this.#stopTimer();
    this.#running ??= this.#sendAll().finally(() => {
      this.#running = null;
      if (this.#events.length > 0) this.#startTimer();
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
    const left = this.#events.splice(0);
    if (left.length > 0) this.#options.onLost(left, new Error("The queue is closed"));
  }

  async #sendAll(): Promise<void> {
    while (this.#events.length > 0) {
      const batch = this.#events.splice(0, this.#options.batchSize);
      try {
        this.#report(batch, await this.#options.sendEvents(batch));
      } catch (error) {
        if (isWorthRepeating(error)) {
          this.#events.unshift(...batch);
          return;
        }
        this.#options.onLost(batch, error as Error);
      }
    }
  }

  #report(batch: readonly EdgewiseEvent[], { errors, request_id: requestId }: EventsAnswer): void {
    for (const { position, detail } of errors) {
      const event = batch[position];
      const text = detail.map(({ loc, msg }) => `${loc.join(".")}: ${msg}`).join("; ");
      if (event)
        this.#options.onLost([event], new EdgewiseError(text, { status: 207, body: { detail }, requestId }));
    }
  }

  flushByBeacon(
    beacon: Beacon,
    { apiKey: api_key, userToken: user_token }: { apiKey: string; userToken: string },
  ): void {
    this.#stopTimer();
    for (const portion of portionsOf(this.#events, MAX_BEACON_BYTES)) {
      if (!beacon(JSON.stringify({ events: portion, api_key, user_token }))) break;
      this.#events.splice(0, portion.length);
    }
    if (this.#events.length > 0) this.#startTimer();
  }

  #startTimer(): void {
    if (this.#isClosed) return;
    const { setTimer, waitMs } = this.#options;
    this.#timer ??= setTimer(() => {
      this.#timer = null;
      void this.flush();
    }, waitMs);
  }

  #stopTimer(): void {
    if (this.#timer !== null) this.#clearTimer(this.#timer as never);
    this.#timer = null;
  }
}

/** Runs of events whose JSON is at most `maxBytes` long. An event that is longer by itself makes a portion alone. */
function* portionsOf(events: readonly EdgewiseEvent[], maxBytes: number): Generator<EdgewiseEvent[]> {
  const encoder = new TextEncoder();
  let portion: EdgewiseEvent[] = [];
  let bytes = 0;
  for (const event of [...events]) {
    const size = encoder.encode(JSON.stringify(event)).length + 1;
    if (portion.length > 0 && bytes + size > maxBytes) {
      yield portion;
      portion = [];
      bytes = 0;
    }
    portion.push(event);
    bytes += size;
  }
  if (portion.length > 0) yield portion;
}
