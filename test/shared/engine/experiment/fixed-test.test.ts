import { describe, expect, it } from "vitest";
import { effectOf } from "#engine/experiment/effect.ts";
import { proportionsTest } from "#engine/experiment/fixed-test.ts";

const test = (a: number, ofA: number, b: number, ofB: number, confidence = 0.95) =>
  proportionsTest({ successes: a, trials: ofA }, { successes: b, trials: ofB }, confidence);

describe("the z-test of proportions", () => {
  it("finds twice as many", () => {
    const { z, pValue, significant, liftPercent, interval } = test(1000, 10_000, 2000, 10_000);
    expect(z).toBeCloseTo(19.803, 4);
    expect([pValue < 1e-80, significant, liftPercent]).toEqual([true, true, 100]);
    expect(interval.map((bound) => Number(bound.toFixed(6)))).toEqual([0.0902, 0.1098]);
  });

  it("finds nothing between equals", () => {
    const { z, pValue, significant, interval } = test(50, 1000, 50, 1000);
    expect([z, pValue, significant]).toEqual([0, 1, false]);
    expect([interval[0] < 0, interval[1] > 0]).toEqual([true, true]);
  });

  it("says nothing without trials", () => {
    const nothing = { z: 0, pValue: 1, significant: false, liftPercent: 0, interval: [0, 0] };
    expect([test(0, 0, 5, 10), test(5, 10, 0, 0)]).toEqual([nothing, nothing]);
  });

  it("survives rates of 0, of 1 and above 1", () => {
    const cases = [test(0, 10, 0, 10), test(10, 10, 10, 10), test(0, 10, 5, 10), test(15, 10, 30, 10)];
    for (const { z, pValue, liftPercent, interval } of cases) {
      expect([z, pValue, liftPercent, ...interval].filter((value) => !Number.isFinite(value))).toEqual([]);
    }
    expect(cases.map(({ liftPercent }) => liftPercent)).toEqual([0, 0, 0, 100]);
  });
});

it("has no effect where there is nothing to compare", () => {
  const some = { count: 10, mean: 1, variance: 1 };
  expect([
    effectOf({ ...some, count: 1 }, some, "absolute"),
    effectOf(some, { ...some, count: 0 }, "absolute"),
    effectOf({ ...some, variance: 0 }, { ...some, variance: 0 }, "absolute"),
    effectOf({ ...some, mean: 0 }, some, "relative"),
  ]).toEqual([null, null, null, null]);
  expect(effectOf({ ...some, mean: 0 }, some, "absolute")?.estimate).toBe(1);
});
