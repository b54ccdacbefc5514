/** Feedback in an event object's SQLite: one row for each type, user and item. An object without feedback has no table. */
import {
  type FeedbackKey,
  type FeedbackPage,
  type FeedbackQuery,
  type FeedbackRow,
  keyOfEvent,
  type Neighbour,
  type NeighbourQuery,
  withEvent,
} from "#jobs/event-shard/feedback.ts";
import {
  isLearntFrom,
  type TogetherCounts,
  type TogetherQuery,
  type UsersQuery,
} from "#jobs/event-shard/items-together.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";

const TABLES = [
  `CREATE TABLE IF NOT EXISTS feedback (type TEXT NOT NULL, user_id TEXT NOT NULL, item_id TEXT NOT NULL, value REAL NOT NULL,
    time INTEGER NOT NULL, updated INTEGER NOT NULL, comment TEXT NOT NULL, first_received INTEGER, last_received INTEGER,
    PRIMARY KEY (type, user_id, item_id)) WITHOUT ROWID`,
  "CREATE INDEX IF NOT EXISTS feedback_of_item ON feedback (item_id, type, user_id)",
];
/** Of an object's 10 GB: events need the rest. */
export const MAX_FEEDBACK_DATABASE_BYTES = 6 * 1024 ** 3;
/** Users of an item who are looked at for neighbours, of each type. */
const NEIGHBOURS_OF_ITEM = 500;
/** Users with the most common items, whose own items are counted. */
const COUNTED_NEIGHBOURS = 200;

/** Users of an item whose other items are read, and how many of each type, the latest. */
const READ_USERS = 200;
const ITEMS_OF_READ_USER = 50;
/** Users of an item who are counted, of each type. */
const COUNTED_USERS = 1_000;

/** Texts of one page, about: a call between objects may have 32 MiB. */
const PAGE_LENGTH = 4 * 1024 * 1024;

type SqlRow = {
  type: string;
  user_id: string;
  item_id: string;
  value: number;
  time: number;
  updated: number;
  comment: string;
  first_received: number | null;
  last_received: number | null;
};

/** Whether a user is one of the object: rows of users that it has given away may still be there. */
export type IsOwn = (userId: string) => boolean;

export class FeedbackRows {
  readonly #sql: SqlStorage;
  #isThere = false;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Looks whether there is a table. */
  remember(): void {
    this.#isThere =
      this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'feedback'").toArray().length > 0;
  }

  /** Of an object whose storage is deleted. */
  forget(): void {
    this.#isThere = false;
  }

  /** Whether there is no room for more. */
  get isFull(): boolean {
    return this.#sql.databaseSize > MAX_FEEDBACK_DATABASE_BYTES;
  }

  find({ type, userId, itemId }: FeedbackKey): FeedbackRow | null {
    if (!this.#isThere) return null;
    const query = "SELECT * FROM feedback WHERE type = ? AND user_id = ? AND item_id = ?";
    const [row] = this.#sql.exec<SqlRow>(query, type, userId, itemId).toArray();
    return row ? toRow(row) : null;
  }

  put({ type, userId, itemId, value, time, updated, comment, received }: FeedbackRow): void {
    if (!this.#isThere) for (const table of TABLES) this.#sql.exec(table);
    this.#isThere = true;
    this.#sql.exec(
      `INSERT OR REPLACE INTO feedback (type, user_id, item_id, value, time, updated, comment, first_received, last_received)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[type, userId, itemId, value, time, updated, comment],
      ...[received?.first ?? null, received?.last ?? null],
    );
  }

  /** Folds a stored event into its row. @param now Epoch milliseconds. */
  add(event: StoredEvent, now: number): void {
    this.put(withEvent(this.find(keyOfEvent(event)), event, now));
  }

  delete({ type, userId, itemId }: FeedbackKey): void {
    if (!this.#isThere) return;
    const query = "DELETE FROM feedback WHERE type = ? AND user_id = ? AND item_id = ?";
    this.#sql.exec(query, type, userId, itemId);
  }

  eraseUser(userId: string): void {
    for (const type of this.#types()) {
      this.#sql.exec("DELETE FROM feedback WHERE type = ? AND user_id = ?", type, userId);
    }
  }

  /** Drops all rows: an object begins again with those of another one. */
  clear(): void {
    if (this.#isThere) this.#sql.exec("DELETE FROM feedback");
  }

  page(query: FeedbackQuery, isOwn: IsOwn): FeedbackPage {
    const rows: FeedbackRow[] = [];
    let length = 0;
    const { type: wanted, after, limit } = query;
    for (const type of wanted === null ? this.#types(after?.type) : [wanted]) {
      if (after && type < after.type) continue;
      for (const row of this.#ofType(type, query)) {
        if (rows.length === limit) return { rows, isCut: false };
        if (length > PAGE_LENGTH) return { rows, isCut: true };
        if (!isOwn(row.user_id)) continue;
        rows.push(toRow(row));
        length += row.user_id.length + row.item_id.length + row.comment.length;
      }
    }
    return { rows, isCut: false };
  }

  /** Items that a user has feedback on until a time, those of the last first. */
  itemsOf(userId: string, until: number, limit: number): string[] {
    const rows = this.#types().flatMap((type) => [
      ...this.#sql.exec<Pick<SqlRow, "item_id" | "time">>(
        "SELECT item_id, time FROM feedback WHERE type = ? AND user_id = ? AND time <= ? ORDER BY time DESC LIMIT ?",
        ...[type, userId, until, limit],
      ),
    ]);
    const ordered = rows.sort((a, b) => b.time - a.time).map(({ item_id: itemId }) => itemId);
    return [...new Set(ordered)].slice(0, limit);
  }

  /** The users of the object whose items are most like those of a user, by events of any type. */
  neighbours({ userId, itemIds, limit }: NeighbourQuery, isOwn: IsOwn): Neighbour[] {
    const common = new Map<string, Set<string>>();
    const query = `SELECT user_id FROM feedback WHERE item_id = ? AND type = ? AND last_received IS NOT NULL
      ORDER BY user_id LIMIT ${NEIGHBOURS_OF_ITEM}`;
    const types = this.#types();
    for (const itemId of itemIds) {
      for (const type of types) {
        for (const { user_id: other } of this.#sql.exec<{ user_id: string }>(query, itemId, type)) {
          if (other === userId || !isOwn(other)) continue;
          const items = common.get(other);
          if (items) items.add(itemId);
          else common.set(other, new Set([itemId]));
        }
      }
    }
    const closest = [...common].sort(([, a], [, b]) => b.size - a.size).slice(0, COUNTED_NEIGHBOURS);
    return closest
      .map(([other, items]) => ({
        userId: other,
        score: items.size / Math.sqrt(itemIds.length * this.#countOf(other)),
      }))
      .sort((a, b) => b.score - a.score || (a.userId < b.userId ? -1 : 1))
      .slice(0, limit);
  }

  /** What the users of the object who have an item have beside it, by events of the types that are learnt from. */
  itemsTogether({ itemId, weights }: TogetherQuery, isOwn: IsOwn): TogetherCounts {
    const types = this.#learntTypes(weights);
    const users = this.#usersOf(itemId, types, isOwn);
    const read = [...users].slice(0, READ_USERS);
    const common = new Map<string, number>();
    for (const userId of read) {
      for (const other of this.#latestOf(userId, types)) {
        if (other !== itemId) common.set(other, (common.get(other) ?? 0) + 1);
      }
    }
    return {
      users: users.size,
      read: read.length,
      common: Array.from(common, ([other, count]) => ({ itemId: other, users: count })),
    };
  }

  /** How many users of the object have each item, as far as they are counted. */
  usersOfItems({ itemIds, weights }: UsersQuery, isOwn: IsOwn): number[] {
    const types = this.#learntTypes(weights);
    return itemIds.map((itemId) => this.#usersOf(itemId, types, isOwn).size);
  }

  #learntTypes(weights: UsersQuery["weights"]): string[] {
    return this.#types().filter((type) => isLearntFrom(type, weights));
  }

  /** Own users of an item, as far as they are counted. */
  #usersOf(itemId: string, types: readonly string[], isOwn: IsOwn): Set<string> {
    const query = `SELECT user_id FROM feedback WHERE item_id = ? AND type = ? AND last_received IS NOT NULL
      ORDER BY user_id LIMIT ${COUNTED_USERS}`;
    const users = types.flatMap((type) => [...this.#sql.exec<{ user_id: string }>(query, itemId, type)]);
    return new Set(users.flatMap(({ user_id: userId }) => (isOwn(userId) ? [userId] : [])));
  }

  /** A user's latest items of each type. */
  #latestOf(userId: string, types: readonly string[]): Set<string> {
    const query = `SELECT item_id FROM feedback WHERE type = ? AND user_id = ? AND last_received IS NOT NULL
      ORDER BY time DESC LIMIT ${ITEMS_OF_READ_USER}`;
    const rows = types.flatMap((type) => [...this.#sql.exec<{ item_id: string }>(query, type, userId)]);
    return new Set(rows.map(({ item_id: itemId }) => itemId));
  }

  #countOf(userId: string): number {
    const items = new Set<string>();
    const query =
      "SELECT item_id FROM feedback WHERE type = ? AND user_id = ? AND last_received IS NOT NULL LIMIT 5000";
    for (const type of this.#types()) {
      for (const { item_id: itemId } of this.#sql.exec<{ item_id: string }>(query, type, userId))
        items.add(itemId);
    }
    return items.size;
  }

  /** There are few types, and each is found by one step in the table. @param from The first one that may be. */
  #types(from = ""): string[] {
    if (!this.#isThere) return [];
    const types: string[] = [];
    const query = "SELECT min(type) AS type FROM feedback WHERE type";
    const first = this.#sql.exec<{ type: string | null }>(`${query} >= ?`, from).one().type;
    for (let type = first; type !== null; ) {
      types.push(type);
      type = this.#sql.exec<{ type: string | null }>(`${query} > ?`, type).one().type;
    }
    return types;
  }

  #ofType(type: string, { userId, itemId, after }: FeedbackQuery): Iterable<SqlRow> {
    if (!this.#isThere) return [];
    const begun = after?.type === type ? after : null;
    const parts = [
      ["type = ?", type],
      ...(userId === null ? [] : [["user_id = ?", userId]]),
      ...(itemId === null ? [] : [["item_id = ?", itemId]]),
      ...(begun ? [["(user_id, item_id) > (?, ?)", begun.userId, begun.itemId]] : []),
    ];
    const where = parts.map(([condition]) => condition).join(" AND ");
    const values = parts.flatMap(([, ...given]) => given);
    return this.#sql.exec<SqlRow>(
      `SELECT * FROM feedback WHERE ${where} ORDER BY user_id, item_id`,
      ...values,
    );
  }
}

function toRow(row: SqlRow): FeedbackRow {
  const { type, value, time, updated, comment, first_received: first, last_received: last } = row;
  const received = first === null || last === null ? null : { first, last };
  return { type, userId: row.user_id, itemId: row.item_id, value, time, updated, comment, received };
}
