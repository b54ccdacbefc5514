/** The properties of users in an event object's SQLite: a row for what was written of a user, and one for each other who is the same. */
import { shardOf } from "#jobs/event-shard/shard-address.ts";
import type { PlacedUser, UserCount, UserPage, UserPlace } from "#jobs/event-shard/shard-object.ts";
import {
  bytesOfUser,
  propertiesOf,
  type UserRoom,
  type UserRow,
  type WrittenProperties,
} from "#jobs/event-shard/user-properties.ts";

const TABLES = [
  `CREATE TABLE IF NOT EXISTS user_properties (user_id TEXT NOT NULL, from_id TEXT NOT NULL, properties TEXT NOT NULL,
    is_partial INTEGER NOT NULL, updated_at INTEGER NOT NULL, adopted_at INTEGER NOT NULL, PRIMARY KEY (user_id, from_id)) WITHOUT ROWID`,
  "CREATE TABLE IF NOT EXISTS user_room (shard INTEGER PRIMARY KEY, users INTEGER NOT NULL, bytes INTEGER NOT NULL)",
];
/** `from_id` of own properties. */
export const OWN = "";
/** Of one page, about: a call between objects may have 32 MiB. */
const PAGE_LENGTH = 2 * 1024 * 1024;

type SqlRow = {
  user_id: string;
  from_id: string;
  properties: string;
  is_partial: number;
  updated_at: number;
  adopted_at: number;
};

export class UserRows {
  readonly #sql: SqlStorage;
  #isEmpty = true;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Whether nobody has properties: nothing then needs to be looked up. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  createTables(): void {
    for (const table of TABLES) this.#sql.exec(table);
  }

  /** Looks whether there are rows. */
  remember(): void {
    this.#isEmpty = this.#sql.exec("SELECT 1 FROM user_properties LIMIT 1").toArray().length === 0;
  }

  /** Of an object whose storage is deleted. */
  forget(): void {
    this.#isEmpty = true;
  }

  /** What a user has in the end. */
  of(userId: string): WrittenProperties | null {
    if (this.#isEmpty) return null;
    const query = "SELECT * FROM user_properties WHERE user_id = ? ORDER BY adopted_at, from_id";
    const rows = this.#sql.exec<SqlRow>(query, userId).toArray().map(toRow);
    return propertiesOf(
      rows.find(({ from }) => from === OWN) ?? null,
      rows.filter(({ from }) => from !== OWN),
    );
  }

  /** What was written of a user. */
  own(userId: string): UserRow | null {
    return this.#find({ userId, from: OWN });
  }

  roomOf(userId: string): UserRoom {
    const query = "SELECT users, bytes FROM user_room WHERE shard = ?";
    const [room] = this.#sql.exec<{ users: number; bytes: number }>(query, shardOf(userId)).toArray();
    return room ?? { users: 0, bytes: 0 };
  }

  put(row: UserRow & Partial<PlacedUser>): void {
    const { from = OWN, adoptedAt = 0 } = row;
    const before = this.#find({ userId: row.userId, from });
    this.#sql.exec(
      "INSERT OR REPLACE INTO user_properties (user_id, from_id, properties, is_partial, updated_at, adopted_at) VALUES (?, ?, ?, ?, ?, ?)",
      ...[row.userId, from, row.properties, Number(row.isPartial), row.updatedAt, adoptedAt],
    );
    this.#count(row.userId, before ? 0 : 1, bytesOfUser(row) - (before ? bytesOfUser(before) : 0));
    this.#isEmpty = false;
  }

  putAll(rows: readonly PlacedUser[]): void {
    for (const row of rows) this.put(row);
  }

  /** Takes back what a user has of another one. */
  release(userId: string, from: string): void {
    this.#delete({ userId, from });
  }

  /** All that a user has, and what others of this object have of the user. Returns who those are, and whether the user had any. */
  erase(userId: string): { readonly hadProperties: boolean; readonly others: readonly string[] } {
    if (this.#isEmpty) return { hadProperties: false, others: [] };
    const query = "SELECT * FROM user_properties WHERE user_id = ? OR from_id = ?";
    const rows = this.#sql.exec<SqlRow>(query, userId, userId).toArray().map(toRow);
    for (const row of rows) this.#delete(row);
    const others = rows.map((row) => row.userId).filter((other) => other !== userId);
    return { hadProperties: rows.some((row) => row.userId === userId), others };
  }

  /** Rows after a place, those of some users. */
  page(after: UserPlace | null, isWanted: (userId: string) => boolean, most = PAGE_LENGTH): UserPage {
    const query = "SELECT * FROM user_properties WHERE (user_id, from_id) > (?, ?) ORDER BY user_id, from_id";
    const rows: PlacedUser[] = [];
    let length = 0;
    for (const row of this.#sql.exec<SqlRow>(query, after?.userId ?? "", after?.from ?? "")) {
      if (!isWanted(row.user_id)) continue;
      rows.push(toRow(row));
      length += row.properties.length + row.user_id.length;
      if (length > most) return { rows, next: { userId: row.user_id, from: row.from_id } };
    }
    return { rows, next: null };
  }

  /** What some users have in the end, a row for each who has properties, beginning after the user of a place. */
  mergedPage(after: UserPlace | null, isWanted: (userId: string) => boolean, most: number): UserPage {
    const rows: PlacedUser[] = [];
    let length = 0;
    for (const { user_id: userId } of this.#sql.exec<Pick<SqlRow, "user_id">>(
      "SELECT DISTINCT user_id FROM user_properties WHERE user_id > ? ORDER BY user_id",
      after?.userId ?? "",
    )) {
      const written = isWanted(userId) ? this.of(userId) : null;
      if (written === null || saysNothing(written)) continue;
      rows.push({ ...written, userId, from: OWN, adoptedAt: 0 });
      length += written.properties.length + userId.length;
      if (length > most) return { rows, next: { userId, from: OWN } };
    }
    return { rows, next: null };
  }

  /** Own rows in the order of users, after an id. */
  list(after: string, limit: number, isWanted: (userId: string) => boolean): UserRow[] {
    const rows: UserRow[] = [];
    if (this.#isEmpty) return rows;
    const query = "SELECT * FROM user_properties WHERE user_id > ? AND from_id = ? ORDER BY user_id";
    for (const row of this.#sql.exec<SqlRow>(query, after, OWN)) {
      if (rows.length === limit) break;
      if (isWanted(row.user_id)) rows.push(toRow(row));
    }
    return rows;
  }

  /** How many of some users have a row, and how many of them something in a property: a list or a text that is not empty, or a number. */
  count(property: string, isWanted: (userId: string) => boolean): UserCount {
    const users = new Set<string>();
    const having = new Set<string>();
    if (this.#isEmpty) return { users: 0, having: 0 };
    const value = "(SELECT value FROM json_each(properties) WHERE key = ? LIMIT 1)";
    const query = `SELECT user_id, ifnull(${value}, '') NOT IN ('', '[]') AS has FROM user_properties`;
    for (const { user_id: userId, has } of this.#sql.exec<{ user_id: string; has: number }>(
      query,
      property,
    )) {
      if (!isWanted(userId)) continue;
      users.add(userId);
      if (has === 1) having.add(userId);
    }
    return { users: users.size, having: having.size };
  }

  /** Drops all rows: an object begins again with those of another one. */
  clear(): void {
    this.#sql.exec("DELETE FROM user_properties");
    this.#sql.exec("DELETE FROM user_room");
  }

  #find({ userId, from }: UserPlace): UserRow | null {
    const query = "SELECT * FROM user_properties WHERE user_id = ? AND from_id = ?";
    const [row] = this.#sql.exec<SqlRow>(query, userId, from).toArray();
    return row ? toRow(row) : null;
  }

  #delete({ userId, from }: UserPlace): void {
    const row = this.#find({ userId, from });
    if (!row) return;
    this.#sql.exec("DELETE FROM user_properties WHERE user_id = ? AND from_id = ?", userId, from);
    this.#count(userId, -1, -bytesOfUser(row));
  }

  #count(userId: string, users: number, bytes: number): void {
    const room = this.roomOf(userId);
    this.#sql.exec(
      "INSERT OR REPLACE INTO user_room (shard, users, bytes) VALUES (?, ?, ?)",
      ...[shardOf(userId), room.users + users, room.bytes + bytes],
    );
  }
}

/** Of a user who is known by events alone. One whose properties of a file were all replaced by nothing is another case. */
function saysNothing({ properties, isPartial }: WrittenProperties): boolean {
  return isPartial && properties === "{}";
}

function toRow(row: SqlRow): PlacedUser {
  return {
    userId: row.user_id,
    from: row.from_id,
    properties: row.properties,
    isPartial: row.is_partial === 1,
    updatedAt: row.updated_at,
    adoptedAt: row.adopted_at,
  };
}
