import { describe, expect, it } from "vitest";
import { MAX_SHARD_USER_BYTES, MAX_SHARD_USERS, MAX_USER_BYTES } from "#contract/limits.ts";
import {
  applyUserWrite,
  describedUser,
  propertiesOf,
  type UserRow,
  type WrittenProperties,
} from "#jobs/event-shard/user-properties.ts";

const EMPTY = { users: 0, bytes: 0 };

const row = (properties: object, more: Partial<UserRow> = {}): UserRow => ({
  ...{ userId: "ann", properties: JSON.stringify(properties), isPartial: true, updatedAt: 1 },
  ...more,
});

const write = (kind: "replace" | "merge", properties: Record<string, unknown>) => ({
  ...{ kind, userId: "ann", properties },
});

describe("a write of a user's properties", () => {
  it.each([
    [
      "replaces all, without nulls",
      row({ age: 3 }),
      write("replace", { city: "Oslo", age: null }),
      { city: "Oslo" },
      false,
    ],
    ["is whole for a new user", null, write("replace", { age: 1 }), { age: 1 }, false],
    [
      "merges, and keeps a null over a file",
      row({ age: 3 }),
      write("merge", { age: null, b: 1 }),
      { age: null, b: 1 },
      true,
    ],
    [
      "merges into what is whole, without nulls",
      row({ age: 3 }, { isPartial: false }),
      write("merge", { age: null, b: 1 }),
      { b: 1 },
      false,
    ],
    ["merges for a new user", null, write("merge", { age: 1 }), { age: 1 }, true],
  ])("%s", (_name, before, asked, properties, isPartial) => {
    const written = applyUserWrite(before, EMPTY, asked, 9);
    expect(written).toEqual({
      ok: true,
      isUnchanged: false,
      row: { userId: "ann", properties: JSON.stringify(properties), isPartial, updatedAt: 9 },
    });
  });

  it("that says nothing new keeps the row and its time", () => {
    const before = row({ age: 3 });
    expect(applyUserWrite(before, EMPTY, write("merge", { age: 3 }), 9)).toEqual({
      ok: true,
      isUnchanged: true,
      row: before,
    });
  });

  it("is refused with what the user has already beyond the bytes of one user", () => {
    const text = "x".repeat(MAX_USER_BYTES / 2);
    const written = applyUserWrite(row({ a: text }), EMPTY, write("merge", { b: text }), 9);
    expect(written).toMatchObject({ ok: false });
    expect(applyUserWrite(row({ a: text }), EMPTY, write("merge", { a: text, c: 1 }), 9)).toMatchObject({
      ok: true,
    });
  });

  it("is refused for one user too many, and for bytes too many, unless it takes away", () => {
    const full = { users: MAX_SHARD_USERS, bytes: MAX_SHARD_USER_BYTES };
    expect(applyUserWrite(null, { ...full, bytes: 0 }, write("replace", {}), 9).ok).toBe(false);
    expect(applyUserWrite(null, { ...full, users: 0 }, write("replace", { a: 1 }), 9).ok).toBe(false);
    expect(applyUserWrite(row({ a: 1 }), full, write("replace", { a: 12 }), 9).ok).toBe(false);
    expect(applyUserWrite(row({ a: 12 }), full, write("replace", { a: 1 }), 9).ok).toBe(true);
  });
});

describe("what a user has", () => {
  const layer = (properties: object, isPartial: boolean, updatedAt = 1): WrittenProperties => ({
    ...{ properties: JSON.stringify(properties), isPartial, updatedAt },
  });

  it("is own properties over those of others, the last merged first", () => {
    const adopted = [layer({ a: 1, b: 1, c: 1 }, true, 5), layer({ b: 2, c: 2 }, true, 3)];
    expect(propertiesOf(layer({ c: 3, a: null }, true, 4), adopted)).toEqual(
      layer({ a: null, b: 2, c: 3 }, true, 5),
    );
    expect(propertiesOf(null, adopted)).toEqual(layer({ a: 1, b: 2, c: 2 }, true, 5));
  });

  it("is whole from the last whole layer on", () => {
    expect(
      propertiesOf(layer({ c: null }, true), [layer({ a: 1 }, true), layer({ b: 2, c: 2 }, false)]),
    ).toEqual(layer({ b: 2 }, false));
    expect(propertiesOf(layer({ d: 4 }, false), [layer({ a: 1 }, true)])).toEqual(layer({ d: 4 }, false));
  });

  it("is nothing where nothing was written", () => expect(propertiesOf(null, [])).toBeNull());

  it("lies over the record of a file, unless it is whole", () => {
    const record = { age: 30, city: "Oslo" };
    expect(describedUser(layer({ age: 31, city: null }, true), record)).toEqual({ age: 31 });
    expect(describedUser(layer({ age: 31 }, false), record)).toEqual({ age: 31 });
    expect(describedUser(null, record)).toEqual(record);
    expect(describedUser(null, null)).toBeNull();
  });
});
