/** The properties of the users of an event object, within the bounds of each shard. */

import { MAX_SHARD_USERS } from "#contract/limits.ts";
import type { Placed, UserCount, UserPage, UserPageWish, UserPlace } from "#jobs/event-shard/shard-object.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";
import {
  applyUserWrite,
  roomProblem,
  type UserRow,
  type UserWrite,
  type UserWritten,
} from "#jobs/event-shard/user-properties.ts";
import { type ObjectContext, ownOf } from "./object-context.ts";
import { hasGiven, isUserOf } from "./object-entry.ts";
import { hasUser } from "./shard-memory.ts";
import { OWN, type UserRows } from "./user-rows.ts";

const NO_USERS: UserPage = { rows: [], next: null };
/** What the API of an earlier release asks for. */
const OWN_ROWS: UserPageWish = { isMerged: false, length: 2 * 1024 * 1024 };

export class StoredUsers {
  readonly #context: ObjectContext;
  readonly #users: UserRows;

  constructor(context: ObjectContext, users: UserRows) {
    this.#context = context;
    this.#users = users;
  }

  /** One group of writes; every caller is answered once they are on disk. Null for a user of another object. */
  async write(writes: readonly UserWrite[]): Promise<Placed<UserWritten | null>[]> {
    const { storage, place: placeOf, memory } = this.#context;
    const place = placeOf();
    if (!place) return writes.map(() => ({ layout: null, answer: null }));
    const now = Date.now();
    const answers = storage.transactionSync(() =>
      writes.map((write) => (hasUser(place, write.userId) ? this.#write(write, now) : null)),
    );
    for (const answer of answers) if (answer?.ok) memory().recent.change(answer.row.userId);
    await storage.sync();
    return answers.map((answer) => ({ layout: place.layout, answer }));
  }

  /**
   * A row for each user of events that has none, in half of the room at most: a sender of events does not keep properties of users
   * out. In the transaction of its caller.
   */
  begin(events: readonly StoredEvent[], now: number): void {
    for (const userId of new Set(events.map(({ user_id: id }) => id))) {
      if (this.#users.own(userId) !== null || this.#users.roomOf(userId).users >= MAX_SHARD_USERS / 2)
        continue;
      this.#write({ kind: "merge", userId, properties: {} }, now);
    }
  }

  #write(write: UserWrite, now: number): UserWritten {
    const { userId } = write;
    const written = applyUserWrite(this.#users.own(userId), this.#users.roomOf(userId), write, now);
    if (written.ok && !written.isUnchanged) this.#users.put(written.row);
    return written;
  }

  /** Some rows. */
  page(after: UserPlace | null, { isMerged, length }: UserPageWish = OWN_ROWS): UserPage {
    if (!this.#context.place()) return NO_USERS;
    const isOwn = ownOf(this.#context);
    if (isMerged) return this.#users.mergedPage(after, isOwn, length);
    const { rows, next } = this.#users.page(after, isOwn, length);
    return { rows: rows.filter(({ from }) => from === OWN), next };
  }

  /** The same in the order of their ids, after an id. */
  list(after: string, limit: number): UserRow[] {
    return this.#users.list(after, limit, ownOf(this.#context));
  }

  /** How many there are, and how many of them have a property. */
  count(property: string): UserCount {
    return this.#users.count(property, ownOf(this.#context));
  }

  /** Stores rows up to the first that there is no room for, and says its problem; null if all are stored. */
  async restore(rows: readonly UserRow[]): Promise<string | null> {
    const { storage } = this.#context;
    const problem = storage.transactionSync(() => {
      for (const row of rows) {
        const found = roomProblem(this.#users.roomOf(row.userId), this.#users.own(row.userId), row);
        if (found !== null) return found;
        this.#users.put(row);
      }
      return null;
    });
    await storage.sync();
    return problem;
  }

  /** Rows that another object begins with. */
  handOver(to: number, after: UserPlace | null): UserPage {
    const place = this.#context.place();
    return place && hasGiven(place, to) ? this.#users.page(after, isUserOf(place, to)) : NO_USERS;
  }
}
