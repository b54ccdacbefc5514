/** The feedback of an event object, and the events that it is made of. */
import {
  type FeedbackKey,
  type FeedbackPage,
  type FeedbackQuery,
  type FeedbackRow,
  keyText,
  type Neighbour,
  type NeighbourQuery,
} from "#jobs/event-shard/feedback.ts";
import type { TogetherCounts, TogetherQuery, UsersQuery } from "#jobs/event-shard/items-together.ts";
import type { LiveItem } from "#jobs/event-shard/recent-items.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import { eraseFeedback, eventsOfFeedback } from "./erase-feedback.ts";
import type { FeedbackRows } from "./feedback-rows.ts";
import { type ObjectContext, ownOf } from "./object-context.ts";
import { hasGiven, isUserOf } from "./object-entry.ts";
import type { ShardRows } from "./shard-rows.ts";

/** Rows of one call between objects. */
const HANDED_OVER = 5_000;

export class StoredFeedback {
  readonly #context: ObjectContext;
  readonly #rows: ShardRows;
  readonly #feedback: FeedbackRows;

  constructor(context: ObjectContext, rows: ShardRows, feedback: FeedbackRows) {
    this.#context = context;
    this.#rows = rows;
    this.#feedback = feedback;
  }

  find(key: FeedbackKey): FeedbackRow | null {
    return this.#feedback.find(key);
  }

  page(query: FeedbackQuery): FeedbackPage {
    return this.#feedback.page(query, ownOf(this.#context));
  }

  itemsOf(userId: string, until: number, limit: number): string[] {
    return this.#feedback.itemsOf(userId, until, limit);
  }

  neighbours(query: NeighbourQuery): Neighbour[] {
    return this.#feedback.neighbours(query, ownOf(this.#context));
  }

  itemsTogether(query: TogetherQuery): TogetherCounts {
    return this.#feedback.itemsTogether(query, ownOf(this.#context));
  }

  usersOfItems(query: UsersQuery): number[] {
    return this.#feedback.usersOfItems(query, ownOf(this.#context));
  }

  /** Rows that another object begins with. */
  handOver(to: number, after: FeedbackKey | null): FeedbackPage {
    const place = this.#context.place();
    if (!place || !hasGiven(place, to)) return { rows: [], isCut: false };
    const query = { type: null, userId: null, itemId: null, after, limit: HANDED_OVER };
    return this.#feedback.page(query, isUserOf(place, to));
  }

  /** Folds stored events into rows. In the transaction of its caller. @param now Epoch milliseconds. */
  add(events: readonly StoredEvent[], now: number): void {
    for (const event of events) this.#feedback.add(event, now);
  }

  /** Rows as they are, in the place of those with their keys. */
  put(rows: readonly FeedbackRow[]): void {
    this.#context.storage.transactionSync(() => {
      for (const row of rows) this.#feedback.put(row);
    });
  }

  /** Stores rows without events where there are none. False without room. */
  async note(rows: readonly FeedbackRow[]): Promise<boolean> {
    if (this.#feedback.isFull) return false;
    this.put(rows.filter((row) => this.#feedback.find(row) === null));
    await this.#context.storage.sync();
    return true;
  }

  /**
   * Takes the events of rows out of segments, before the rows are removed. False if there are too many segments for one call: then the
   * rows know how far it came, and a next call goes on.
   */
  async clearSegments(
    store: Parameters<typeof eraseFeedback>[0],
    rows: readonly FeedbackRow[],
  ): Promise<boolean> {
    const place = this.#context.place();
    if (!place) return true;
    const first = await eraseFeedback(store, place.projectId, rows);
    if (first === null) return true;
    const begun = rows.flatMap((row): FeedbackRow[] => {
      const { received } = row;
      return received && received.first < first ? [{ ...row, received: { ...received, first } }] : [];
    });
    this.put(begun);
    return false;
  }

  /** Removes rows, and their events that are in no segment yet. */
  remove(rows: readonly FeedbackRow[]): void {
    if (rows.length === 0) return;
    const { mark, isOut } = eventsOfFeedback(rows);
    this.#context.storage.transactionSync(() => {
      this.#rows.erase(mark, isOut);
      for (const row of rows) this.#feedback.delete(row);
    });
    const { recent, newest } = this.#context.memory();
    const keys = new Set(rows.map(keyText));
    newest.keepOnly(
      ({ type, user_id: userId, item_id: itemId }) => !keys.has(keyText({ type, userId, itemId })),
    );
    for (const { userId, itemId, type } of rows) {
      recent.without(userId, (item: LiveItem) => item.itemId === itemId && item.type === type);
    }
  }
}
