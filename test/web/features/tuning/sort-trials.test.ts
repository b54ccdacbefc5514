import { describe, expect, it } from "vitest";
import { FIRST_ORDER, nextOrder, sortTrials } from "../../../../web/features/tuning/sort-trials.ts";
import { trial } from "../../factories.ts";

const trials = [
  trial(0, { value: 0.1, algorithm: "TopPop" }),
  trial(1, { value: null, algorithm: null }),
  trial(2, { value: 0.3, algorithm: "IALS" }),
  trial(3, { value: 0.1, algorithm: "IALS" }),
];
const numbers = (column: "value" | "algorithm" | "number", descending: boolean) =>
  sortTrials(trials, { column, descending }).map(({ number }) => number);

describe("sortTrials", () => {
  it("keeps trials without a value last, both ways", () => {
    expect(numbers("value", true)).toEqual([2, 0, 3, 1]);
    expect(numbers("value", false)).toEqual([0, 3, 2, 1]);
  });

  it("sorts names, equals by number", () => {
    expect(numbers("algorithm", false)).toEqual([2, 3, 0, 1]);
  });

  it("leaves its input as it is", () => {
    numbers("number", true);
    expect(trials[0]?.number).toBe(0);
  });
});

describe("nextOrder", () => {
  it("reverses the same column, and begins another with its best values", () => {
    expect(nextOrder(FIRST_ORDER, "number")).toEqual({ column: "number", descending: false });
    expect(nextOrder(FIRST_ORDER, "value")).toEqual({ column: "value", descending: true });
    expect(nextOrder(FIRST_ORDER, "algorithm")).toEqual({ column: "algorithm", descending: false });
  });
});
