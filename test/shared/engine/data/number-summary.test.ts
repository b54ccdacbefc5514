import { describe, expect, it } from "vitest";
import { NumberSummary } from "#engine/data/number-summary.ts";
import { fixtureRandom } from "./files.ts";

function summaryOf(values: readonly number[]) {
  const summary = new NumberSummary();
  for (const value of values) summary.add(value);
  return summary.finish();
}

describe("the summary of numbers", () => {
  it("is null without numbers, and ignores what is none", () => {
    expect(summaryOf([])).toBeNull();
    expect(summaryOf([Number.NaN, Number.POSITIVE_INFINITY])).toBeNull();
  });

  it("counts few different numbers one by one", () => {
    // 10 ratings: 1 × 1, 2 × 3, 3 × 4, 4 × 5.
    const summary = summaryOf([5, 3, 1, 4, 4, 5, 5, 3, 4, 5]);
    expect(summary).toMatchObject({ count: 10, min: 1, max: 5, mean: 3.9 });
    expect(summary?.histogram).toEqual([
      { from: 1, to: 1, count: 1 },
      { from: 3, to: 3, count: 2 },
      { from: 4, to: 4, count: 3 },
      { from: 5, to: 5, count: 4 },
    ]);
    expect(summary?.quantiles).toMatchObject({ "0.01": 1, "0.25": 3, "0.5": 4, "0.75": 5, "0.99": 5 });
  });

  it("finds the quantiles of many numbers within 1 %, on both sides of zero", () => {
    const random = fixtureRandom(7);
    const values = Array.from({ length: 20_000 }, () => Math.exp(8 * random()) - 20);
    const sorted = [...values].sort((one, other) => one - other);
    const summary = summaryOf(values);
    const wrong = Object.entries(summary?.quantiles ?? {}).filter(([share, value]) => {
      const exact = sorted[Math.ceil(Number(share) * values.length) - 1] as number;
      return Math.abs(value - exact) > 0.0101 * Math.abs(exact);
    });
    expect([wrong, Object.keys(summary?.quantiles ?? {}).length]).toEqual([[], 7]);
    expect([summary?.min, summary?.max]).toEqual([sorted[0], sorted.at(-1)]);
  });

  it("has bars that hold every number once, in ascending order from the least to the most", () => {
    const amounts = Array.from({ length: 1_000 }, (_, n) => (n + 1) ** 2);
    const bars = summaryOf(amounts)?.histogram ?? [];
    expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
    expect([bars.length, bars[0]?.from, bars.at(-1)?.to]).toEqual([20, 1, 1_000_000]);
    expect(bars.every(({ from, to }, at) => from < to && (at === 0 || from === bars[at - 1]?.to))).toBe(true);
    // The bars have equal ratios: bar 10 begins at 1000, the root of 1,000,000, as does number 32.
    expect(bars.slice(0, 10).reduce((sum, { count }) => sum + count, 0)).toBe(31);
  });
});
