import { describe, expect, it } from "vitest";
import { decimalOf, wholeNumber, wholeNumberOf } from "#contract/query-number.ts";

describe("a number of a query", () => {
  it.each([
    ["5", 5],
    [" 07 ", 7],
    ["-3", -3],
    ["+3", 3],
  ])("reads %j as %d", (text, value) => {
    expect(wholeNumberOf(text)).toBe(value);
    expect(decimalOf(text)).toBe(value);
  });

  it.each(["", " ", "0x5", "0b1", "0o7", "1e2", "5.", "1_000", "٥", "Infinity", "NaN", "1234567890123456"])(
    "reads no whole number from %j",
    (text) => {
      expect(wholeNumberOf(text)).toBeNull();
      expect(wholeNumber({ min: 0, max: 2 ** 52 }).safeParse(text).success).toBe(false);
    },
  );

  it("has decimals where they are allowed", () => {
    expect([decimalOf("1.50"), decimalOf("2."), decimalOf("0x5"), decimalOf("1e5")]).toEqual([
      1.5,
      2,
      null,
      null,
    ]);
  });

  it("keeps within its bounds, and takes numbers as they are", () => {
    const schema = wholeNumber({ min: 1, max: 9 });
    expect([schema.parse(9), schema.parse("9")]).toEqual([9, 9]);
    for (const wrong of [0, "0", 10, 1.5, true, null, [1], { toString: 1 }]) {
      expect(schema.safeParse(wrong).success).toBe(false);
    }
  });
});
