import { expect, it } from "vitest";
import { KEY_LIFETIMES, keyEnd, lifetimeOf } from "#web/features/keys/key-end.ts";

it("ends with the last second of a day of the visitor's time, over months and years", () => {
  const end = new Date(keyEnd(30, new Date(2026, 11, 15, 8, 30)) ?? "");
  expect([end.getFullYear(), end.getMonth(), end.getDate(), end.getHours(), end.getSeconds()]).toEqual([
    2027, 0, 14, 23, 59,
  ]);
  expect(keyEnd(null, new Date())).toBeNull();
});

it("reads the form's values, and never for any other", () => {
  expect(KEY_LIFETIMES.map((days) => lifetimeOf(String(days)))).toEqual([...KEY_LIFETIMES]);
  expect(lifetimeOf("12")).toBeNull();
});
