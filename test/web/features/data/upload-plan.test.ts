import { describe, expect, it } from "vitest";
import { byteCount, missingParts, planParts } from "../../../../web/features/data/upload-plan.ts";

describe("planParts", () => {
  it("cuts a file into equal parts and a rest", () => {
    expect(planParts(25, 10)).toEqual([
      { number: 1, start: 0, end: 10 },
      { number: 2, start: 10, end: 20 },
      { number: 3, start: 20, end: 25 },
    ]);
  });

  it("makes no empty part of a file that divides evenly", () => {
    expect(planParts(20, 10)).toHaveLength(2);
  });

  it("gives an empty file one empty part", () => {
    expect(planParts(0, 10)).toEqual([{ number: 1, start: 0, end: 0 }]);
  });

  it("covers every byte once", () => {
    for (const size of [1, 9, 10, 11, 99, 100]) expect(byteCount(planParts(size, 10))).toBe(size);
  });

  it("refuses parts without a size", () => {
    expect(() => planParts(10, 0)).toThrow(RangeError);
  });
});

describe("missingParts", () => {
  it("leaves out what storage holds, and numbers it does not know", () => {
    const missing = missingParts(planParts(25, 10), [2, 9]);
    expect(missing.map((part) => part.number)).toEqual([1, 3]);
  });
});
