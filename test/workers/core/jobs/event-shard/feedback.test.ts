import { describe, expect, it } from "vitest";
import { compareKeys, compareTexts, keyOfEvent, withEvent } from "#jobs/event-shard/feedback.ts";
import type { StoredEvent } from "#jobs/event-shard/stored-event.ts";

const star = (value: number | undefined, at: number, comment?: string): StoredEvent => ({
  ...{ type: "star", user_id: "ann", item_id: "i1", time: at, received: at },
  ...(value !== undefined && { value }),
  feedback: { at, updated: at, ...(comment !== undefined && { comment }) },
});

describe("a row of feedback", () => {
  it("adds values up, and has the first time, the last update and the last comment", () => {
    const first = withEvent(null, star(2, 500, "good"), 1_000);
    expect(first).toEqual({
      ...{ type: "star", userId: "ann", itemId: "i1", value: 2, time: 500, updated: 500 },
      ...{ comment: "good", received: { first: 1_000, last: 1_000 } },
    });
    const second = withEvent(first, star(undefined, 700), 2_000);
    const third = withEvent(second, star(-0.5, 300, ""), 3_000);
    expect(third).toMatchObject({
      ...{ value: 1.5, time: 300, updated: 700, comment: "", received: { first: 1_000, last: 3_000 } },
    });
    expect(keyOfEvent(star(1, 1))).toEqual({ type: "star", userId: "ann", itemId: "i1" });
  });

  it("begins to have events where it was noted without one", () => {
    const noted = { ...withEvent(null, star(0, 500), 1_000), received: null };
    expect(withEvent(noted, star(1, 600), 2_000)).toMatchObject({
      value: 1,
      received: { first: 2_000, last: 2_000 },
    });
  });
});

describe("the order of rows", () => {
  it("is that of the UTF-8 bytes of type, user and item", () => {
    // By UTF-16 code units the last but one would come after the last.
    const texts = ["", "A", "a", "aa", "b", "é", "\uffee", "😀"];
    const encoder = new TextEncoder();
    const byBytes = (a: string, b: string) => {
      const [left, right] = [encoder.encode(a), encoder.encode(b)];
      const at = left.findIndex((byte, place) => byte !== right[place]);
      return at < 0 ? left.length - right.length : (left[at] as number) - (right[at] ?? -1);
    };
    for (const a of texts)
      for (const b of texts) expect(Math.sign(compareTexts(a, b))).toBe(Math.sign(byBytes(a, b)));
    const key = (type: string, userId: string, itemId: string) => ({ type, userId, itemId });
    const keys = [key("a", "x", "2"), key("a", "y", "1"), key("b", "a", "1"), key("b", "a", "2")];
    expect([...keys].reverse().sort(compareKeys)).toEqual(keys);
  });
});
