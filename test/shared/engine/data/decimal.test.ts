import { describe, expect, it } from "vitest";
import { decimalOf } from "#engine/data/decimal.ts";

describe("decimalOf", () => {
  it.each([
    ["12", 12],
    [" -0.5 ", -0.5],
    ["+3", 3],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["007", 7],
    ["1e309", Number.POSITIVE_INFINITY],
  ])("reads %j", (text, number) => expect(decimalOf(text)).toBe(number));

  it.each(["", " ", "0x10", " 0XfF", "0b1", "0o7", "-0x10", "1_000", "1,5", "５", "NaN", "1 2", "true"])(
    "takes %j for none",
    (text) => expect(decimalOf(text)).toBeNaN(),
  );
});
