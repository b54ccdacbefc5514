import { expect, it } from "vitest";
import { type LoggedChoice, offPolicyEstimates } from "#engine/experiment/off-policy.ts";

const choice = (weight: number, reward: number, guessShown = 0, guessNew = 0): LoggedChoice => ({
  weight,
  reward,
  guessShown,
  guessNew,
});

it("is the mean reward if the new model does what was logged", () => {
  const result = offPolicyEstimates([choice(1, 1), choice(1, 0), choice(1, 0), choice(1, 1)], 0.95);
  expect(result?.ips.estimate).toBe(0.5);
  expect(result?.selfNormalised.estimate).toBe(0.5);
  expect(result?.doublyRobust.estimate).toBe(0.5);
  expect(result?.effectiveSampleSize).toBe(4);
});

it("weighs what the new model would show more often", () => {
  const result = offPolicyEstimates([choice(2, 1), choice(0, 1), choice(2, 0), choice(0, 0)], 0.95);
  expect([result?.ips.estimate, result?.selfNormalised.estimate, result?.effectiveSampleSize]).toEqual([
    0.5, 0.5, 2,
  ]);
});

it("has no spread left where the guess is perfect", () => {
  const log = [choice(3, 1, 1, 0.4), choice(0, 0, 0, 0.4), choice(1, 0, 0, 0.4)];
  const { estimate, low, high } = offPolicyEstimates(log, 0.95)?.doublyRobust ?? {
    estimate: 0,
    low: 0,
    high: 0,
  };
  expect(estimate).toBeCloseTo(0.4, 12);
  expect(high - low).toBeCloseTo(0, 12);
});

it("says nothing of a model that shows what was never shown", () => {
  expect(offPolicyEstimates([choice(0, 1), choice(0, 0)], 0.95)).toBeNull();
  expect(offPolicyEstimates([], 0.95)).toBeNull();
});
