import { describe, expect, it } from "vitest";
import { finishSteps, overRanges, overRows } from "#engine/in-steps.ts";

describe("overRanges", () => {
  it("covers everything once, with a yield after each range", () => {
    const ranges: number[][] = [];
    const steps = overRanges(7, (from, to) => ranges.push([from, to]), 3);
    let yields = 0;
    while (!steps.next().done) yields++;
    expect(ranges).toEqual([
      [0, 3],
      [3, 6],
      [6, 7],
    ]);
    expect(yields).toBe(3);
  });

  it("visits nothing for a count of 0", () => {
    expect(overRanges(0, () => expect.unreachable()).next().done).toBe(true);
  });
});

describe("overRows", () => {
  it("covers all rows once in ranges of bounded size, with a range of its own for a long row", () => {
    const lengths = [150_000, 0, 60_000, 900_000, 1, ...new Array<number>(250_000).fill(0)];
    const indptr = new Uint32Array(lengths.length + 1);
    for (const [row, length] of lengths.entries()) indptr[row + 1] = (indptr[row] as number) + length;
    const ranges: number[][] = [];
    finishSteps(overRows({ indptr, rowCount: lengths.length }, (from, to) => ranges.push([from, to])));
    expect(ranges.flat()).toEqual(
      ranges.flatMap(([from, to], at) => [
        at === 0 ? 0 : (ranges[at - 1]?.[1] as number),
        Math.max(from as number, to as number),
      ]),
    );
    expect(ranges.at(-1)?.[1]).toBe(lengths.length);
    for (const [from = 0, to = 0] of ranges) {
      const entries = (indptr[to] as number) - (indptr[from] as number);
      expect(to - from === 1 || entries + (to - from) <= 200_001).toBe(true);
    }
  });
});
