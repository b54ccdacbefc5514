/** Writes of users' properties into the rows of an object, within the bounds of each shard. */
import type { UserPage, UserPlace } from "#jobs/event-shard/shard-object.ts";
import {
  applyUserWrite,
  roomProblem,
  type UserRow,
  type UserWrite,
  type UserWritten,
} from "#jobs/event-shard/user-properties.ts";
import type { ShardPlace } from "./place-row.ts";
import { hasUser } from "./shard-memory.ts";
import { OWN, type UserRows } from "./user-rows.ts";

export const NO_USERS: UserPage = { rows: [], next: null };

/** One answer for each write, in order; null for a user of another object. */
export function writeUsers(
  users: UserRows,
  place: ShardPlace,
  writes: readonly UserWrite[],
): (UserWritten | null)[] {
  const now = Date.now();
  return writes.map((write) => {
    const { userId } = write;
    if (!hasUser(place, userId)) return null;
    const written = applyUserWrite(users.own(userId), users.roomOf(userId), write, now);
    if (written.ok && !written.isUnchanged) users.put(written.row);
    return written;
  });
}

/** Some own rows of the users of an object. */
export function ownUsers(users: UserRows, place: ShardPlace, after: UserPlace | null): UserPage {
  const { rows, next } = users.page(after, (userId) => hasUser(place, userId));
  return { rows: rows.filter(({ from }) => from === OWN), next };
}

/** Stores rows up to the first that there is no room for, and says its problem; null if all are stored. */
export function restoreUsers(users: UserRows, rows: readonly UserRow[]): string | null {
  for (const row of rows) {
    const problem = roomProblem(users.roomOf(row.userId), users.own(row.userId), row);
    if (problem !== null) return problem;
    users.put(row);
  }
  return null;
}
