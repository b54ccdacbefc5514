/** What an event object knows of the recent items of its users, with those that they took under another id. */
import { newestItems } from "#jobs/event-shard/recent-items.ts";
import type { AdoptedUser, RecentAnswer, RecentOfUser, SeenChanges } from "#jobs/event-shard/shard-object.ts";
import type { AdoptedItems } from "./adopted-items.ts";
import type { ObjectContext } from "./object-context.ts";
import type { UserRows } from "./user-rows.ts";

export class StoredRecent {
  readonly #context: ObjectContext;
  readonly #adopted: AdoptedItems;
  readonly #users: UserRows;

  constructor(context: ObjectContext, adopted: AdoptedItems, users: UserRows) {
    this.#context = context;
    this.#adopted = adopted;
    this.#users = users;
  }

  /** Null if the object knows nothing of anybody. */
  of(userId: string): RecentOfUser | null {
    const { recent } = this.#context.memory();
    if (recent.size === 0 && this.#adopted.size === 0 && this.#users.isEmpty) return null;
    const adopted = this.#adopted.of(userId);
    const items = adopted.length === 0 ? recent.of(userId) : newestItems([...recent.of(userId), ...adopted]);
    return { items, properties: this.#users.of(userId) };
  }

  /** The same, and who has changed since somebody has seen the changes up to a place. */
  since(userId: string, seen: SeenChanges | null): RecentAnswer | null {
    const { recent, wake } = this.#context.memory();
    const known = this.of(userId);
    if (known === null) return null;
    const changed = seen?.wake === wake ? recent.changedSince(seen.changes) : null;
    return { ...known, seen: { wake, changes: recent.changes }, changed };
  }

  /** A user also has what they took under another id. */
  async adopt({ properties, ...adopted }: AdoptedUser): Promise<void> {
    const { storage, memory } = this.#context;
    const { userId, from } = adopted;
    storage.transactionSync(() => {
      if (adopted.items.length > 0) this.#adopted.keep(adopted);
      if (properties) this.#users.put({ ...properties, userId, from, adoptedAt: Date.now() });
      else this.#users.release(userId, from);
    });
    memory().recent.change(userId);
    await storage.sync();
  }

  /** Takes back what a user has of another id. */
  release(userId: string, from: string): void {
    if (!this.#context.place()) return;
    this.#adopted.release(userId, from);
    this.#users.release(userId, from);
    this.#context.memory().recent.change(userId);
  }
}
