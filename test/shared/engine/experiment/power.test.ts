import { expect, it } from "vitest";
import { daysLeft, minimumDetectableEffect, peopleNeeded, type TestPlan } from "#engine/experiment/power.ts";
import { shareSample } from "#engine/experiment/statistics/sample.ts";

const fixed: TestPlan = { kind: "fixed", confidence: 0.95, power: 0.8, share: 0.5, tuning: 5000 };
const control = shareSample(100, 1000);

it("needs what the textbook says", () => {
  // 16 σ²/δ² a side: van Belle, "Statistical Rules of Thumb".
  const needed = peopleNeeded(control, 0.1, fixed);
  expect(needed / 2 / ((15.7 * 0.09) / 0.01 ** 2)).toBeCloseTo(1, 2);
  expect(minimumDetectableEffect(control, needed, fixed)).toBeLessThanOrEqual(0.1);
  expect(minimumDetectableEffect(control, needed - 1, fixed)).toBeGreaterThan(0.1);
});

it("needs more people where every look counts, and where the shares differ", () => {
  const needed = peopleNeeded(control, 0.1, fixed);
  expect(peopleNeeded(control, 0.1, { ...fixed, kind: "sequential" })).toBeGreaterThan(needed * 1.3);
  expect(peopleNeeded(control, 0.1, { ...fixed, share: 0.1 })).toBeGreaterThan(needed * 2);
});

it("says that no number is enough", () => {
  const never = { count: 10, mean: 0, variance: 0 };
  expect(minimumDetectableEffect(never, 1000, fixed)).toBe(Number.POSITIVE_INFINITY);
  expect(peopleNeeded(never, 0.1, fixed)).toBe(Number.POSITIVE_INFINITY);
});

it("counts the days at today's rate", () => {
  expect([daysLeft(3000, 1000, 5), daysLeft(900, 1000, 5), daysLeft(900, 0, 5)]).toEqual([10, 0, Infinity]);
});
