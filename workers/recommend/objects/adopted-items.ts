/** Recent items that users have from others who are the same, as merged visitors: kept beside their own, which a wake reads from events. */
import type { LiveItem } from "#jobs/event-shard/recent-items.ts";
import type { AdoptedFrom } from "#jobs/event-shard/shard-object.ts";

const TABLE = `CREATE TABLE IF NOT EXISTS adopted (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id TEXT NOT NULL, from_id TEXT NOT NULL,
  items TEXT NOT NULL)`;
/** The newest stay; by then training data know of the others. */
const MAX_ADOPTED = 2_000;

export class AdoptedItems {
  readonly #sql: SqlStorage;
  /** By user, then by whom they come from. */
  #users = new Map<string, Map<string, readonly LiveItem[]>>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get size(): number {
    return this.#users.size;
  }

  createTable(): void {
    this.#sql.exec(TABLE);
  }

  of(userId: string): readonly LiveItem[] {
    return [...(this.#users.get(userId)?.values() ?? [])].flat();
  }

  /** Of all users. */
  *all(): Generator<AdoptedFrom> {
    for (const [userId, ofUser] of this.#users) {
      for (const [from, items] of ofUser) yield { userId, from, items };
    }
  }

  keep({ userId, from, items }: AdoptedFrom): void {
    this.#sql.exec("DELETE FROM adopted WHERE user_id = ? AND from_id = ?", userId, from);
    const query = "INSERT INTO adopted (user_id, from_id, items) VALUES (?, ?, ?)";
    this.#sql.exec(query, userId, from, JSON.stringify(items));
    this.#sql.exec("DELETE FROM adopted WHERE id <= (SELECT max(id) FROM adopted) - ?", MAX_ADOPTED);
    this.remember();
  }

  release(userId: string, from: string): void {
    this.#sql.exec("DELETE FROM adopted WHERE user_id = ? AND from_id = ?", userId, from);
    this.remember();
  }

  /** What a user has of others, and what others of this object have of the user. Returns who those are. */
  erase(userId: string): string[] {
    const others = [...this.#users].filter(([, ofUser]) => ofUser.has(userId)).map(([other]) => other);
    this.#sql.exec("DELETE FROM adopted WHERE user_id = ? OR from_id = ?", userId, userId);
    this.remember();
    return others;
  }

  /** Reads what is stored. */
  remember(): void {
    this.#users = new Map();
    const rows = this.#sql.exec<{ user_id: string; from_id: string; items: string }>(
      "SELECT user_id, from_id, items FROM adopted ORDER BY id",
    );
    for (const { user_id: userId, from_id: from, items } of rows) {
      const known = this.#users.get(userId) ?? new Map<string, readonly LiveItem[]>();
      known.set(from, JSON.parse(items) as LiveItem[]);
      this.#users.set(userId, known);
    }
  }

  /** Of an object whose storage is deleted. */
  forget(): void {
    this.#users = new Map();
  }
}
