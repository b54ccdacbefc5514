/** What applications wrote of users: how a write changes it, and what a user has in the end. Pure. */
import { propertiesProblem, USER } from "#contract/item-properties.ts";
import { MAX_SHARD_USER_BYTES, MAX_SHARD_USERS } from "#contract/limits.ts";

type Properties = Readonly<Record<string, unknown>>;

/** Properties over those of the uploaded user metadata. */
export interface WrittenProperties {
  /** A JSON object. In a partial one a null removes what a file says. */
  readonly properties: string;
  /** False if they replace those of files. */
  readonly isPartial: boolean;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
}

/** The properties of one user, as an event shard stores them. */
export interface UserRow extends WrittenProperties {
  readonly userId: string;
}

export interface UserWrite {
  readonly kind: "replace" | "merge";
  readonly userId: string;
  readonly properties: Properties;
}

/** How much a shard has: users with properties, and bytes of them. */
export interface UserRoom {
  readonly users: number;
  readonly bytes: number;
}

export type UserWritten =
  | { readonly ok: true; readonly row: UserRow; readonly isUnchanged: boolean }
  /** A bound is reached. */
  | { readonly ok: false; readonly message: string };

const encoder = new TextEncoder();

/** UTF-8 bytes that a row counts for its shard. */
export function bytesOfUser({ userId, properties }: Pick<UserRow, "userId" | "properties">): number {
  return encoder.encode(userId).length + encoder.encode(properties).length;
}

/**
 * The row of a user after a write.
 *
 * @param row  What was written of the user before; null if nothing was.
 * @param room Of the user's shard, with that row.
 * @param now  Epoch milliseconds.
 */
export function applyUserWrite(
  row: UserRow | null,
  room: UserRoom,
  { kind, userId, properties: given }: UserWrite,
  now: number,
): UserWritten {
  const isMerge = kind === "merge";
  const isPartial = isMerge && (row?.isPartial ?? true);
  const all = isMerge ? { ...(row && parsed(row)), ...given } : given;
  const kept = isPartial ? all : withoutNull(all);
  const problem = isMerge ? propertiesProblem(kept, USER) : null;
  if (problem) return { ok: false, message: `With what the user has already: ${problem.message}.` };
  const next: UserRow = { userId, properties: JSON.stringify(kept), isPartial, updatedAt: now };
  if (row && isSame(row, next)) return { ok: true, row, isUnchanged: true };
  const message = roomProblem(room, row, next);
  return message === null ? { ok: true, row: next, isUnchanged: false } : { ok: false, message };
}

/** Why a shard has no room for a row in the place of another one; null if it has. */
export function roomProblem(
  { users, bytes }: UserRoom,
  before: UserRow | null,
  next: UserRow,
): string | null {
  const more = bytesOfUser(next) - (before ? bytesOfUser(before) : 0);
  if (!before && users >= MAX_SHARD_USERS) {
    return `A sixteenth of the users has properties for at most ${MAX_SHARD_USERS} of them.`;
  }
  if (more > 0 && bytes + more > MAX_SHARD_USER_BYTES) {
    return `The properties of a sixteenth of the users have at most ${MAX_SHARD_USER_BYTES} bytes.`;
  }
  return null;
}

/**
 * What a user has: own properties over those of others who are the same, the last merged first. Null if nothing was written.
 *
 * @param adopted In the order of merging.
 */
export function propertiesOf(
  own: WrittenProperties | null,
  adopted: readonly WrittenProperties[],
): WrittenProperties | null {
  const layers = [...adopted, ...(own ? [own] : [])];
  return layers.reduce<WrittenProperties | null>(
    (below, above) => (below && above.isPartial ? laidOver(below, above) : above),
    null,
  );
}

function laidOver(below: WrittenProperties, above: WrittenProperties): WrittenProperties {
  const all = { ...parsed(below), ...parsed(above) };
  const { isPartial } = below;
  const updatedAt = Math.max(below.updatedAt, above.updatedAt);
  return { properties: JSON.stringify(isPartial ? all : withoutNull(all)), isPartial, updatedAt };
}

/** What is known of a user: what was written over the record of a file. Null if nothing is. */
export function describedUser(
  written: Pick<WrittenProperties, "properties" | "isPartial"> | null,
  ofFile: Properties | null,
): Properties | null {
  if (!written) return ofFile;
  return withoutNull(written.isPartial ? { ...ofFile, ...parsed(written) } : parsed(written));
}

function parsed({ properties }: Pick<WrittenProperties, "properties">): Properties {
  return JSON.parse(properties) as Properties;
}

function withoutNull(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null));
}

function isSame(row: UserRow, next: UserRow): boolean {
  return row.isPartial === next.isPartial && row.properties === next.properties;
}
