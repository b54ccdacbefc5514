import { describe, expect, it } from "vitest";
import { OffPolicySums, type ReplayedList } from "#engine/experiment/replay/off-policy.ts";

/** A list with one place. */
const list = (weight: number, reward: number, guessShown = 0, guessNew = 0): ReplayedList => ({
  places: 1,
  reward,
  weight,
  weighted: weight * reward,
  robust: guessNew + weight * (reward - guessShown),
});

/** Each list of another person. */
function resultOf(lists: readonly ReplayedList[]) {
  const sums = new OffPolicySums();
  for (const one of lists) sums.addPerson([one]);
  return sums.estimates(0.95);
}

describe("estimates of a replay", () => {
  it("are the mean reward if the new model does what was logged", () => {
    const result = resultOf([list(1, 1), list(1, 0), list(1, 0), list(1, 1)]);
    expect(result?.ips.estimate).toBe(0.5);
    expect(result?.selfNormalised.estimate).toBe(0.5);
    expect(result?.doublyRobust.estimate).toBe(0.5);
    expect(result?.logged.estimate).toBe(0.5);
    expect([result?.effectiveSampleSize, result?.supportedShare]).toEqual([4, 1]);
  });

  it("weigh what the new model would show more often", () => {
    const result = resultOf([list(2, 1), list(0, 1), list(2, 0), list(0, 0)]);
    expect([result?.ips.estimate, result?.selfNormalised.estimate, result?.effectiveSampleSize]).toEqual([
      0.5, 0.5, 2,
    ]);
  });

  it("say which share of the new model's places had support", () => {
    const result = resultOf([list(1, 1), list(0, 1), list(1, 0), list(0, 1)]);
    expect(result).toMatchObject({
      supportedShare: 0.5,
      ips: { estimate: 0.25 },
      selfNormalised: { estimate: 0.5 },
    });
  });

  it("have no spread left where the guess is perfect", () => {
    const found = resultOf([list(3, 1, 1, 0.4), list(0, 0, 0, 0.4), list(1, 0, 0, 0.4)]);
    const { estimate, low, high } = found?.doublyRobust ?? { estimate: 0, low: 0, high: 1 };
    expect(estimate).toBeCloseTo(0.4, 12);
    expect(high - low).toBeCloseTo(0, 6);
  });

  it("say nothing of a model that shows what was never shown", () => {
    expect(resultOf([list(0, 1), list(0, 0)])).toBeNull();
    expect(resultOf([list(1, 1)])).toBeNull();
    expect(resultOf([])).toBeNull();
  });

  it("take the lists of one person as one witness", () => {
    const rewards = [1, 0, 1, 0, 1, 0];
    const apart = resultOf(rewards.map((reward) => list(1, reward)));
    const sums = new OffPolicySums();
    for (const reward of rewards) sums.addPerson([list(1, reward), list(1, reward), list(1, reward)]);
    const together = sums.estimates(0.95);
    expect(together?.lists).toBe(18);
    expect(together?.ips.low).toBeCloseTo(apart?.ips.low ?? 0, 12);
  });

  it("continue from what was stored", () => {
    const first = new OffPolicySums();
    first.addPerson([list(2, 1)]);
    const second = new OffPolicySums(JSON.parse(JSON.stringify(first.toStored())));
    for (const one of [list(0, 1), list(2, 0), list(0, 0)]) second.addPerson([one]);
    expect(second.estimates(0.95)).toEqual(resultOf([list(2, 1), list(0, 1), list(2, 0), list(0, 0)]));
  });
});
