import { describe, expect, it } from "vitest";
import {
  bestTrial,
  countTrials,
  hasRemeasured,
  secondsLeft,
  studySeries,
} from "../../../../web/features/tuning/study-progress.ts";
import { trial } from "../../factories.ts";

const trials = [
  trial(2, { algorithm: "IALS", state: "COMPLETE", value: 0.2 }),
  trial(0, { algorithm: "TopPop", state: "COMPLETE", value: 0.1 }),
  trial(1, { algorithm: "IALS", state: "PRUNED", value: 0.5 }),
  trial(3, { algorithm: "IALS", state: "FAILED", value: null }),
  trial(4, { algorithm: "IALS", state: "COMPLETE", value: 0.15 }),
  trial(5, { algorithm: "IALS", state: "RUNNING", value: null }),
];

describe("studySeries", () => {
  it("orders trials by number and leaves out those without a value", () => {
    expect(studySeries(trials).numbers).toEqual([0, 1, 2, 4]);
  });

  it("lets only completed trials raise the best", () => {
    expect(studySeries(trials).best).toEqual([0.1, 0.1, 0.2, 0.2]);
  });

  it("separates the dots by algorithm and outcome", () => {
    expect(studySeries(trials).dots).toEqual([
      { algorithm: "IALS", pruned: false, values: [null, null, 0.2, 0.15] },
      { algorithm: "TopPop", pruned: false, values: [0.1, null, null, null] },
      { algorithm: "IALS", pruned: true, values: [null, 0.5, null, null] },
    ]);
  });

  it("is empty before the first trial", () => {
    expect(studySeries([])).toEqual({ numbers: [], best: [], dots: [] });
  });
});

describe("bestTrial", () => {
  it("takes the highest completed value, the earliest of equals", () => {
    expect(bestTrial(trials)?.number).toBe(2);
    const equals = [trial(5, { state: "COMPLETE", value: 1 }), trial(4, { state: "COMPLETE", value: 1 })];
    expect(bestTrial(equals)?.number).toBe(4);
    expect(bestTrial([])).toBeNull();
  });

  it("counts only trials that were measured again on all users, by those values, where there are any", () => {
    const trials = [
      trial(0, { value: 0.5 }),
      trial(1, { value: 0.4, value_on_all_users: 0.38 }),
      trial(2, { value: 0.39, value_on_all_users: 0.39 }),
    ];
    expect(bestTrial(trials)?.number).toBe(2);
    expect(hasRemeasured(trials)).toBe(true);
    expect(hasRemeasured(trials.slice(0, 1))).toBe(false);
  });
});

describe("countTrials", () => {
  it("counts ended trials, however they ended", () => {
    expect(countTrials(trials)).toEqual({ finished: 5, running: 1, pruned: 1, failed: 1 });
  });
});

describe("secondsLeft", () => {
  it("uses the pace so far, once there is one", () => {
    expect(secondsLeft(2, 40, 10)).toBeNull();
    expect(secondsLeft(10, 40, 20)).toBe(60);
    expect(secondsLeft(40, 40, 20)).toBe(0);
  });
});
